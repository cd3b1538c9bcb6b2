"""Whom the database server runs as: PostgreSQL refuses root."""

from __future__ import annotations

import os
import pwd
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.errors import StartupError


@dataclass(frozen=True, slots=True)
class Identity:
    """The operating-system user that owns and runs the cluster; None for the caller itself."""

    uid: int | None = None
    gid: int | None = None

    @classmethod
    def choose(cls) -> Identity:
        """The caller, or the system's ``postgres`` user when the caller is root."""
        if os.geteuid() != 0:
            return cls()
        for name in ("postgres", "nobody"):
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid)
        raise StartupError("PostgreSQL does not run as root and no user 'postgres' exists.")

    @property
    def process_options(self) -> dict[str, Any]:
        """Keyword arguments for ``subprocess`` that run a program as this user."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give a file or folder to this user."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def can_reach(self, folder: Path) -> bool:
        """Whether this user may pass through every parent of a folder."""
        if self.uid is None:
            return True
        return all(_may_pass(parent, self.uid, self.gid) for parent in [folder, *folder.parents])


def _may_pass(folder: Path, uid: int, gid: int | None) -> bool:
    status = folder.stat()
    bit: Callable[[int], bool] = lambda mask: bool(status.st_mode & mask)  # noqa: E731
    if status.st_uid == uid:
        return bit(stat.S_IXUSR)
    if status.st_gid == gid:
        return bit(stat.S_IXGRP)
    return bit(stat.S_IXOTH)
