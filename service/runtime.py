"""What every part of a running service shares: settings, database, files, jobs."""

from __future__ import annotations

from dataclasses import dataclass

from service.database import Database
from service.files import FileStore
from service.settings import Settings


@dataclass(frozen=True, slots=True)
class Runtime:
    """Made once per process and handed down; nothing reaches for globals."""

    settings: Settings
    database: Database
    files: FileStore

    @classmethod
    def connect(cls, settings: Settings, database_url: str) -> Runtime:
        """A runtime on an existing database."""
        return cls(
            settings,
            Database(database_url, settings.database_pool),
            FileStore.open(settings),
        )
