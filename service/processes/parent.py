"""A child process ends with its parent, however the parent ends."""

from __future__ import annotations

import os
import signal
import threading

WATCHED = "PLOTWATCH_SUPERVISED"
"""Set for children whose standard input is a pipe that only their parent holds open."""


def end_with_parent() -> None:
    """In a supervised child: ask this process to stop once the parent is gone.

    The kernel closes the parent's end of the pipe on any death, ``kill -9`` too.
    """
    if os.environ.get(WATCHED):
        threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    # Not through sys.stdin: its lock would be held when the interpreter shuts down.
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
