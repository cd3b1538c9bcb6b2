"""The parent's side: start the reading process, hear it out, clean up after it."""

from __future__ import annotations

import fcntl
import multiprocessing
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import orjson
import structlog

from service.imports.reading.child import main
from service.imports.reading.frames import FrameKind, read_frames
from service.imports.reading.job import ReadingJob
from service.imports.reading.refusals import error_from_json
from spatial.errors import LimitError
from spatial.messages import Message

log = structlog.get_logger()

# The server has loaded everything and opened nothing; it forks a fresh process for each file.
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["service.imports.reading.preload"])

PIPE_BYTES = 1 << 20
ERRORS_SHOWN = 4000

TOO_SLOW = Message(
    "读取该文件超过 {seconds} 秒，已停止。请拆分文件，或请管理员提高上限。",
    "Reading this file took more than {seconds} seconds and was stopped. Split it, or ask the "
    "administrator.",
)
CRASHED = Message(
    "读取该文件的进程意外中止（{how}），未发布任何数据。请另存为 GeoPackage 再试，"
    "仍失败请把文件交给管理员。",
    "The process that read this file ended unexpectedly ({how}); nothing was published. Save the "
    "file as a GeoPackage and try again, or hand it to the administrator.",
)


class ReadingCrashed(Exception):
    """The reading process died: not the sender's doing, and no reason to believe any of it."""

    code = "reading-crashed"

    def __init__(self, message: Message) -> None:
        super().__init__(message.en)
        self.message = message


class Reading:
    """A reading process that runs; its answers come from :meth:`answers`."""

    def __init__(
        self, process: ForkServerProcess, job: ReadingJob, pipe: Connection[bytes, bytes]
    ) -> None:
        self._process = process
        self._job = job
        self._pipe = pipe
        self._timed_out = False

    def answers(self) -> Iterator[tuple[FrameKind, Any]]:
        """Every frame, JSON already read; COPY frames as they are.

        Raises:
            SpatialError: that the child raised, or a ``LimitError`` when it took too long.
            ReadingCrashed: when it ended without a last word.
        """
        watchdog = threading.Timer(self._job.limits.seconds, self._give_up)
        watchdog.start()
        try:
            for kind, payload in read_frames(self._pipe):
                if kind == FrameKind.COPY:
                    yield FrameKind.COPY, payload
                    continue
                content = orjson.loads(payload)
                if kind == FrameKind.REFUSED:
                    raise error_from_json(content)
                yield FrameKind(kind), content
                if kind in (FrameKind.FINISHED, FrameKind.PREVIEW):
                    return
        finally:
            watchdog.cancel()
        self._explain_death()

    def _give_up(self) -> None:
        self._timed_out = True
        self._process.kill()

    def _explain_death(self) -> None:
        self._process.join()
        code = self._process.exitcode or 0
        if self._timed_out or code == -signal.SIGXCPU:
            message = TOO_SLOW.format(seconds=self._job.limits.seconds)
            raise LimitError(message, file=self._job.options.source_name)
        said = self._job.errors.read_bytes() if self._job.errors.exists() else b""
        said = said[-ERRORS_SHOWN:]
        log.error("a reading process died", code=code, said=said.decode(errors="replace"))
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        raise ReadingCrashed(CRASHED.format(how=how))


ChildMain = Callable[[ReadingJob, "Connection[bytes, bytes]", "Connection[bytes, bytes]"], None]


@contextmanager
def reading(job: ReadingJob, child: ChildMain = main) -> Iterator[Reading]:
    """A reading process on ``job`` for the length of a ``with`` block; killed at its end."""
    asked, asking = _context.Pipe(duplex=False)
    answers, answering = _context.Pipe(duplex=False)
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        fcntl.fcntl(answers.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    process = _context.Process(target=child, args=(job, asked, answering), daemon=True)
    with asking, answers:
        process.start()
        # The child has its own ends now; with these closed, each side sees the other's death.
        asked.close()
        answering.close()
        try:
            yield Reading(process, job, answers)
        finally:
            process.kill()
            process.join()
            process.close()


@contextmanager
def private_folder(parent: Path, name: str) -> Iterator[Path]:
    """A folder of its own for one reading, with all that is in it gone at the end."""
    folder = parent / name
    remove_folder(folder)
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield folder
    finally:
        remove_folder(folder)


def remove_folder(folder: Path) -> None:
    """Remove a folder that an upload may have filled with anything, if it is there."""
    shutil.rmtree(folder, ignore_errors=True)
