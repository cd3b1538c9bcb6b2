"""Numbers, days and times as requests may write them, and no other way.

Python's own readers take digits of every script, underscores between them, week dates and more; a
request that holds such a thing holds a mistake.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime

NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
WHOLE = re.compile(r"[+-]?\d{1,19}", re.ASCII)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,18})?(?:[Zz]|[+-]\d\d:\d\d)?", re.ASCII
)


def number(text: str) -> float:
    """A finite decimal number; spaces around it are overlooked.

    Raises:
        ValueError: for anything else, infinity and what is not a number among it.
    """
    if not NUMBER.fullmatch(text.strip(" ")) or not math.isfinite(value := float(text)):
        raise ValueError(f"no finite number: {text[:40]!r}")
    return value


def whole(text: str) -> int:
    """A whole number of 64 bits.

    Raises:
        ValueError: for anything else.
    """
    if not WHOLE.fullmatch(text) or not -(2**63) <= int(text) < 2**63:
        raise ValueError(f"no whole number: {text[:40]!r}")
    return int(text)


def day(text: str) -> date:
    """A day as ``2026-04-01``.

    Raises:
        ValueError: for anything else.
    """
    if not DAY.fullmatch(text):
        raise ValueError(f"no day: {text[:40]!r}")
    return date.fromisoformat(text)


def moment(text: str) -> datetime:
    """A time as RFC 3339 writes it; naive when the text has no offset.

    Raises:
        ValueError: for anything else.
    """
    if not MOMENT.fullmatch(text):
        raise ValueError(f"no time: {text[:40]!r}")
    return datetime.fromisoformat(text.upper().replace("Z", "+00:00"))
