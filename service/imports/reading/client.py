"""The service's side of the fork server: one for each process, started by the first use at the
latest."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from service.imports.reading.server import EXIT_CODE_BYTES

SECRET_PREFIXES = ("PLOTWATCH_", "PG")
# Batches come and go on several threads; glibc would keep the memory of each thread to itself.
SURROUNDINGS = {
    "PROJ_NETWORK": "OFF",
    "MALLOC_ARENA_MAX": "2",
}


@dataclass(frozen=True, slots=True)
class ForkedProcess:
    """A process of the fork server: ``line`` to talk to it, ``life`` to end it."""

    line: socket.socket
    life: socket.socket

    def kill(self) -> None:
        """End the process, whatever it is doing."""
        with suppress(OSError):  # It may have ended by itself, and the server after it.
            self.life.shutdown(socket.SHUT_WR)

    def wait(self) -> int | None:
        """Wait for its end; returns the exit code, negative for a signal, None when unknown."""
        code = b""
        with suppress(ConnectionResetError):
            code = self.life.recv(EXIT_CODE_BYTES)
        return int.from_bytes(code, "big", signed=True) if code else None


class ForkServer:
    """A server in a process of its own, without this process's secrets in its surroundings."""

    def __init__(self, arguments: Sequence[str]) -> None:
        """``arguments`` of the Python interpreter that make it run a server."""
        self._arguments = arguments
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def start(self) -> None:
        """Start the server unless it runs, so that the first process need not wait for it."""
        with self._lock:
            self._start_unless_running()

    @contextmanager
    def process(self) -> Iterator[ForkedProcess]:
        """A fresh process for the length of a ``with`` block; dead at its end."""
        line, its_line = socket.socketpair()
        life, its_life = socket.socketpair()
        with line, life:
            with its_line, its_life:
                self._hand_over(its_line, its_life)
            forked = ForkedProcess(line, life)
            try:
                yield forked
            finally:
                forked.kill()
                forked.wait()

    def _hand_over(self, line: socket.socket, life: socket.socket) -> None:
        with self._lock:
            self._start_unless_running()
            if self._control is None:
                raise RuntimeError("a started server has a control socket")
            socket.send_fds(self._control, [b"+"], [line.fileno(), life.fileno()])

    def _start_unless_running(self) -> None:
        if self._process is not None and self._process.poll() is None:
            return
        if self._control is not None:
            self._control.close()
        self._control, its_end = socket.socketpair()
        kept = {k: v for k, v in os.environ.items() if not k.startswith(SECRET_PREFIXES)}
        with its_end:
            self._process = subprocess.Popen(
                [sys.executable, *self._arguments],
                stdin=its_end.fileno(),
                env=kept | SURROUNDINGS,
                start_new_session=True,
            )
