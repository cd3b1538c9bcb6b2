"""How often a subscriber wants to hear: at once, or in digests at eight in the morning."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from spatial.words import LabelledEnum

DIGEST_HOUR = 8
MONDAY = 0


class Frequency(LabelledEnum):
    """When a notice is sent on."""

    AT_ONCE = "at_once", "即时", "at once"
    DAILY = "daily", "每日汇总", "daily digest"
    WEEKLY = "weekly", "每周汇总", "weekly digest"


def next_digest(frequency: Frequency, after: datetime, zone: ZoneInfo) -> datetime:
    """The first digest moment strictly after a moment: 08:00 local time, Mondays when weekly."""
    local = after.astimezone(zone)
    moment = local.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    if moment <= local:
        moment += timedelta(days=1)
    if frequency is Frequency.WEEKLY:
        moment += timedelta(days=(MONDAY - moment.weekday()) % 7)
    return moment
