"""Bytes of a file by position, from any thread, without mapping it.

A mapped file counts as memory of the process while it is read, and a file that shrinks under a
mapping kills the process; reading by position does neither.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]


class BlockFile:
    """An opened file; ``size`` is its length when it was opened."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
        self.size = os.fstat(self._descriptor).st_size

    def read(self, at: int, count: int) -> Bytes:
        """Up to ``count`` bytes from position ``at``; fewer only at the end of the file."""
        buffer = bytearray(max(min(count, self.size - at), 0))
        view, done = memoryview(buffer), 0
        while done < len(buffer):
            got = os.preadv(self._descriptor, [view[done:]], at + done)
            if got == 0:
                break
            done += got
        return np.frombuffer(buffer, dtype=np.uint8)[:done]

    def close(self) -> None:
        """Let go of the file; closing twice does no harm."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
