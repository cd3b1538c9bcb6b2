"""What the fork server loads once, so that every reading process starts with it at once."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from types import ModuleType

UNUSED = frozenset({"geopandas", "pandas"})


class Unused(MetaPathFinder):
    """Hides modules that a library loads when they are there, though nothing here uses them.

    pyogrio loads GeoPandas and pandas; reading goes through Arrow. Without them the server starts
    in half the time and every reading process is 45 MB smaller.
    """

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> None:
        """Refuse what is not used, leave the rest to the other finders."""
        if fullname in UNUSED:
            raise ModuleNotFoundError(f"{fullname} is not used here", name=fullname)


sys.meta_path.insert(0, Unused())

import service.imports.reading.child  # noqa: E402, F401
