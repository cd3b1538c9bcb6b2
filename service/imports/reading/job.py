"""What a reading process is asked to do."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from spatial.intake.model import Limits, ReadOptions
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
    decisions and the first rows are asked for. ``village_codes`` belong to the villages that are
    sent beside the job, in their order.
    """

    path: Path
    folder: Path
    layer: LayerName
    options: ReadOptions
    limits: ReadingLimits
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

    def to_json(self) -> bytes:
        """As the child's first frame carries it."""
        return orjson.dumps(asdict(self), default=str)

    @classmethod
    def from_json(cls, text: bytes) -> ReadingJob:
        """The job of a first frame."""
        fields: dict[str, Any] = orjson.loads(text)
        options = fields.pop("options")
        limits = Limits(**options.pop("limits"))
        return cls(
            path=Path(fields.pop("path")),
            folder=Path(fields.pop("folder")),
            layer=LayerName(fields.pop("layer")),
            options=ReadOptions(**options, limits=limits),
            limits=ReadingLimits(**fields.pop("limits")),
            village_codes=tuple(fields.pop("village_codes")),
            **fields,
        )
