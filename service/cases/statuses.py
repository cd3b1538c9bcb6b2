"""The states a case can be in; which change leads where stands in the transition table."""

from __future__ import annotations

from spatial.words import LabelledEnum


class Status(LabelledEnum):
    """Where a case stands on its way from the satellite to its conclusion."""

    SCREENED = "screened", "已套合", "screened"
    PENDING_ASSIGNMENT = "pending_assignment", "待分派", "pending assignment"
    VILLAGE_CHECK = "village_check", "待村级核查", "village check"
    EVIDENCE = "evidence", "核查举证中", "gathering evidence"
    OFFICE_REVIEW = "office_review", "待专班办公室审核", "office review"
    RETURNED = "returned", "退回补充", "returned"
    CONCLUDED = "concluded", "已认定", "concluded"
    RECTIFYING = "rectifying", "整改中", "rectifying"
    ENFORCEMENT = "enforcement", "移送综合执法", "enforcement"
    ACCEPTANCE = "acceptance", "待验收", "acceptance"
    CLOSED_NO_VIOLATION = "closed_no_violation", "结案（无违法）", "closed, no violation"
    CLOSED_RECTIFIED = "closed_rectified", "已销号", "closed, rectified"
    ESCALATED = "escalated", "挂牌督办", "escalated"
    TRANSFERRED = "transferred", "移送区规资/上级", "transferred"
    REOPENED = "reopened", "重开", "reopened"
    SPLIT = "split", "已拆分", "split"


TERMINAL = frozenset(
    {Status.CLOSED_NO_VIOLATION, Status.CLOSED_RECTIFIED, Status.TRANSFERRED, Status.SPLIT}
)
"""States in which nothing is owed any more; ``split`` hands on to its children."""

CONCLUDED_OR_LATER = frozenset(
    {
        Status.CONCLUDED,
        Status.RECTIFYING,
        Status.ENFORCEMENT,
        Status.ACCEPTANCE,
        *TERMINAL,
    }
)
"""States in which a person has concluded: screening again annotates, it does not change."""
