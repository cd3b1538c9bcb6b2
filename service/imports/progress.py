"""What is told of an import while it runs, in transactions of its own.

Decisions, counts and notes on rows are committed as they come: they are seen while the import
runs, and they outlive it when nothing is published.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import update

from service.database.copying import copy_rows
from service.imports.models import Import, ImportRow
from service.runtime import Runtime

NOTE_COLUMNS = ("import_id", "row", "status", "code", "detail", "detail_en", "field", "lon", "lat")
SECONDS_BETWEEN = 0.3
READING_SHARE = 0.8
"""The share of the bar that reading takes; indexing, publishing and screening take the rest."""


class Stage(StrEnum):
    """What an import is at."""

    OPENING = "opening"
    READING = "reading"
    INDEXING = "indexing"
    PUBLISHING = "publishing"
    SCREENING = "screening"
    DONE = "done"


PROGRESS_AT = {
    Stage.OPENING: 0.0,
    Stage.INDEXING: READING_SHARE,
    Stage.PUBLISHING: 0.9,
    Stage.SCREENING: 0.93,
}


class Progress:
    """Counts what the reading process tells, and tells it on."""

    def __init__(self, runtime: Runtime, import_id: int) -> None:
        self._runtime = runtime
        self._import_id = import_id
        self._told_at = 0.0
        self._expected = 0
        self.read = 0
        self.rejected = 0
        self.repaired = 0
        self.findings: list[dict[str, Any]] = []
        self.decisions: list[dict[str, Any]] = []

    @property
    def counts(self) -> dict[str, int]:
        """Rows so far, by how they ended."""
        return {
            "read": self.read,
            "accepted": self.read - self.rejected - self.repaired,
            "repaired": self.repaired,
            "rejected": self.rejected,
        }

    def opened(self, told: dict[str, Any]) -> None:
        """The file is open."""
        self._expected = told["row_count"]
        self.decisions = told["decisions"]
        self._tell(stage=Stage.READING.value, decisions=self.decisions)

    def batch(self, told: dict[str, Any]) -> None:
        """Rows have been read."""
        self.read += told["read"]
        self.rejected += told["rejected"]
        self.repaired += told["repaired"]
        if told["notes"]:
            self.note(told["notes"])
        if time.monotonic() - self._told_at > SECONDS_BETWEEN:
            share = min(1.0, self.read / self._expected) if self._expected else 1.0
            self._tell(progress=READING_SHARE * share, counts=self.counts)

    def finished(self, told: dict[str, Any]) -> None:
        """The whole layer has been read."""
        self.decisions = told["decisions"]
        self.findings = told["findings"]
        self._tell(counts=self.counts, decisions=self.decisions, findings=self.findings)

    def reject(self, notes: Sequence[Sequence[Any]]) -> None:
        """Rows are rejected that reading had let pass, one note for each."""
        self.rejected += len(notes)
        self.note(notes)
        self._tell(counts=self.counts)

    def at(self, stage: Stage) -> None:
        """A stage begins."""
        self._tell(stage=stage.value, progress=PROGRESS_AT[stage])

    def note(self, notes: Sequence[Sequence[Any]]) -> None:
        """Keep notes on rows: (row, status, code, Chinese, English, field, lon, lat)."""
        with self._runtime.database.transaction() as session:
            rows = ((self._import_id, *note) for note in notes)
            copy_rows(session, ImportRow, NOTE_COLUMNS, rows)

    def _tell(self, **values: Any) -> None:
        self._told_at = time.monotonic()
        with self._runtime.database.transaction() as session:
            session.execute(update(Import).where(Import.id == self._import_id).values(**values))
