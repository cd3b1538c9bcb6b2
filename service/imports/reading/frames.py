"""What the reading process and its parent say to one another: JSON and COPY bytes.

A frame is one message of a ``multiprocessing`` pipe: its kind (one byte) and its payload. Nothing
is unpickled on the parent's side: a process taken over by a hostile file gets no further than its
own words.
"""

from __future__ import annotations

import queue
import re
import threading
from collections.abc import Iterator
from enum import IntEnum
from multiprocessing.connection import Connection
from typing import Any, TypeAlias

import orjson

Payload: TypeAlias = "bytes | memoryview"

COPY_BYTES = 256 * 1024
"""COPY bytes in one frame; large enough to cost nothing, small enough to hold a few."""
MAX_FRAME_BYTES = 1 << 30
NUL_ESCAPE = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")


class FrameKind(IntEnum):
    """What a frame carries."""

    OPENED = 1
    """Number of rows, and the decisions made so far."""
    PREVIEW = 2
    BATCH = 3
    """How many rows were read and what became of them; their COPY bytes follow."""
    COPY = 4
    FINISHED = 5
    """The decisions and findings of the whole layer."""
    REFUSED = 6
    """A spatial error, field by field."""


class Channel:
    """The sending end: a thread sends, so that reading goes on while the database takes rows."""

    def __init__(self, pipe: Connection[bytes, bytes], waiting: int = 64) -> None:
        self._pipe = pipe
        self._frames: queue.Queue[bytes | None] = queue.Queue(waiting)
        self._thread = threading.Thread(target=self._send_all, daemon=True)
        self._thread.start()

    def send_json(self, kind: FrameKind, content: Any) -> None:
        """Send one JSON value."""
        self._frames.put(bytes([kind]) + to_json(content))

    def send_copy(self, content: memoryview) -> None:
        """Send COPY bytes, cut into frames."""
        head = bytes([FrameKind.COPY])
        for start in range(0, len(content), COPY_BYTES):
            self._frames.put(b"".join((head, content[start : start + COPY_BYTES])))

    def close(self) -> None:
        """Wait until everything has been sent."""
        self._frames.put(None)
        self._thread.join()

    def _send_all(self) -> None:
        gone = False
        while (frame := self._frames.get()) is not None:
            # A parent that went away needs nothing more; the queue is emptied for the sender.
            gone = gone or not self._send(frame)

    def _send(self, frame: bytes) -> bool:
        try:
            self._pipe.send_bytes(frame)
        except BrokenPipeError:
            return False
        return True


def read_frames(pipe: Connection[bytes, bytes]) -> Iterator[tuple[int, memoryview]]:
    """The frames of a pipe, kind and payload, until the other end is gone."""
    while True:
        try:
            frame = pipe.recv_bytes(MAX_FRAME_BYTES)
        except (EOFError, OSError):  # The second: half a frame, or a length that makes no sense.
            return
        yield frame[0] if frame else 0, memoryview(frame)[1:]


def to_json(content: Any) -> bytes:
    """JSON that PostgreSQL can store: NUL characters are dropped."""
    options = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS
    text = orjson.dumps(content, default=str, option=options)
    return NUL_ESCAPE.sub(rb"\1", text) if rb"\u0000" in text else text
