"""A look at an upload before anything is published."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import structlog

from service.imports.preparing import Place, preview_job, work_folder
from service.imports.reading.frames import FrameKind
from service.imports.reading.process import ReadingCrashed, private_folder, reading
from service.imports.submitting import ImportOptions
from service.runtime import Runtime
from service.villages.queries import known_villages
from spatial.words import LayerName

log = structlog.get_logger()

PREVIEWS_AT_ONCE = 2
_slots = threading.BoundedSemaphore(PREVIEWS_AT_ONCE)


def preview(
    runtime: Runtime, path: Path, filename: str, layer: LayerName, options: ImportOptions
) -> dict[str, Any]:
    """What reading a file as a layer would decide, and its first rows.

    Raises:
        SpatialError: when the file is refused.
        ReadingCrashed: when the process that read it died.
    """
    with runtime.database.reading() as session:
        villages = known_villages(session)
    with (
        _slots,
        private_folder(work_folder(runtime), f"preview-{uuid.uuid4().hex}") as folder,
    ):
        place = Place(path, filename, folder)
        settings = runtime.settings.imports
        asked = preview_job(settings, place, layer, options.reading(), villages.codes)
        with reading(asked, villages.wkb) as process:
            return _previewed(process.answers())


def refuse_at_sight(
    runtime: Runtime, path: Path, filename: str, layer: LayerName, options: ImportOptions
) -> None:
    """Refuse a small file at once when opening it already shows that it cannot be imported.

    A large file is opened by the worker alone; so is one on which the look came to nothing.

    Raises:
        SpatialError: when the file is refused.
    """
    if path.stat().st_size > runtime.settings.imports.look_mb << 20:
        return
    try:
        preview(runtime, path, filename, layer, options)
    except ReadingCrashed as error:
        log.warning("a look at an upload came to nothing", file=filename, reason=str(error))


def _previewed(answers: Iterator[tuple[FrameKind, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for kind, content in answers:
        if kind is FrameKind.PREVIEW:
            found = content
    return found
