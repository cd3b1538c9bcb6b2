"""What a reading process is told before it begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from service.imports.models import Import
from service.imports.reading.job import ReadingJob, ReadingLimits
from service.runtime import Runtime
from service.settings import ImportSettings, Settings
from spatial.intake.model import Limits, ReadOptions, Source
from spatial.words import LayerName


def work_folder(runtime: Runtime) -> Path:
    """Where reading processes have their private folders."""
    return runtime.settings.home / "work"


def incoming_folder(settings: Settings) -> Path:
    """Where uploads lie while they arrive."""
    return settings.home / "incoming"


def preview_job(
    settings: ImportSettings,
    place: Source,
    layer: LayerName,
    options: Mapping[str, str | None],
    filename: str,
) -> ReadingJob:
    """The decisions and first rows of a file."""
    return ReadingJob(
        path=str(place.path.resolve()),
        workspace=str(place.workspace.resolve()),
        layer=layer,
        options=ReadOptions(**options, source_name=filename, limits=file_limits(settings)),
        limits=ReadingLimits(
            memory_bytes=settings.memory_mb << 20, seconds=settings.preview_seconds
        ),
        preview=True,
    )


def reading_job(
    settings: ImportSettings,
    place: Source,
    job: Import,
    version_id: int,
    village_codes: tuple[str, ...],
) -> ReadingJob:
    """The whole file of an import, row by row."""
    look = preview_job(settings, place, LayerName(job.layer), job.options, job.filename)
    return replace(
        look,
        limits=replace(look.limits, seconds=settings.seconds),
        preview=False,
        version_id=version_id,
        village_codes=village_codes,
    )


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
