"""What a reading process is asked to do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from spatial.intake.model import ReadOptions
from spatial.words import LayerName


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLimits:
    """What a reading process may use: ``memory_bytes`` of address space beyond its own start,
    ``seconds`` of wall time (and as many of processor time on each core)."""

    memory_bytes: int
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingJob:
    """One file to read as one layer, in a ``folder`` of its own.

    ``version_id`` stands in every row of a base layer (0 for patches). With ``preview`` only the
    decisions and the first rows are asked for. ``villages`` is a WKB geometry collection of the
    known villages (EPSG:4490 degrees), ``village_codes`` their codes in the same order.
    """

    path: Path
    folder: Path
    layer: LayerName
    options: ReadOptions
    limits: ReadingLimits
    villages: bytes
    village_codes: tuple[str, ...]
    version_id: int = 0
    preview: bool = False

    @property
    def workspace(self) -> Path:
        """The part of the folder that the file may be unpacked into."""
        return self.folder / "files"

    @property
    def errors(self) -> Path:
        """What the process and its libraries write to standard error."""
        return self.folder / "errors.txt"
