"""Ways to reach a subscriber; each sends one message or raises ``DeliveryFailed``."""

from service.alerts.channels.base import Channel, DeliveryFailed
from service.alerts.channels.registry import check_target, send

__all__ = ["Channel", "DeliveryFailed", "check_target", "send"]
