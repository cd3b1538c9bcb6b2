"""A content-addressed store on obstore: the same bytes are kept once, and never change."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import obstore
from obstore.store import LocalStore, ObjectStore, from_url

from service.settings import Settings

CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What was stored: its SHA-256 in hexadecimal and its size in bytes."""

    sha256: str
    size: int


class FileStore:
    """Put files in, get them back by hash."""

    def __init__(self, store: ObjectStore, folder: Path | None) -> None:
        """``folder`` is set when files lie on this machine and can be opened in place."""
        self._store = store
        self._folder = folder

    @classmethod
    def open(cls, settings: Settings) -> FileStore:
        """The store of this deployment: ``PLOTWATCH_FILES_URL`` or ``files`` in the home."""
        if settings.files_url and "://" in settings.files_url:
            return cls(from_url(settings.files_url), None)
        folder = Path(settings.files_url) if settings.files_url else settings.home / "files"
        folder = folder.resolve()
        folder.mkdir(parents=True, exist_ok=True)
        return cls(LocalStore(folder), folder)

    def put_path(self, path: Path) -> StoredFile:
        """Store a file's content."""
        digest = hashlib.sha256()
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
        stored = StoredFile(digest.hexdigest(), path.stat().st_size)
        if not self.has(stored.sha256):
            with path.open("rb") as file:
                self._put(stored.sha256, file)
        return stored

    def put_bytes(self, content: bytes) -> StoredFile:
        """Store bytes."""
        stored = StoredFile(hashlib.sha256(content).hexdigest(), len(content))
        if not self.has(stored.sha256):
            obstore.put(self._store, _key(stored.sha256), content)
        return stored

    def adopt(self, path: Path, stored: StoredFile) -> None:
        """Take over a file whose content is known; ``path`` is gone afterwards.

        A folder on the same disk takes the file itself, synced; nothing is copied.
        """
        if self._folder is not None and _same_disk(path, self._folder):
            with path.open("rb") as file:
                os.fsync(file.fileno())
            place = self._folder / _key(stored.sha256)
            place.parent.mkdir(exist_ok=True)
            path.replace(place)
            return
        self.put_path(path)
        path.unlink()

    def size(self, sha256: str) -> int | None:
        """The size in bytes of this content; None when it is not there."""
        try:
            return int(obstore.head(self._store, _key(sha256))["size"])
        except FileNotFoundError:
            return None

    def has(self, sha256: str) -> bool:
        """Whether this content is there."""
        return self.size(sha256) is not None

    def discard(self, sha256: str) -> None:
        """Remove content that nothing refers to; nothing happens when it is not there."""
        if self.has(sha256):
            obstore.delete(self._store, _key(sha256))

    def hashes(self) -> Iterator[str]:
        """The SHA-256 of everything stored."""
        for page in obstore.list(self._store):
            for item in page:
                yield str(item["path"]).rpartition("/")[2]

    def read(self, sha256: str) -> bytes:
        """The whole content; raises ``FileNotFoundError`` when it is not there."""
        return bytes(obstore.get(self._store, _key(sha256)).bytes())

    def place(self, sha256: str) -> Path | None:
        """Where the content lies on this machine; None when it does not."""
        return None if self._folder is None else self._folder / _key(sha256)

    def chunks(self, sha256: str) -> Iterator[bytes]:
        """The content piece by piece."""
        for chunk in obstore.get(self._store, _key(sha256)).stream(min_chunk_size=CHUNK):
            yield bytes(chunk)

    @contextmanager
    def local_path(self, sha256: str) -> Iterator[Path]:
        """A readable path of the content: in place, or a temporary copy of a remote object."""
        place = self.place(sha256)
        if place is not None:
            yield place
            return
        with tempfile.NamedTemporaryFile(prefix="plotwatch-") as file:
            for chunk in self.chunks(sha256):
                file.write(chunk)
            file.flush()
            yield Path(file.name)

    def _put(self, sha256: str, file: BinaryIO) -> None:
        obstore.put(self._store, _key(sha256), file)


def _key(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"


def _same_disk(path: Path, folder: Path) -> bool:
    return path.stat().st_dev == folder.stat().st_dev
