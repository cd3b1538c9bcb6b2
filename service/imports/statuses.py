"""The states of an import."""

from __future__ import annotations

from enum import StrEnum


class ImportStatus(StrEnum):
    """Where an import stands; the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    PUBLISHED = "published"
    REJECTED = "rejected"
    FAILED = "failed"

    @property
    def final(self) -> bool:
        """Whether nothing more will happen."""
        return self in (ImportStatus.PUBLISHED, ImportStatus.REJECTED, ImportStatus.FAILED)


UNFINISHED = (ImportStatus.QUEUED.value, ImportStatus.RUNNING.value)
"""The values of the states in which work is left."""
