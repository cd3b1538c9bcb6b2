"""The coordinate systems features are served in, by reference (OGC API – Features Part 2).

A system given by its OGC or EPSG reference has the axis order its authority defined: CRS84 and
3857 are east then north, all others north then east.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from service.database.base import STORAGE_SRID
from service.errors import InvalidParameter
from spatial.messages import Message

OGC = "http://www.opengis.net/def/crs/OGC/1.3/"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
DEGREE_DIGITS = 8
"""Decimals of a degree: about one millimetre."""
METRE_DIGITS = 3
MORE_DIGITS = 3
"""What a file has beside: rounded to a millimetre, thin outlines may cross themselves."""


@dataclass(frozen=True, slots=True)
class ServedCrs:
    """A coordinate system; ``north_first`` tells its axis order, ``srid`` how PostGIS calls it.

    ``exact``: written so that an outline stays what it is, rather than what a screen shows of it.
    """

    uri: str
    srid: int
    north_first: bool
    geographic: bool
    exact: bool = False

    def geometry_sql(self, column: str) -> str:
        """SQL that brings stored geometry into this system and its axis order.

        WGS 84 and CGCS2000 agree within centimetres, so geographic systems take the stored
        degrees as they are.
        """
        shape = self.east_first_sql(column)
        return f"ST_FlipCoordinates({shape})" if self.north_first else shape

    def east_first_sql(self, column: str) -> str:
        """The same with east before north, as files keep it whatever the authority says."""
        return column if self.geographic else f"ST_Transform({column}, {self.srid})"

    @property
    def in_files(self) -> ServedCrs:
        """The same system as files keep it: east before north, and every outline as it is."""
        return replace(self, north_first=False, exact=True)

    @property
    def epsg(self) -> int:
        """The EPSG code that a file states; 4326 for CRS84."""
        code = self.uri.rpartition("/")[2]
        return int(code) if code.isdigit() else 4326

    def stored_sql(self, shape: str) -> str:
        """SQL that brings a geometry of this system and its axis order into stored degrees."""
        flipped = f"ST_FlipCoordinates({shape})" if self.north_first else shape
        if self.geographic:
            return f"ST_SetSRID({flipped}, {STORAGE_SRID})"
        return f"ST_Transform(ST_SetSRID({flipped}, {self.srid}), {STORAGE_SRID})"

    @property
    def digits(self) -> int:
        """Decimals a coordinate is written with."""
        more = MORE_DIGITS if self.exact else 0
        return more + (DEGREE_DIGITS if self.geographic else METRE_DIGITS)


CRS84 = ServedCrs(OGC + "CRS84", STORAGE_SRID, north_first=False, geographic=True)
STORAGE = ServedCrs(f"{EPSG}4490", STORAGE_SRID, north_first=True, geographic=True)
SERVED: Mapping[str, ServedCrs] = {
    crs.uri: crs
    for crs in (
        CRS84,
        ServedCrs(f"{EPSG}4326", STORAGE_SRID, north_first=True, geographic=True),
        STORAGE,
        ServedCrs(f"{EPSG}4523", 4523, north_first=True, geographic=False),
        ServedCrs(f"{EPSG}4544", 4544, north_first=True, geographic=False),
        ServedCrs(f"{EPSG}3857", 3857, north_first=False, geographic=False),
    )
}

_to_stored = {
    crs.srid: Transformer.from_crs(crs.srid, STORAGE_SRID, always_xy=True)
    for crs in SERVED.values()
    if not crs.geographic
}


def parse_crs(text: str | None, parameter: str) -> ServedCrs:
    """The served system that a URI, ``EPSG:n`` or ``[EPSG:n]`` names; CRS84 without one.

    Raises:
        InvalidParameter: when the system is not served; the message lists those that are.
    """
    if text is None:
        return CRS84
    authority, _, code = text.strip("[]").rpartition(":")
    short = {"EPSG": EPSG, "OGC": OGC}.get(authority.upper())
    found = SERVED.get(f"{short}{code}" if short else text)
    if found is None:
        known = ", ".join(SERVED)
        raise InvalidParameter(
            parameter,
            Message(
                f"不支持坐标系 {text}；可用：{known}。",
                f"The coordinate system {text} is not served; these are: {known}.",
            ),
        )
    return found


def stored_bounds(
    crs: ServedCrs, bounds: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    """West, south, east, north in stored degrees of a projected box given east before north.

    The edges are bent by the projection, so points along them are transformed, too. Outside the
    projection's reach the result is not finite.
    """
    west, south, east, north = _to_stored[crs.srid].transform_bounds(*bounds, densify_pts=21)
    return (float(west), float(south), float(east), float(north))


def to_stored(geometry: BaseGeometry, crs: ServedCrs) -> BaseGeometry:
    """A geometry of a served system, in its axis order, in stored degrees, longitude first.

    Points outside the projection's reach become infinite.
    """

    def moved(points: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = points[:, ::-1].T if crs.north_first else points.T
        if not crs.geographic:
            x, y = _to_stored[crs.srid].transform(x, y)
        return np.column_stack((x, y))

    stored: BaseGeometry = shapely.transform(geometry, moved)
    return stored
