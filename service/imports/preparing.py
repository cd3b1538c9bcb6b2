"""What a reading process is told before it begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from service.imports.models import Import
from service.imports.reading.job import ReadingJob, ReadingLimits
from service.runtime import Runtime
from service.settings import ImportSettings, Settings
from spatial.intake.model import Limits, ReadOptions
from spatial.words import LayerName


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file lies, under which name it was sent, and a folder to read it in."""

    path: Path
    filename: str
    folder: Path


def work_folder(runtime: Runtime) -> Path:
    """Where reading processes have their private folders."""
    return runtime.settings.home / "work"


def incoming_folder(settings: Settings) -> Path:
    """Where uploads lie while they arrive."""
    return settings.home / "incoming"


def preview_job(
    settings: ImportSettings,
    place: Place,
    layer: LayerName,
    options: Mapping[str, str | None],
    village_codes: tuple[str, ...],
) -> ReadingJob:
    """The decisions and first rows of a file."""
    return ReadingJob(
        path=place.path.resolve(),
        folder=place.folder.resolve(),
        layer=layer,
        options=ReadOptions(**options, source_name=place.filename, limits=file_limits(settings)),
        limits=ReadingLimits(
            memory_bytes=settings.memory_mb << 20, seconds=settings.preview_seconds
        ),
        village_codes=village_codes,
        preview=True,
    )


def reading_job(
    settings: ImportSettings,
    place: Place,
    job: Import,
    village_codes: tuple[str, ...],
    version_id: int,
) -> ReadingJob:
    """The whole file of an import, row by row."""
    look = preview_job(settings, place, LayerName(job.layer), job.options, village_codes)
    limits = replace(look.limits, seconds=settings.seconds)
    return replace(look, limits=limits, version_id=version_id, preview=False)


def file_limits(settings: ImportSettings) -> Limits:
    """What a file may hold."""
    return Limits(
        unpacked_bytes=settings.unpacked_mb << 20,
        compression_ratio=settings.compression_ratio,
        members=settings.members,
        nesting=settings.nesting,
        rows=settings.rows,
        columns=settings.columns,
        vertices_per_row=settings.vertices_per_row,
    )
