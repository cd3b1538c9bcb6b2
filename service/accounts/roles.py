"""Roles, and the person or program behind a request."""

from __future__ import annotations

from dataclasses import dataclass

from spatial.words import Department, LabelledEnum


class Role(LabelledEnum):
    """What an account is; its scope (villages or a department) stands beside it."""

    ADMIN = "admin", "系统管理员", "administrator"
    LEADER = "leader", "专班组长", "task force leader"
    OFFICE = "office", "专班办公室", "task force office"
    DEPARTMENT = "department", "责任部门", "department"
    VILLAGE = "village", "村书记", "village secretary"
    GRID = "grid", "网格员", "grid member"
    ANALYST = "analyst", "分析员", "analyst"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who acts: an account as the permission table sees it."""

    account_id: int | None
    username: str
    role: Role
    villages: frozenset[str] = frozenset()
    department: Department | None = None

    @property
    def bound_to_villages(self) -> bool:
        """Whether this principal sees the listed villages only (an analyst may be, too)."""
        return self.role in (Role.VILLAGE, Role.GRID) or (
            self.role is Role.ANALYST and bool(self.villages)
        )


SYSTEM = Principal(None, "system", Role.ADMIN)
"""The product itself: jobs and the clock."""
