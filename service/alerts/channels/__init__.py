"""Ways to reach a subscriber; each sends one message or raises ``DeliveryFailed``."""

from service.alerts.channels.base import Channel, DeliveryFailed
from service.alerts.channels.registry import check_target, send
from service.alerts.channels.webhook import new_secret

__all__ = ["Channel", "DeliveryFailed", "check_target", "new_secret", "send"]
