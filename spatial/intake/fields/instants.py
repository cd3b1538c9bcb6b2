"""Times that know their zone, and the day that they are in China.

A day is what survey files mean by a date, and it is a day in China. Programs that count in UTC
write its midnight as 16:00 of the day before; a time of the morning there stands on the day
before, too. So the day of an instant is that of China, 8 hours before UTC, with one exception:
the last second of a day is how its end is written, whatever zone a program puts beside it.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

Seconds = NDArray[np.int64]

_INSTANT = re.compile(r"[T\s](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)$")
_DAY = 86_400
_CHINA = 8 * 3_600


def days_to_china(seconds: Seconds, offset: int = 0) -> Seconds:
    """How many days later than written a time is in China.

    ``seconds``: of the day as written, or since any midnight; ``offset``: by how many seconds its
    zone is before UTC.
    """
    of_day = seconds % _DAY
    return np.where(of_day == _DAY - 1, 0, (of_day - offset + _CHINA) // _DAY)


def converted(seconds: Seconds, offset: int = 0) -> NDArray[np.bool_]:
    """Which times are on another day in China and no midnight there: worth telling of."""
    midnight = (seconds - offset + _CHINA) % _DAY == 0
    return np.asarray((days_to_china(seconds, offset) != 0) & ~midnight)


def read_instant(text: str) -> tuple[Seconds, int] | None:
    """Seconds of the day and offset, both as written, of an ISO time that names its zone."""
    match = _INSTANT.search(text)
    if match is None:
        return None
    hour, minute, second, zone = match.groups(default="0")
    of_day = np.array(3600 * int(hour) + 60 * int(minute) + int(second), np.int64)
    digits = zone.strip("Z+-").replace(":", "").ljust(4, "0")
    offset = 3600 * int(digits[:2]) + 60 * int(digits[2:])
    return of_day, -offset if zone.startswith("-") else offset
