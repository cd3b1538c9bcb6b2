"""What can become of a message."""

from __future__ import annotations

from spatial.words import LabelledEnum


class DeliveryStatus(LabelledEnum):
    """Where a message stands."""

    WAITING = "waiting", "待发送", "waiting"
    SENT = "sent", "已送达", "delivered"
    DEAD = "dead", "发送失败（可重发）", "given up, can be sent again"
    CANCELLED = "cancelled", "已取消", "cancelled"
