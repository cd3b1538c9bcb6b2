"""Patches are independent of one another and GEOS releases the interpreter: threads share them."""

from __future__ import annotations

import itertools
import os

_SMALLEST_PART = 250


def thread_count() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def slices(count: int, parts: int) -> list[slice]:
    """``range(count)`` in at most so many slices of nearly one length; at least one slice."""
    parts = max(1, min(parts, count // _SMALLEST_PART))
    borders = [count * part // parts for part in range(parts + 1)]
    return [slice(start, stop) for start, stop in itertools.pairwise(borders)]
