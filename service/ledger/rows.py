"""One line of the ledger: a case with its patch, its village and what people recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased, defer

from service import clock
from service.accounts.models import Account
from service.accounts.roles import Principal
from service.cases.filters import CaseFilters, selected
from service.cases.models import Case
from service.imports.models import Import
from service.patches.models import Patch
from service.villages.models import Village

ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """What the columns are made from. ``longitude`` and ``latitude``: a point on the ground."""

    case: Case
    patch: Patch
    village: str
    batch: str
    assignee: str | None
    longitude: float
    latitude: float

    def fact(self, record: str, name: str) -> Any:
        """What was filled in at one step, such as the method of the plan; None when not yet."""
        return self.case.facts.get(record, {}).get(name)


def ledger_rows(
    session: Session, principal: Principal, filters: CaseFilters
) -> Iterator[LedgerRow]:
    """The cases that fit and may be seen, by village and number, read as they are taken.

    A case that was split is not listed: its children are.
    """
    point = func.ST_PointOnSurface(Case.geom)
    assignee = aliased(Account)
    statement = (
        select(
            Case,
            Patch,
            func.coalesce(Village.name, Case.village_code),
            func.coalesce(Import.note, Import.filename, ""),
            func.coalesce(assignee.display_name, assignee.username),
            func.ST_X(point),
            func.ST_Y(point),
        )
        .join(Patch, Patch.id == Case.patch_id)
        .outerjoin(Village, Village.code == Case.village_code)
        .outerjoin(Import, Import.id == Case.batch_id)
        .outerjoin(assignee, assignee.id == Case.assignee_id)
        .where(*selected(filters, principal, clock.now()), Case.status != "split")
        .order_by(Case.village_code, Case.code)
        .options(defer(Case.geom), defer(Patch.geom))
    )
    for row in session.execute(statement, execution_options={"yield_per": ROWS_AT_ONCE}):
        yield LedgerRow(*row)
