"""Figures of cases: counted and added up once in the database, then folded every way.

Void cases and the parents of splits are left out: their parts are counted instead. All figures
come from the areas the cases carry, so that they agree with the cases themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Double, Row, case, func, literal, select
from sqlalchemy.orm import Session

from service import clock
from service.accounts.permissions import village_scope
from service.accounts.roles import Principal
from service.cases.figures.rates import PARTS, rate_sums, rates
from service.cases.filters import CaseFilters, is_open, is_overdue, selected
from service.cases.models import Case
from service.cases.periods import Length, period_of
from service.cases.statuses import Status
from service.errors import NotFound
from service.patches.models import Patch
from service.villages.models import Village
from spatial.area import to_mu
from spatial.messages import Message
from spatial.words import Department, Protection

PROTECTIONS = tuple(kind.value for kind in Protection if kind is not Protection.NONE)
NO_VILLAGE = Message(
    "没有这个村，或您无权查看。", "There is no such village, or it is not yours to see."
)

Figures = dict[str, Any]
"""As ``service.cases.schemas.Figures`` describes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Cases alike in everything that figures are told apart by."""

    village: str
    department: str
    category: str
    severity: int
    status: str
    countable: bool
    open: bool
    overdue: bool
    cases: int
    suspect: float
    farmland: float
    exempt: float
    month: str
    protections: Mapping[str, tuple[int, float]]
    sums: Mapping[str, float]


def village_figures(
    session: Session, principal: Principal, filters: CaseFilters
) -> tuple[list[Figures], Figures]:
    """The figures of every village the caller may see, by code, and of all of them together."""
    groups = count_groups(session, principal, filters)
    statement = select(Village.code, Village.name).where(village_scope(principal, Village.code))
    names: dict[str, str] = dict(session.execute(statement).all())
    codes = sorted(names.keys() | {group.village for group in groups})
    by_village = _apart(groups, lambda group: group.village)
    items = [
        {"code": code, "name": names.get(code, code)} | fold(by_village.get(code, ()))
        for code in codes
        if not filters.villages or code in filters.villages
    ]
    return items, fold(groups)


def one_village_figures(
    session: Session, principal: Principal, code: str, filters: CaseFilters
) -> Figures:
    """The figures of one village.

    Raises:
        NotFound: when there is no such village, or the caller may not see it.
    """
    name = session.scalar(
        select(Village.name).where(Village.code == code, village_scope(principal, Village.code))
    )
    groups = [group for group in count_groups(session, principal, filters) if group.village == code]
    if name is None and not groups:
        raise NotFound(NO_VILLAGE)
    return {"code": code, "name": name or code} | fold(groups)


def department_figures(
    session: Session, principal: Principal, filters: CaseFilters
) -> tuple[list[Figures], Figures]:
    """The figures of every department that leads a case the caller may see, and of all."""
    groups = count_groups(session, principal, filters)
    apart = _apart(groups, lambda group: group.department)
    items = [
        {"code": code, "name": Department(code).label.zh} | fold(apart[code])
        for code in sorted(apart)
    ]
    return items, fold(groups)


def period_figures(
    session: Session,
    principal: Principal,
    filters: CaseFilters,
    length: Length,
    zone: ZoneInfo,
) -> tuple[list[Figures], Figures]:
    """The figures of every period in which cases were raised, in order, and of all of them."""
    groups = count_groups(session, principal, filters, zone)
    apart = _apart(groups, lambda group: period_of(group.month, length).code)
    items = []
    for code in sorted(apart):
        period = period_of(apart[code][0].month, length)
        names = {"code": code, "name": period.label.zh, "name_en": period.label.en}
        items.append(names | fold(apart[code]))
    return items, fold(groups)


def count_groups(
    session: Session, principal: Principal, filters: CaseFilters, zone: ZoneInfo | None = None
) -> list[Group]:
    """The cases the caller may see, counted and added up by everything that tells them apart.

    The months in which they were raised tell them apart only where a time zone is given.
    """
    now = clock.now()
    kinds = [
        Case.village_code.label("village"),
        Case.department,
        Case.category,
        Case.severity,
        Case.status,
        Case.countable,
        is_open().label("open"),
        is_overdue(now).label("overdue"),
        _month(zone).label("month"),
    ]
    sums = [_total(name).label(name) for name in ("suspect", "farmland", "exempt", *PROTECTIONS)]
    having = [_having(name).label(f"having_{name}") for name in PROTECTIONS]
    for_rates = [column.label(f"of_{name}") for name, column in rate_sums(now).items()]
    statement = (
        select(*kinds, func.count().label("cases"), *sums, *having, *for_rates)
        .join(Patch, Patch.id == Case.patch_id)
        .where(*selected(filters, principal, now), Case.status != Status.SPLIT.value)
        .group_by(*kinds)
    )
    return [_group(row) for row in session.execute(statement)]


def fold(groups: Iterable[Group]) -> Figures:
    """The figures of some groups together."""
    groups = list(groups)
    return _share(groups) | {
        "open": sum(group.cases for group in groups if group.open),
        "overdue": sum(group.cases for group in groups if group.overdue),
        "countable": sum(group.cases for group in groups if group.countable),
        "rates": rates(_added_up(groups)),
        "by_category": _shares(groups, lambda group: group.category),
        "by_severity": _shares(groups, lambda group: str(group.severity)),
        "by_status": _shares(groups, lambda group: group.status),
        "by_protection": {name: _protected(groups, name) for name in PROTECTIONS},
    }


def _added_up(groups: Sequence[Group]) -> dict[str, float]:
    return {name: sum(group.sums[name] for group in groups) for name in PARTS}


def _share(groups: Sequence[Group]) -> Figures:
    suspect = sum(group.suspect for group in groups)
    return {
        "cases": sum(group.cases for group in groups),
        "suspect": suspect,
        "suspect_mu": to_mu(suspect),
        "farmland": sum(group.farmland for group in groups),
        "exempt": sum(group.exempt for group in groups),
    }


def _shares(groups: Sequence[Group], key: Callable[[Group], str]) -> dict[str, Figures]:
    apart = _apart(groups, key)
    return {name: _share(apart[name]) for name in sorted(apart)}


def _protected(groups: Sequence[Group], name: str) -> Figures:
    area = sum(group.protections[name][1] for group in groups)
    return {
        "cases": sum(group.protections[name][0] for group in groups),
        "area": area,
        "area_mu": to_mu(area),
    }


def _apart(groups: Iterable[Group], key: Callable[[Group], str]) -> dict[str, list[Group]]:
    apart: dict[str, list[Group]] = {}
    for group in groups:
        apart.setdefault(key(group), []).append(group)
    return apart


def _area(name: str) -> Any:
    return func.coalesce(Case.areas[name].astext.cast(Double), 0.0)


def _total(name: str) -> Any:
    return func.sum(_area(name))


def _month(zone: ZoneInfo | None) -> ColumnElement[str]:
    if zone is None:
        return literal("")
    return func.to_char(func.timezone(zone.key, Case.created_at), "YYYY-MM")


def _having(name: str) -> Any:
    return func.count(case((_area(name) > 0, 1)))


def _group(row: Row[*tuple[Any, ...]]) -> Group:
    told = row._mapping
    return Group(
        **{name: told[name] for name in Group.__slots__ if name not in ("protections", "sums")},
        protections={name: (told[f"having_{name}"], told[name]) for name in PROTECTIONS},
        sums={name: told[f"of_{name}"] for name in PARTS},
    )
