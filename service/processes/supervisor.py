"""Start the server and the workers, start them again when they die, stop them together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType, TracebackType
from typing import Self

import structlog

from service.processes.parent import WATCHED

log = structlog.get_logger()

GRACE_SECONDS = 15.0
SHORT_LIFE_SECONDS = 10.0
LONGEST_PAUSE_SECONDS = 30.0


@dataclass
class Child:
    """One supervised process: the arguments of ``plotwatch`` that it runs."""

    arguments: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = field(default=0.0)

    def start(self, environment: Mapping[str, str]) -> None:
        """Start the process; it ends by itself when this one is gone."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "service.cli", *self.arguments],
            stdin=subprocess.PIPE,
            env={**os.environ, **environment, WATCHED: "1"},
            # Ctrl-C reaches the supervisor alone, which stops its children in order.
            start_new_session=True,
        )

    def is_dead(self) -> bool:
        """Whether the process has ended."""
        return self.process is not None and self.process.poll() is not None

    def stop(self) -> None:
        """Ask the process to end; after a grace time, end it."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Supervisor:
    """The children of one running Plotwatch, for the length of a ``with`` block."""

    def __init__(
        self,
        children: Sequence[Sequence[str]],
        environment: Mapping[str, str],
        tend_others: Callable[[], None] = lambda: None,
    ) -> None:
        """``tend_others`` is called as often as the children are looked after, and before them."""
        self._tend_others = tend_others
        self.children = [Child(arguments) for arguments in children]
        self.environment = environment
        self._stopped = threading.Event()

    def __enter__(self) -> Self:
        for child in self.children:
            child.start(self.environment)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for child in reversed(self.children):
            child.stop()

    def run_until_stopped(self) -> None:
        """Keep the children alive until SIGINT or SIGTERM."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        while not self._stopped.wait(0.3):
            self.tend()

    def tend(self) -> None:
        """Start dead children again, after a growing pause when they die young."""
        self._tend_others()
        for child in self.children:
            if child.is_dead():
                self._revive(child)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._stopped.set()

    def _revive(self, child: Child) -> None:
        code = child.process.returncode if child.process else None
        short = time.monotonic() - child.started < SHORT_LIFE_SECONDS
        child.pause = min(LONGEST_PAUSE_SECONDS, child.pause * 2 or 0.5) if short else 0.0
        log.warning("a process ended", process=child.arguments[0], code=code, pause=child.pause)
        if not self._stopped.wait(child.pause):
            child.start(self.environment)
