"""Dispatching many cases at once: each is dispatched or refused on its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from service.accounts.permissions import Action, require
from service.cases.life.desk import Desk, lock_cases
from service.cases.life.performing import Step, perform_all
from service.cases.life.transitions import Wish, checked
from service.cases.models import Case
from service.cases.queries import NO_CASE
from service.cases.statuses import Status
from service.errors import NotFound, ServiceError


@dataclass(slots=True)
class Dispatched:
    """What became of the cases, by id."""

    dispatched: list[int] = field(default_factory=list)
    refused: dict[int, ServiceError] = field(default_factory=dict)


def dispatch_cases(
    desk: Desk, case_ids: Sequence[int], fields: Mapping[str, Any], note: str | None
) -> Dispatched:
    """Dispatch cases to their villages in one transaction.

    Raises:
        NotAllowed: when the actor moves no cases at all.
    """
    require(desk.actor, Action.ACT_ON_CASES)
    done = Dispatched()
    filled = {name: value for name, value in fields.items() if value is not None}
    wish = Wish(to=Status.VILLAGE_CHECK.value, note=note, fields=filled)
    wanted = sorted(set(case_ids))
    cases = lock_cases(desk.session, desk.actor, wanted)
    steps: list[Step] = []
    for case_id in wanted:
        try:
            steps.append(_step(desk, cases.get(case_id), wish))
        except ServiceError as error:
            done.refused[case_id] = error
    perform_all(desk, steps)
    done.dispatched.extend(step.case.id for step in steps)
    return done


def _step(desk: Desk, case: Case | None, wish: Wish) -> Step:
    if case is None:
        raise NotFound(NO_CASE)
    return checked(desk, case, wish)
