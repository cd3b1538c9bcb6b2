"""Where the layers of a project come from: the database's views, or the service over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, Self
from urllib.parse import quote

from sqlalchemy import URL


class Source(Protocol):
    """A place that has every layer."""

    @property
    def provider(self) -> str:
        """What QGIS calls the kind of place."""

    def layer(self, name: str) -> str:
        """The data source of a layer, as QGIS writes it."""

    def imagery(self) -> str | None:
        """The data source of the newest scenes as map tiles; None where there are none."""


@dataclass(frozen=True, slots=True)
class Connection:
    """How a project reaches the database; without a user QGIS asks for one."""

    host: str
    port: int
    database: str
    username: str | None = None
    password: str | None = None

    @classmethod
    def of(cls, url: URL, username: str | None = None, password: str | None = None) -> Self:
        """The place of a database, with the credentials of an analyst."""
        return cls(url.host or "127.0.0.1", url.port or 5432, str(url.database), username, password)

    @property
    def provider(self) -> str:
        """PostGIS."""
        return "postgres"

    def layer(self, name: str) -> str:
        """The data source of a view."""
        login = ""
        if self.username is not None:
            login = f" user='{_quoted(self.username)}' password='{_quoted(self.password or '')}'"
        return (
            f"dbname='{_quoted(self.database)}' host={self.host} port={self.port}{login}"
            " sslmode=prefer key='id' estimatedmetadata=false srid=4490 type=MultiPolygon"
            f' checkPrimaryKeyUnicity=\'0\' table="qgis"."{name}" (geom)'
        )

    def imagery(self) -> str | None:
        """Only the service draws tiles."""
        return None


@dataclass(frozen=True, slots=True)
class Service:
    """How a project reaches the service; ``address`` as the analyst knows it, without ``/ogc``."""

    address: str
    username: str
    token: str

    @property
    def provider(self) -> str:
        """OGC API – Features."""
        return "OAPIF"

    def layer(self, name: str) -> str:
        """The data source of a collection; only what the map shows is asked for."""
        address = f"{self.address.rstrip('/')}/ogc/"
        return (
            " pagingEnabled='default' restrictToRequestBBOX='1' srsname='EPSG:4490'"
            f" typename='{name}' url='{_quoted(address)}' version='auto'"
            f" username='{_quoted(self.username)}' password='{_quoted(self.token)}'"
        )

    def imagery(self) -> str | None:
        """XYZ tiles in true colour."""
        tiles = f"{self.address.rstrip('/')}/api/scenes/mosaic/{{z}}/{{x}}/{{y}}.png"
        parts = {
            "type": "xyz", "url": quote(tiles, safe=":/"), "zmin": "8", "zmax": "20",
            "username": quote(self.username, safe=""), "password": quote(self.token, safe=""),
        }  # fmt: skip
        return "&".join(f"{name}={value}" for name, value in parts.items())


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")
