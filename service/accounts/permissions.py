"""The one permission table: which role may do what, and on whose ground.

Every door (API, OGC, tiles, exports, events, files, database roles) asks here.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, any_, false, literal, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from service.accounts.roles import Principal, Role
from service.errors import NotAllowed
from spatial.messages import Message
from spatial.words import Department


class Action(StrEnum):
    """What can be asked of the service, beyond the transitions of a case."""

    READ_MAP = "read-map"
    READ_CASES = "read-cases"
    READ_IMPORTS = "read-imports"
    IMPORT_LAYERS = "import-layers"
    EDIT_PLOTS = "edit-plots"
    ACT_ON_CASES = "act-on-cases"
    ADD_EVIDENCE = "add-evidence"
    EXPORT_LEDGER = "export-ledger"
    MANAGE_SUBSCRIPTIONS = "manage-subscriptions"
    MANAGE_SCENES = "manage-scenes"
    MANAGE_ACCOUNTS = "manage-accounts"
    MANAGE_CALENDAR = "manage-calendar"
    SCREEN_AGAIN = "screen-again"
    READ_ASSESSMENT = "read-assessment"
    ENTER_ASSESSMENT = "enter-assessment"
    DECIDE_VETOES = "decide-vetoes"


EVERYONE = frozenset(Role)
OFFICE = frozenset({Role.ADMIN, Role.LEADER, Role.OFFICE})

PERMISSIONS: Mapping[Action, frozenset[Role]] = {
    Action.READ_MAP: EVERYONE,
    Action.READ_CASES: EVERYONE,
    Action.READ_IMPORTS: OFFICE | {Role.ANALYST},
    Action.IMPORT_LAYERS: frozenset({Role.ADMIN, Role.OFFICE, Role.ANALYST}),
    Action.EDIT_PLOTS: frozenset({Role.ADMIN, Role.OFFICE, Role.ANALYST}),
    Action.ACT_ON_CASES: EVERYONE - {Role.ANALYST},
    Action.ADD_EVIDENCE: EVERYONE - {Role.ANALYST},
    Action.EXPORT_LEDGER: EVERYONE - {Role.GRID},
    Action.MANAGE_SUBSCRIPTIONS: EVERYONE,
    Action.MANAGE_SCENES: frozenset({Role.ADMIN, Role.OFFICE, Role.ANALYST}),
    Action.MANAGE_ACCOUNTS: frozenset({Role.ADMIN}),
    Action.MANAGE_CALENDAR: OFFICE,
    Action.SCREEN_AGAIN: frozenset({Role.ADMIN, Role.OFFICE}),
    Action.READ_ASSESSMENT: OFFICE | {Role.VILLAGE, Role.DEPARTMENT},
    Action.ENTER_ASSESSMENT: OFFICE,
    Action.DECIDE_VETOES: frozenset({Role.LEADER}),
}

COPIED_ON_EVERYTHING = frozenset(
    {
        Department.NATURAL_RESOURCES_STATION,
        Department.FINANCE,
        Department.TASK_FORCE_OFFICE,
    }
)
"""Departments that read every case: the station is copied in, finance reads cost items."""


OF_THE_WHOLE_TOWNSHIP = frozenset({Action.READ_IMPORTS, Action.IMPORT_LAYERS, Action.MANAGE_SCENES})
"""Not for whoever is bound to villages: an import replaces a layer or raises cases everywhere, and
its counts and receipt tell of all of them."""


def allowed(principal: Principal, action: Action) -> bool:
    """Whether the table lets this principal do this at all (its scope is asked apart)."""
    if principal.bound_to_villages and action in OF_THE_WHOLE_TOWNSHIP:
        return False
    return principal.role in PERMISSIONS[action]


def require(principal: Principal, action: Action) -> None:
    """Refuse what the table does not allow.

    Raises:
        NotAllowed: naming the role that asked.
    """
    if not allowed(principal, action):
        raise NotAllowed(
            Message(
                f"您的角色（{principal.role.label.zh}）不能进行此操作，请联系专班办公室。",
                f"Your role ({principal.role.label.en}) may not do this; ask the office.",
            ),
            action=action.value,
        )


def village_scope(
    principal: Principal,
    column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None] | ColumnElement[str],
) -> ColumnElement[bool]:
    """The SQL condition under which a row of a village may be seen."""
    if not principal.bound_to_villages:
        return true()
    return column.in_(sorted(principal.villages)) if principal.villages else false()


def plot_scope(
    principal: Principal, village: InstrumentedAttribute[str | None]
) -> ColumnElement[bool]:
    """The SQL condition under which a plot may be seen.

    Plots are part of the map that everybody reads. An analyst bound to villages sees theirs only,
    as by the login to the database that row-level security binds in the same way.
    """
    return village_scope(principal, village) if principal.role is Role.ANALYST else true()


def case_scope(
    principal: Principal,
    village: InstrumentedAttribute[str],
    department: InstrumentedAttribute[str],
    supporting: InstrumentedAttribute[list[str]],
) -> ColumnElement[bool]:
    """The SQL condition under which a case may be seen: own villages, own duty, or all."""
    scope = village_scope(principal, village)
    if principal.role is not Role.DEPARTMENT:
        return scope
    if principal.department is None:
        return false()
    if principal.department in COPIED_ON_EVERYTHING:
        return scope
    duty = or_(
        department == principal.department.value,
        literal(principal.department.value) == any_(supporting),
    )
    return and_(scope, duty)


def assessed_village(principal: Principal, code: str) -> bool:
    """Whether the card of a village may be seen: a village's own, or all for the office."""
    if principal.role is Role.VILLAGE:
        return code in principal.villages
    return principal.role in OFFICE


def assessed_department(principal: Principal, department: Department) -> bool:
    """Whether the card of a department may be seen: its own, or all for the office."""
    if principal.role is Role.DEPARTMENT:
        return department is principal.department
    return principal.role in OFFICE
