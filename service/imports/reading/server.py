"""The fork server: it has loaded everything and opened nothing, and forks a process for each file.

The service sends two sockets for each file: one for the child to be told its job and to answer
on, and one that is the child's life: when the service closes its end, or dies, the child is
killed; when the child dies, its exit code is sent there. The server ends with the service.

Run as ``python -m service.imports.reading.server`` with the control socket as standard input.
"""

from __future__ import annotations

import gc
import os
import selectors
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from importlib.abc import MetaPathFinder
from pathlib import Path
from types import ModuleType
from typing import TypeAlias

ChildMain: TypeAlias = Callable[[socket.socket], None]

EXIT_CODE_BYTES = 4
UNUSED = frozenset({"geopandas", "pandas"})
LOADED_WHEN_USED = ("dateutil.relativedelta", "encodings.gb18030", "numpy.ma")
"""What libraries load at their first use: here it is loaded once, there by every child."""


class Unused(MetaPathFinder):
    """Hides modules that a library loads when they are there, though nothing here uses them.

    pyogrio loads GeoPandas and pandas; reading goes through Arrow. Without them the server starts
    in half the time and every reading process is 45 MB smaller.
    """

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> None:
        """Refuse what is not used, leave the rest to the other finders."""
        if fullname in UNUSED:
            raise ModuleNotFoundError(f"{fullname} is not used here", name=fullname)


@dataclass(frozen=True, slots=True)
class Child:
    """A forked process: ``life`` is shared with the service, ``breath`` ends with the child."""

    pid: int
    life: socket.socket
    breath: socket.socket

    def end(self) -> None:
        """Kill the child if it lives, and send its exit code to whoever still listens."""
        os.kill(self.pid, signal.SIGKILL)  # It is not reaped yet, so the number is its own.
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        with suppress(OSError):  # The service may have gone away in the meantime.
            self.life.send(code.to_bytes(EXIT_CODE_BYTES, "big", signed=True))
        self.life.close()
        self.breath.close()


class Server:
    """Forks children on demand and sees to their ends."""

    def __init__(self, control: socket.socket, child_main: ChildMain) -> None:
        self._control = control
        self._child_main = child_main
        self._selector = selectors.DefaultSelector()
        self._children: set[Child] = set()

    def run(self) -> None:
        """Serve until the control socket is closed."""
        self._selector.register(self._control, selectors.EVENT_READ)
        while True:
            for key, _ in self._selector.select():
                if key.data is None:
                    if not self._fork_next():
                        return
                elif key.data in self._children:
                    self._end(key.data)

    def _fork_next(self) -> bool:
        message, fds, _, _ = socket.recv_fds(self._control, 1, 2)
        if not message:
            self._end_all()
            return False
        line, life = (socket.socket(fileno=fd) for fd in fds)
        ours, its = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            self._become_child(line, its)
        its.close()
        line.close()
        child = Child(pid, life, ours)
        self._children.add(child)
        for part in (child.life, child.breath):
            self._selector.register(part, selectors.EVENT_READ, child)
        return True

    def _become_child(self, line: socket.socket, breath: socket.socket) -> None:
        kept = {0, 1, 2, line.fileno(), breath.fileno()}
        for fd in {int(entry.name) for entry in Path("/dev/fd").iterdir()} - kept:
            with suppress(OSError):  # The listing's own descriptor is closed already.
                os.close(fd)
        code = 1
        try:
            self._child_main(line)
            code = 0
        finally:
            if code:
                sys.excepthook(*sys.exc_info())
            os._exit(code)

    def _end(self, child: Child) -> None:
        self._children.remove(child)
        self._selector.unregister(child.life)
        self._selector.unregister(child.breath)
        child.end()

    def _end_all(self) -> None:
        for child in tuple(self._children):
            self._end(child)


def serve(child_main: ChildMain) -> None:
    """Run a server on standard input."""
    # What is loaded stays for good: a child that looked for garbage among it would spend a tenth
    # of a second and copy every page it looks at.
    gc.collect()
    gc.freeze()
    control = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Server(control, child_main).run()


if __name__ == "__main__":
    sys.meta_path.insert(0, Unused())
    from service.imports.reading.child import main

    for name in LOADED_WHEN_USED:
        import_module(name)
    serve(main)
