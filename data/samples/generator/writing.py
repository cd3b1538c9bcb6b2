"""The other containers: zips with chosen names, GeoPackage, GeoJSON, KML and FlatGeobuf."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import geopandas
import numpy as np
import pyogrio
from numpy.typing import NDArray

Geometries = NDArray[np.object_]

FIXED_TIME = "2026-07-01T00:00:00.000Z"
MEMBER_TIME = (2026, 7, 1, 9, 0, 0)


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
    with tempfile.TemporaryDirectory() as folder, _fixed_time():
        path = Path(folder) / name
        pyogrio.write_dataframe(frame, path, driver=driver, layer=path.stem, **options)
        return path.read_bytes()


@contextmanager
def _fixed_time() -> Iterator[None]:
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": FIXED_TIME})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


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
