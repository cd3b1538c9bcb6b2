"""One look into the watched folder.

``PLOTWATCH_INBOX/file`` is imported as patches, ``PLOTWATCH_INBOX/<layer>/file`` as that layer.
A file counts as complete when nothing about it has changed for a while: its change time cannot be
set by the program that copies it. Taken files move to ``taken/``; when a process dies between
queueing and moving, the next look finds the same bytes already queued and moves the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import structlog

from service import clock
from service.imports.submitting import ImportOptions, Submission, submit
from service.runtime import Runtime
from spatial.words import LayerName

log = structlog.get_logger()

TAKEN = "taken"
UNFINISHED_SUFFIXES = frozenset({".part", ".partial", ".tmp", ".crdownload", ".filepart"})


def sweep(runtime: Runtime) -> list[Submission]:
    """Queue the import of every complete file in the inbox; without an inbox there is nothing."""
    inbox = runtime.settings.inbox
    if inbox is None:
        return []
    if not inbox.is_dir():
        log.warning("the inbox is not a folder", inbox=str(inbox))
        return []
    return [take(runtime, inbox, path, layer) for path, layer in waiting(runtime, inbox)]


def waiting(runtime: Runtime, inbox: Path) -> Iterator[tuple[Path, LayerName]]:
    """Complete files and the layers they are meant for, in the order of their names."""
    for folder, layer in [(inbox, LayerName.PATCHES), *((inbox / n.value, n) for n in LayerName)]:
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if is_complete(path, runtime.settings.inbox_settle_seconds):
                yield path, layer


def is_complete(path: Path, settle_seconds: float) -> bool:
    """Whether a regular file has arrived and is at rest; symbolic links are never followed."""
    hidden = path.name.startswith((".", "~"))
    if hidden or path.is_symlink() or path.suffix.lower() in UNFINISHED_SUFFIXES:
        return False
    if not path.is_file():
        return False
    status = path.stat()
    return status.st_size > 0 and clock.now().timestamp() - status.st_ctime >= settle_seconds


def take(runtime: Runtime, inbox: Path, path: Path, layer: LayerName) -> Submission:
    """Queue one file's import and move it out of the way."""
    submission = submit(runtime, path, layer, ImportOptions(), account_id=None, source="inbox")
    folder = inbox / TAKEN
    folder.mkdir(exist_ok=True)
    path.replace(folder / f"{submission.import_id}-{path.name}")
    log.info("taken from the inbox", file=path.name, layer=layer, number=submission.import_id)
    return submission
