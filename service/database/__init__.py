"""Connections, sessions and bulk loading."""

from service.database.base import Base
from service.database.engine import SEARCH_PATH, Database

__all__ = ["SEARCH_PATH", "Base", "Database"]
