"""Uploads in pieces: a phone that loses its signal goes on where it stopped.

The pieces of one file are written one after the other into a private file of the home, named
for who sends what to which case. The whole is confirmed by its hash before it becomes evidence.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from service import clock
from service.errors import Conflict, TooLarge
from service.evidence.intake import MEBIBYTE
from service.settings import Settings
from spatial.messages import Message

FOLDER = "evidence-uploads"


def upload_folder(settings: Settings) -> Path:
    """The private folder for files on their way in."""
    folder = settings.home / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


class PartialUpload:
    """What has arrived of one file: of one account, for one case, known by its SHA-256."""

    def __init__(self, settings: Settings, account_id: int, case_id: int, sha256: str) -> None:
        """``sha256``: what the whole file is going to have, lower-case hexadecimal."""
        self._limit = max(settings.evidence.photo_mb, settings.evidence.document_mb) * MEBIBYTE
        self.sha256 = sha256
        self.path = upload_folder(settings) / f"{account_id}-{case_id}-{sha256}"

    @property
    def offset(self) -> int:
        """How many bytes have arrived."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def append(self, offset: int, piece: bytes) -> int:
        """Add a piece that begins at ``offset``; returns how many bytes have arrived then.

        A piece sent again because its answer was lost is taken as done.

        Raises:
            Conflict: when it does not go on where the upload stands; names where that is.
            TooLarge: when the file grows beyond the limit.
        """
        with self._locked() as file:
            have = file.seek(0, 2)
            if offset + len(piece) > self._limit:
                raise TooLarge(
                    Message("文件过大。", "The file is too large."),
                    limit_mb=self._limit // MEBIBYTE,
                )
            if offset != have:
                if offset + len(piece) <= have:
                    return have
                raise Conflict(
                    Message(f"请从第 {have} 字节继续上传。", f"Go on from byte {have}."),
                    code="wrong-offset",
                    offset=have,
                )
            file.write(piece)
            file.flush()
            return have + len(piece)

    def is_whole(self) -> bool:
        """Whether what has arrived has the announced hash."""
        if not self.path.exists():
            return False
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == self.sha256

    @contextmanager
    def _locked(self) -> Iterator[BinaryIO]:
        with self.path.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file


def forget_unfinished(settings: Settings) -> int:
    """Drop uploads that nobody went on with for long; returns how many."""
    oldest = clock.now().timestamp() - settings.evidence.unfinished_hours * 3600
    stale = [path for path in _all(settings.home / FOLDER) if path.stat().st_mtime < oldest]
    for path in stale:
        path.unlink(missing_ok=True)
    return len(stale)


def _all(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.exists() else []
