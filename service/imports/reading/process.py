"""The parent's side: start the reading process, hear it out, clean up after it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import orjson
import structlog

from service.imports.reading.frames import FrameKind, read_frames, write_frame
from service.imports.reading.job import ReadingJob
from service.imports.reading.refusals import error_from_json
from spatial.errors import LimitError
from spatial.messages import Message

log = structlog.get_logger()

COMMAND = (sys.executable, "-m", "service.imports.reading")
PIPE_BYTES = 1 << 20
STDERR_SHOWN = 4000
SECRET_PREFIXES = ("PLOTWATCH_", "PG")

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

    def __init__(self, process: subprocess.Popen[bytes], job: ReadingJob, errors: BinaryIO) -> None:
        self._process = process
        self._job = job
        self._errors = errors
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
            for kind, payload in read_frames(cast(BinaryIO, self._process.stdout)):
                if kind is FrameKind.COPY:
                    yield kind, payload
                    continue
                content = orjson.loads(payload)
                if kind is FrameKind.REFUSED:
                    raise error_from_json(content)
                yield kind, content
                if kind in (FrameKind.FINISHED, FrameKind.PREVIEW):
                    return
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
        self._errors.seek(max(0, self._errors.seek(0, os.SEEK_END) - STDERR_SHOWN))
        said = self._errors.read().decode(errors="replace")
        log.error("a reading process died", code=code, said=said, job=self._job.path)
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        raise ReadingCrashed(CRASHED.format(how=how))


@contextmanager
def reading(
    job: ReadingJob, villages: bytes, command: Sequence[str] = COMMAND
) -> Iterator[Reading]:
    """A reading process on ``job`` for the length of a ``with`` block; killed at its end.

    ``villages`` is a WKB geometry collection in the order of ``job.village_codes``.
    """
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=_environment(job),
            start_new_session=True,
            pipesize=PIPE_BYTES,
        )
        try:
            asked = cast(BinaryIO, process.stdin)
            try:
                write_frame(asked, FrameKind.JOB, job.to_json())
                write_frame(asked, FrameKind.VILLAGES, villages)
            except BrokenPipeError:
                # It died before it heard what to do; the answers will say so.
                log.warning("a reading process died at its start")
            yield Reading(process, job, errors)
        finally:
            process.kill()
            process.communicate()


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


def _environment(job: ReadingJob) -> dict[str, str]:
    """This process's surroundings without its secrets; temporary files fall into the workspace."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(SECRET_PREFIXES)}
    return kept | {"TMPDIR": job.workspace, "PROJ_NETWORK": "OFF"}
