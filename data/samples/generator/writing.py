"""The other containers: zips with chosen names, GeoPackage, GeoJSON, KML and FlatGeobuf."""

from __future__ import annotations

import io
import tempfile
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas
import numpy as np
import pyogrio
import pyproj
import shapely
from numpy.typing import NDArray

Geometries = NDArray[np.object_]

FIXED_TIME = "2026-07-01T00:00:00.000Z"
MEMBER_TIME = (2026, 7, 1, 9, 0, 0)

_to_degrees = pyproj.Transformer.from_crs(4523, 4490, always_xy=True)
_geod = pyproj.CRS.from_epsg(4490).get_geod()


def to_degrees(geometry: Geometries) -> Geometries:
    """EPSG:4523 to EPSG:4490 longitude and latitude, to a tenth of a millimetre."""
    return np.asarray(
        shapely.transform(
            geometry,
            lambda points: np.round(np.column_stack(_to_degrees.transform(*points.T)), 9),
        )
    )


def to_epsg(geometry: Geometries, epsg: int) -> Geometries:
    """EPSG:4523 to another projected CRS, easting before northing, to the millimetre."""
    change = pyproj.Transformer.from_crs(4523, epsg, always_xy=True)
    return np.asarray(
        shapely.transform(
            geometry, lambda points: np.round(np.column_stack(change.transform(*points.T)), 3)
        )
    )


def official_areas(geometry: Geometries) -> NDArray[np.float64]:
    """Geodesic area on the CGCS2000 ellipsoid of EPSG:4523 polygons, m² to two decimals."""
    assert _geod is not None
    return np.array(
        [round(abs(_geod.geometry_area_perimeter(shape)[0]), 2) for shape in to_degrees(geometry)]
    )


def zipped(members: Mapping[str, bytes], name_encoding: str = "ascii") -> bytes:
    """A zip with fixed times. Names in another encoding than ASCII or UTF-8 are written as bare
    bytes without the UTF-8 flag, as Chinese Windows does."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in members.items():
            archive.writestr(_member(name, name_encoding), content, compresslevel=9)
    return buffer.getvalue()


def vector_file(
    name: str,
    driver: str,
    geometry: Geometries,
    rows: Sequence[Mapping[str, str | float | None]],
    epsg: int,
) -> bytes:
    """A single-file vector format written by GDAL, without the hour it was written."""
    frame = geopandas.GeoDataFrame(list(rows), geometry=geometry, crs=epsg)
    options = {"COORDINATE_PRECISION": 9, "RFC7946": "NO"} if driver == "GeoJSON" else {}
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": FIXED_TIME})
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*crs.*", category=UserWarning)
        path = Path(folder) / name
        pyogrio.write_dataframe(frame, path, driver=driver, layer=path.stem, **options)
        return path.read_bytes()


class _BareName(zipfile.ZipInfo):
    """A member whose name is stored as bytes of a given encoding, unflagged."""

    name_encoding = "ascii"

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802
        return self.filename.encode(self.name_encoding), self.flag_bits & ~0x800


def _member(name: str, name_encoding: str) -> zipfile.ZipInfo:
    member = _BareName(name, MEMBER_TIME)
    member.name_encoding = name_encoding
    member.compress_type = zipfile.ZIP_DEFLATED
    member.create_system = 0
    member.external_attr = 0
    return member
