"""Workbooks over HTTP."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook_response(filename: str, write: Callable[[Path], object]) -> FileResponse:
    """A workbook that ``write`` puts into the file it is given; nothing is left once it is sent."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="plotwatch-workbook-"))
        target = Path(folder) / "workbook.xlsx"
        write(target)
        kept = stack.pop_all()
    cleanup = BackgroundTask(kept.close)
    return FileResponse(target, media_type=WORKBOOK, filename=filename, background=cleanup)
