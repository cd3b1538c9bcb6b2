"""Small layers in real formats, and imports of them done at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas
import shapely
from sqlalchemy import text

from service.imports.models import Import
from service.imports.pipeline import run_import
from service.imports.submitting import ImportOptions, submit
from service.runtime import Runtime
from spatial.words import LayerName

WEST, SOUTH = 105.88, 29.36
STEP = 0.001
"""Degrees between the small squares that the tests draw."""

VILLAGES = ("500118001201", "500118001202")


def square(place: float, row: float = 0.0, size: float = 0.8 * STEP) -> shapely.Polygon:
    """A small square, the ``place``-th from the west of the test township."""
    west, south = WEST + place * STEP, SOUTH + row * STEP
    return shapely.box(west, south, west + size, south + size)


def write_layer(
    path: Path, columns: dict[str, Sequence[Any]], geometry: Sequence[Any], crs: str = "EPSG:4490"
) -> Path:
    """A vector file in the format that its name says."""
    geopandas.GeoDataFrame(columns, geometry=list(geometry), crs=crs).to_file(path)
    return path


def write_plots(path: Path, numbers: Sequence[str], **more: Sequence[Any]) -> Path:
    """Plots of cropland side by side."""
    columns = {"TBBH": list(numbers), "DLBM": ["0101"] * len(numbers), **more}
    return write_layer(path, columns, [square(place) for place in range(len(numbers))])


def write_patches(path: Path, places: dict[str, float], **more: Sequence[Any]) -> Path:
    """Patches of new buildings by number and place."""
    count = len(places)
    columns = {
        "JCBH": list(places),
        "TBLX": ["20"] * count,
        "QSX": ["20260104"] * count,
        "HSX": ["20260402"] * count,
        **more,
    }
    return write_layer(path, columns, [square(place) for place in places.values()])


def write_villages(path: Path, codes: Sequence[str] = VILLAGES) -> Path:
    """Villages side by side, ten squares wide each."""
    outlines = [
        shapely.box(WEST + 10 * n * STEP, SOUTH - STEP, WEST + 10 * (n + 1) * STEP, SOUTH + STEP)
        for n in range(len(codes))
    ]
    names = [f"示例{code[-3:]}村" for code in codes]
    return write_layer(path, {"ZLDWDM": list(codes), "ZLDWMC": names}, outlines)


def import_now(
    runtime: Runtime, path: Path, layer: LayerName, options: ImportOptions | None = None
) -> Import:
    """Submit a file and do the work of a worker at once."""
    submission = submit(runtime, path, layer, options or ImportOptions(), account_id=None)
    run_import(runtime, submission.import_id)
    with runtime.database.transaction() as session:
        session.execute(text("DELETE FROM procrastinate_jobs"))
    return import_of(runtime, submission.import_id)


def import_of(runtime: Runtime, import_id: int) -> Import:
    """An import as it stands."""
    with runtime.database.reading() as session:
        return session.get_one(Import, import_id)


def run_queued(runtime: Runtime) -> None:
    """Do all queued imports, as a worker would."""
    with runtime.database.reading() as session:
        queued = session.execute(text("SELECT id FROM import WHERE status = 'queued' ORDER BY id"))
        for (import_id,) in queued.all():
            run_import(runtime, import_id)


def stray_tables(runtime: Runtime) -> list[str]:
    """Tables of versions that no layer table has as a partition."""
    with runtime.database.reading() as session:
        return list(
            session.scalars(
                text(
                    "SELECT relname FROM pg_class WHERE relkind = 'r' AND NOT relispartition"
                    " AND relname ~ '_v[0-9]+$'"
                )
            )
        )


def leftovers(runtime: Runtime) -> list[str]:
    """Files and folders that uploads and reading processes left in the home."""
    home = runtime.settings.home
    return [
        str(path.relative_to(home))
        for folder in ("work", "incoming")
        for path in (home / folder).glob("*")
    ]
