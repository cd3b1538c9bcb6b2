"""Pictures kept in the home so that they need not be drawn again; losing them loses nothing."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Self

from service.settings import Settings

MB = 1 << 20


class PictureCache:
    """Files by key in a folder, bounded in size by removing what was not asked for longest."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        """``most_bytes`` is kept to whenever :meth:`prune` is called."""
        self._folder = folder
        self._most_bytes = most_bytes

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The cache of a home."""
        return cls(settings.home / "cache" / "pictures", settings.scenes.cache_mb * MB)

    def get(self, key: str) -> bytes | None:
        """The picture of a key, if it is there; it counts as asked for just now."""
        path = self._path(key)
        try:
            content = path.read_bytes()
            path.touch()
        except FileNotFoundError:
            return None
        return content

    def put(self, key: str, content: bytes) -> None:
        """Keep a picture; others see it whole or not at all."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix="new-", delete=False) as file:
            file.write(content)
        Path(file.name).replace(path)

    def prune(self) -> None:
        """Remove the pictures that were not asked for longest, until the rest fits."""
        files = []
        for path in self._folder.glob("*/*"):
            try:
                known = path.stat()
            except FileNotFoundError:
                continue
            files.append((known.st_mtime, known.st_size, path))
        total = 0
        for _, size, path in sorted(files, reverse=True):
            total += size
            if total > self._most_bytes:
                path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / key
