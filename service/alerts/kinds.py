"""What can happen to a case that somebody is told of."""

from __future__ import annotations

from spatial.words import LabelledEnum


class NoticeKind(LabelledEnum):
    """Why a notice is written; the value stands in webhooks and events."""

    RAISED = "raised", "新增疑似图斑", "raised"
    JOINED = "joined", "再次监测到（已并入原图斑）", "seen again"
    REBOUNDED = "rebounded", "疑似反弹", "suspected rebound"
    ASSIGNED = "assigned", "任务已分派", "assigned"
    DUE_SOON = "due_soon", "即将到期", "due soon"
    OVERDUE = "overdue", "已逾期", "overdue"
    ESCALATED = "escalated", "挂牌督办", "escalated"
    RETURNED = "returned", "退回补充", "returned"
    CONCLUDED = "concluded", "已认定", "concluded"
    TRANSFERRED = "transferred", "移送上级", "transferred"
    REOPENED = "reopened", "重新打开", "reopened"
    RECONSIDER = "reconsider", "认定后情况有变，请复核", "changed since it was answered"
    NOTED = "noted", "新增备注", "note added"
    VOIDED = "voided", "已作废", "declared void"
    CLOSED = "closed", "已结案或销号", "closed"
