"""The states of work on scenes: taking one in, comparing two."""

from __future__ import annotations

from enum import StrEnum


class WorkStatus(StrEnum):
    """Where a scene or a comparison stands; the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    REJECTED = "rejected"
    """The input was refused; ``problem`` says why."""
    FAILED = "failed"
    """It came to nothing through no fault of the input."""

    @property
    def final(self) -> bool:
        """Whether nothing more will happen."""
        return self not in (WorkStatus.QUEUED, WorkStatus.RUNNING)


UNFINISHED = (WorkStatus.QUEUED.value, WorkStatus.RUNNING.value)
"""The values of the states in which work is left."""

GONE = (WorkStatus.REJECTED.value, WorkStatus.FAILED.value)
"""The values of the states in which nothing is kept."""
