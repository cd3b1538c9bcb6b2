"""Fork servers whose reading processes do not end as they should.

Run as ``python -m tests.service.imports.misbehaving NAME`` with a control socket as standard input.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable

from service.imports.reading import child
from service.imports.reading.frames import Channel, FrameKind
from service.imports.reading.server import ChildMain, serve
from spatial.errors import SourceError
from spatial.messages import Message


def crash(line: socket.socket) -> None:
    """Die as a native library does on a broken file, after a first answer."""
    channel = Channel(line.makefile("wb"))
    channel.send_json(FrameKind.OPENED, {"row_count": 3, "decisions": []})
    channel.close()
    os.kill(os.getpid(), signal.SIGSEGV)


def raise_something(line: socket.socket) -> None:
    """Fail in a way that nobody foresaw."""
    raise ZeroDivisionError


def hang(line: socket.socket) -> None:
    """Never answer."""
    time.sleep(3600)


def talk_nonsense(line: socket.socket) -> None:
    """Send what is no frame."""
    line.send(b"\xff\xff\xff\xff nonsense")


def eat_memory(line: socket.socket) -> None:
    """Read a file that unfolds in memory."""
    opening(lambda: bytearray(8 << 30), line)


def tell_secrets(line: socket.socket) -> None:
    """Refuse the file, and name what secrets of the service can be seen from here."""

    def look() -> None:
        seen = [name for name in os.environ if name.startswith(("PLOTWATCH_", "PG"))]
        raise SourceError(Message("?", "?"), choices=tuple(seen))

    opening(look, line)


def opening(act: Callable[[], object], line: socket.socket) -> None:
    """Read as always, but do something else where the file would be opened."""
    child.open_upload = lambda *_: act()  # type: ignore[assignment]
    child.main(line)


ALL: tuple[ChildMain, ...] = (crash, raise_something, hang, talk_nonsense, eat_memory, tell_secrets)

if __name__ == "__main__":
    serve({main.__name__: main for main in ALL}[sys.argv[1]])
