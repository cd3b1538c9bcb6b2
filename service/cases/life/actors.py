"""Who may make which move: groups of people, as the transition table names them."""

from __future__ import annotations

from enum import Enum

from service.accounts.roles import Principal, Role
from service.cases.models import Case
from spatial.messages import Message
from spatial.words import Department

OFFICE_ROLES = frozenset({Role.LEADER, Role.OFFICE})
READ_ONLY = frozenset({Department.FINANCE})
"""Departments that read cases for their cost items and move none."""
INSPECTORS = {
    "non_farm": Department.PLANNING_AND_ENVIRONMENT,
    "non_grain": Department.AGRICULTURE_SERVICE_CENTER,
}
"""Who inspects what was rectified, by the conclusion."""


class Actor(Enum):
    """A group of people whose members may make a move. Administrators stand in for all of them;
    the history names them."""

    SYSTEM = Message("系统", "system")
    LEADER = Message("专班组长", "leader")
    OFFICE = Message("专班办公室", "office")
    LEAD_DEPARTMENT = Message("主责部门", "lead department")
    DUTY_DEPARTMENT = Message("责任部门", "departments on duty")
    INSPECTING_DEPARTMENT = Message("验收部门", "inspecting department")
    LAW_ENFORCEMENT = Message("综合执法大队", "law enforcement")
    SECRETARY = Message("村书记", "village secretary")
    VILLAGE_PEOPLE = Message("村社干部与网格员", "village cadres and grid members")

    def includes(self, principal: Principal, case: Case) -> bool:
        """Whether somebody who may see the case belongs to this group for it."""
        if principal.account_id is None:
            return self is Actor.SYSTEM
        if self is Actor.SYSTEM:
            return False
        if principal.role is Role.ADMIN:
            return True
        if principal.role is Role.DEPARTMENT:
            return self._has_department(principal.department, case)
        return principal.role in ROLES.get(self, frozenset())

    def _has_department(self, department: Department | None, case: Case) -> bool:
        if department is None or department in READ_ONLY:
            return False
        match self:
            case Actor.LEAD_DEPARTMENT:
                return department == case.department
            case Actor.DUTY_DEPARTMENT:
                return department in (case.department, *case.supporting_departments)
            case Actor.INSPECTING_DEPARTMENT:
                return department is INSPECTORS.get(case.conclusion or "")
            case Actor.LAW_ENFORCEMENT:
                return department is Department.LAW_ENFORCEMENT
            case _:
                return False


ROLES: dict[Actor, frozenset[Role]] = {
    Actor.LEADER: frozenset({Role.LEADER}),
    Actor.OFFICE: OFFICE_ROLES,
    Actor.SECRETARY: frozenset({Role.VILLAGE}),
    Actor.VILLAGE_PEOPLE: frozenset({Role.VILLAGE, Role.GRID}),
}
"""The roles of groups that are not departments."""
