"""The parent's side: start the reading process, hear it out, clean up after it."""

from __future__ import annotations

import shutil
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import structlog

from service.imports.reading.client import ForkedProcess, ForkServer
from service.imports.reading.frames import FrameKind, read_frames, write_frame
from service.imports.reading.job import ReadingJob
from service.imports.reading.refusals import error_from_json
from spatial.errors import LimitError
from spatial.messages import Message

log = structlog.get_logger()

SERVER = ForkServer(["-m", "service.imports.reading.server"])
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


def get_ready() -> None:
    """Load what reading needs now, beside whatever this process does next.

    Otherwise the first file after a start waits more than a second for it.
    """
    SERVER.start()


class ReadingCrashed(Exception):
    """The reading process died: not the sender's doing, and no reason to believe any of it."""

    code = "reading-crashed"

    def __init__(self, message: Message) -> None:
        super().__init__(message.en)
        self.message = message


class Reading:
    """A reading process that runs; its answers come from :meth:`answers`."""

    def __init__(self, process: ForkedProcess, job: ReadingJob) -> None:
        self._process = process
        self._job = job
        self._timed_out = False

    def ask(self, villages: bytes) -> None:
        """Tell the process its job."""
        try:
            with self._process.line.makefile("wb") as stream:
                write_frame(stream, FrameKind.JOB, self._job.to_json())
                write_frame(stream, FrameKind.VILLAGES, villages)
        except (BrokenPipeError, ConnectionResetError):
            # It died before it heard what to do; the answers will say so.
            log.warning("a reading process died at its start")

    def answers(self) -> Iterator[tuple[FrameKind, Any]]:
        """Every frame, JSON already read; COPY frames as they are.

        Raises:
            SpatialError: that the child raised, or a ``LimitError`` when it took too long.
            ReadingCrashed: when it ended without a last word.
        """
        watchdog = threading.Timer(self._job.limits.seconds, self._give_up)
        watchdog.start()
        try:
            for kind, payload in read_frames(self._process.line.makefile("rb")):
                if kind == FrameKind.COPY:
                    yield FrameKind.COPY, payload
                    continue
                content = orjson.loads(payload)
                if kind == FrameKind.REFUSED:
                    raise error_from_json(content)
                yield FrameKind(kind), content
                if kind in (FrameKind.FINISHED, FrameKind.PREVIEW):
                    return
        except ConnectionResetError:
            log.warning("a reading process broke off")
        finally:
            watchdog.cancel()
        self._explain_death()

    def _give_up(self) -> None:
        self._timed_out = True
        self._process.kill()

    def _explain_death(self) -> None:
        code = self._process.wait()
        if self._timed_out or code == -signal.SIGXCPU:
            message = TOO_SLOW.format(seconds=self._job.limits.seconds)
            raise LimitError(message, file=self._job.options.source_name)
        said = self._job.errors.read_bytes() if self._job.errors.exists() else b""
        shown = said[-ERRORS_SHOWN:].decode(errors="replace")
        log.error("a reading process died", code=code, said=shown)
        how = signal.Signals(-code).name if code is not None and code < 0 else f"exit code {code}"
        raise ReadingCrashed(CRASHED.format(how=how))


@contextmanager
def reading(job: ReadingJob, villages: bytes, server: ForkServer = SERVER) -> Iterator[Reading]:
    """A reading process on ``job`` for the length of a ``with`` block; dead at its end.

    ``villages`` is a WKB geometry collection (EPSG:4490 degrees) in the order of the job's codes.
    """
    with server.process() as process:
        process_of_job = Reading(process, job)
        process_of_job.ask(villages)
        yield process_of_job


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
