"""What the reading process and its parent say to one another: JSON and COPY bytes.

A frame is its kind (one byte), the length of its payload (big-endian uint32) and the payload.
Nothing is unpickled: a process taken over by a hostile file gets no further than its own words.
"""

from __future__ import annotations

import queue
import re
import threading
from collections.abc import Iterator
from enum import IntEnum
from typing import Any, BinaryIO, TypeAlias

import orjson

Payload: TypeAlias = "bytes | memoryview"

COPY_BYTES = 256 * 1024
"""COPY bytes in one frame; large enough to cost nothing, small enough to hold a few."""
MAX_PAYLOAD = 1 << 30
HEADER_BYTES = 5
NUL_ESCAPE = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")


class FrameKind(IntEnum):
    """What a frame carries."""

    JOB = 1
    """To the child: what to read, and how."""
    VILLAGES = 2
    """To the child: the known villages as one WKB geometry collection."""
    OPENED = 3
    """Number of rows, and the decisions made so far."""
    PREVIEW = 4
    BATCH = 5
    """How many rows were read and what became of them; their COPY bytes follow."""
    COPY = 6
    FINISHED = 7
    """The decisions and findings of the whole layer."""
    REFUSED = 8
    """A spatial error, field by field."""


class Channel:
    """The sending end: a thread sends, so that reading goes on while the database takes rows."""

    def __init__(self, stream: BinaryIO, waiting: int = 64) -> None:
        self._stream = stream
        self._frames: queue.Queue[tuple[FrameKind, Payload] | None] = queue.Queue(waiting)
        self._thread = threading.Thread(target=self._send_all, daemon=True)
        self._thread.start()

    def send_json(self, kind: FrameKind, content: Any) -> None:
        """Send one JSON value."""
        self._frames.put((kind, to_json(content)))

    def send_copy(self, content: memoryview) -> None:
        """Send COPY bytes, cut into frames."""
        for start in range(0, len(content), COPY_BYTES):
            self._frames.put((FrameKind.COPY, content[start : start + COPY_BYTES]))

    def close(self) -> None:
        """Wait until everything has been sent."""
        self._frames.put(None)
        self._thread.join()

    def _send_all(self) -> None:
        gone = False
        while (frame := self._frames.get()) is not None:
            # A parent that went away needs nothing more; the queue is emptied for the sender.
            gone = gone or not self._send(*frame)

    def _send(self, kind: FrameKind, payload: Payload) -> bool:
        try:
            write_frame(self._stream, kind, payload)
        except (BrokenPipeError, ConnectionResetError):
            return False
        return True


def write_frame(stream: BinaryIO, kind: FrameKind, payload: Payload) -> None:
    """Write one frame and flush it."""
    stream.write(bytes([kind]) + len(payload).to_bytes(4, "big"))
    stream.write(payload)
    stream.flush()


def read_frames(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The frames of a stream, kind and payload, until it ends or makes no sense any more."""
    while len(head := stream.read(HEADER_BYTES)) == HEADER_BYTES:
        length = int.from_bytes(head[1:], "big")
        if length > MAX_PAYLOAD:
            return
        payload = stream.read(length)
        if len(payload) < length:
            return
        yield head[0], payload


def to_json(content: Any) -> bytes:
    """JSON that PostgreSQL can store: NUL characters are dropped."""
    options = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS
    text = orjson.dumps(content, default=str, option=options)
    return NUL_ESCAPE.sub(rb"\1", text) if rb"\u0000" in text else text
