"""Progress of work in several parts."""

from __future__ import annotations

from collections.abc import Callable

Report = Callable[[float, str], None]
"""Called with the share done, 0 to 1, and a word for what is being done."""


def no_report(_share: float, _stage: str) -> None:
    """For callers that do not want to know."""


def within(report: Report, start: float, stop: float) -> Report:
    """A report of its own for the part of the work between two shares."""

    def scaled(share: float, stage: str) -> None:
        report(start + share * (stop - start), stage)

    return scaled
