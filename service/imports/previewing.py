"""A look at an upload before anything is published."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from typing import Any

from service.errors import InvalidParameter, NotFound
from service.files import StoredFile
from service.imports.preparing import preview_job, work_folder
from service.imports.reading.frames import FrameKind
from service.imports.reading.process import ReadingCrashed, private_folder, reading
from service.imports.submitting import ImportOptions, Upload
from service.runtime import Runtime
from service.villages.queries import known_villages
from spatial.intake.model import Source
from spatial.messages import Message
from spatial.words import LayerName

PREVIEWS_AT_ONCE = 2
_slots = threading.BoundedSemaphore(PREVIEWS_AT_ONCE)

UPLOAD_GONE = Message(
    "没有该文件，请重新上传。", "There is no such file any more; upload it again."
)


def preview(
    runtime: Runtime, upload: Upload, layer: LayerName, options: ImportOptions
) -> dict[str, Any]:
    """What reading a stored file as a layer would decide, and its first rows.

    Raises:
        SpatialError: when the file is refused.
        InvalidParameter: when the process that read it died.
    """
    with runtime.database.reading() as session:
        villages = known_villages(session)
    with (
        _slots,
        private_folder(work_folder(runtime), f"preview-{uuid.uuid4().hex}") as folder,
        runtime.files.local_path(upload.stored.sha256) as path,
    ):
        settings = runtime.settings.imports
        place = Source(path, folder)
        asked = preview_job(settings, place, layer, options.reading(), upload.filename)
        with reading(asked, villages.wkb) as process:
            try:
                return _previewed(process.answers())
            except ReadingCrashed as error:
                raise InvalidParameter("file", error.message, code=error.code) from error


def known_upload(runtime: Runtime, sha256: str, filename: str | None) -> Upload:
    """A file that was sent before.

    Raises:
        NotFound: when it is not in the store.
    """
    size = runtime.files.size(sha256)
    if size is None:
        raise NotFound(UPLOAD_GONE, code="upload-gone")
    return Upload(filename=filename or sha256[:12], stored=StoredFile(sha256, size))


def _previewed(answers: Iterator[tuple[FrameKind, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for kind, content in answers:
        if kind is FrameKind.PREVIEW:
            found = content
    return found
