"""The home folder: one owner at a time."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from service.errors import StartupError


class HomeInUse(StartupError):
    """Another Plotwatch owns this home; ``owner`` is its process, 0 when unknown."""

    def __init__(self, sentence: str, owner: int = 0) -> None:
        super().__init__(sentence)
        self.owner = owner


def prepare_home(home: Path) -> Path:
    """The home folder, made when it is not there.

    Raises:
        StartupError: when it cannot be made or written.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe = home / ".writable"
        probe.write_bytes(b"\0" * 4096)
        probe.unlink()
    except OSError as error:
        reason = "there is no space left" if error.errno == errno.ENOSPC else str(error.strerror)
        raise StartupError(
            f"The home folder {home} cannot be written ({reason}). "
            "Set PLOTWATCH_HOME to a folder of yours."
        ) from error
    return home.resolve()


class HomeLock:
    """Ownership of a home for the length of a ``with`` block; the kernel frees it on any death."""

    def __init__(self, home: Path) -> None:
        self.path = home / "owner.lock"
        self._file: int | None = None

    def __enter__(self) -> Self:
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            owner = os.read(self._file, 32).decode()
            os.close(self._file)
            self._file = None
            raise HomeInUse(
                f"Another Plotwatch (process {owner or 'unknown'}) uses the home "
                f"{self.path.parent}. Stop it, or set PLOTWATCH_HOME to another folder.",
                int(owner or 0),
            ) from error
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, str(os.getpid()).encode(), 0)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
