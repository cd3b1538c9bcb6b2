"""What ``benchmarks.screening`` does in turns: our import and the peer's overlay."""

from __future__ import annotations

import subprocess
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

import geopandas
import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import func, select, text

from benchmarks.overlay_kernel import (
    CELL_M,
    METRE,
    SOUTH,
    VILLAGE_M,
    WEST,
    blobs,
    placed_plots,
    winding_rings,
)
from benchmarks.plots_database import PLOTS_AT_ONCE, load_parts
from service.cases.models import Case
from service.database.copying import copy_rows, ewkb_of
from service.embedded import Cluster, cluster_database_url
from service.imports.models import Import
from service.imports.pipeline import run_import
from service.imports.submitting import ImportOptions, submit
from service.layers.versions import begin_version, current_version, index_version, publish_version
from service.runtime import Runtime
from service.schema import migrate
from service.settings import Settings
from service.villages.models import Village, VillageBoundary
from spatial.words import LayerName

PASSWORD = "benchmark-only"
PEER = """
CREATE TABLE peer_pieces AS
SELECT patch.ogc_fid, plot.id, ST_Intersection(patch.geom, plot.geom) AS geom
FROM peer_patches AS patch JOIN {plots} AS plot ON ST_Intersects(patch.geom, plot.geom)
WHERE plot.protection <> 'none'
"""


class Times(NamedTuple):
    """Seconds: ours, the peer's with statistics of the patches, and without."""

    ours: float
    peer: float
    blind_peer: float

    def __str__(self) -> str:
        return f"ours {self.ours:.2f} s, peer {self.peer:.2f} s, blind peer {self.blind_peer:.2f} s"


@contextmanager
def township(plots: int, keep: Path | None = None) -> Iterator[Runtime]:
    """A database with so many plots and the villages around them.

    It is made in the folder ``keep`` and found there the next time, or thrown away without one.
    """
    with nullcontext(keep / str(plots)) if keep else _thrown_away() as folder:
        home = Path(folder)
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o755)
        loaded = home / "loaded"
        cluster = Cluster(home, PASSWORD)
        cluster.start()
        try:
            settings = Settings(home=home, database_url=None)
            runtime = Runtime.connect(settings, cluster_database_url(home, PASSWORD, "postgres"))
            if not loaded.exists():
                migrate(runtime.database)
                load_parts(runtime, plots_in_parts(plots))
                load_villages(runtime, extent_of(plots))
                loaded.touch()
            yield runtime
            runtime.database.dispose()
        finally:
            cluster.stop()


def _thrown_away() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="plotwatch-benchmark-")


def extent_of(plots: int) -> float:
    """The side of the square that so many plots cover, m."""
    return CELL_M * round(plots**0.5)


def plots_in_parts(count: int) -> Iterator[NDArray[np.object_]]:
    """Winding plots as they are stored, so many at once."""
    rings = winding_rings(count)
    for start in range(0, len(rings), PLOTS_AT_ONCE):
        outlines = placed_plots(rings[start : start + PLOTS_AT_ONCE])
        yield shapely.multipolygons(outlines, indices=np.arange(len(outlines)))


def load_villages(runtime: Runtime, extent_m: float) -> None:
    """Square villages all over the plots."""
    steps = np.arange(0, extent_m, VILLAGE_M)
    west, south = (axis.ravel() for axis in np.meshgrid(steps, steps))
    corners = np.stack((west, south), axis=-1) * METRE + (WEST, SOUTH)
    outlines = shapely.box(*corners.T, *(corners + METRE * VILLAGE_M).T)
    codes = [f"{500118000000 + number:012d}" for number in range(len(outlines))]
    with runtime.database.transaction() as session:
        staged = begin_version(session, LayerName.VILLAGES)
        index_version(session, staged)
        publish_version(
            session, staged, effective_on=date(2026, 1, 1), import_id=None, feature_count=len(codes)
        )
        rows = [
            (staged.id, number, code, f"村{number}", 4e6, {}, shape)
            for number, (code, shape) in enumerate(zip(codes, ewkb_of(outlines), strict=True))
        ]
        columns = ("version_id", "source_row", "code", "name", "area_m2", "attributes", "geom")
        copy_rows(session, VillageBoundary, columns, rows)
        copy_rows(
            session,
            Village,
            ("code", "name", "township_code"),
            [(code, code, code[:9]) for code in codes],
        )


def write_patches(folder: Path, count: int, extent_m: float, seed: int) -> Path:
    """A shapefile of patches as a district sends them; the .shp's path."""
    folder.mkdir()
    frame = geopandas.GeoDataFrame(
        {
            "JCBH": [f"{seed:03d}{number:07d}" for number in range(count)],
            "TBLX": "20",
            "QSX": "20260104",
            "HSX": "20260402",
        },
        geometry=blobs(count, extent_m, seed),
        crs=4490,
    )
    frame.to_file(folder / "WPTB.shp", encoding="GBK")
    return folder / "WPTB.shp"


def ours(runtime: Runtime, archive: Path) -> int:
    """Import a file of patches up to committed cases; the import's id."""
    submission = submit(runtime, archive, LayerName.PATCHES, ImportOptions(), account_id=None)
    run_import(runtime, submission.import_id)
    return submission.import_id


def peer(runtime: Runtime, shapefile: Path, *, analysed: bool) -> None:
    """``ogr2ogr`` of the patches, then the overlay with protected plots in plain SQL.

    ``analysed``: the planner knows the patches' statistics, as it does a minute after any load.
    """
    with runtime.database.transaction() as session:
        version = current_version(session, LayerName.PLOTS)
        assert version is not None
        session.execute(text("DROP TABLE IF EXISTS peer_pieces, peer_patches"))
    subprocess.run(
        ["ogr2ogr", "-f", "PostgreSQL", f"PG:{runtime.database.dsn}", str(shapefile),
         "-nln", "plotwatch.peer_patches", "-nlt", "PROMOTE_TO_MULTI", "-a_srs", "EPSG:4490",
         "-lco", "GEOMETRY_NAME=geom"],
        check=True,
        env={"SHAPE_ENCODING": "GBK", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    with runtime.database.transaction() as session:
        if analysed:
            session.execute(text("ANALYZE peer_patches"))
        session.execute(text(PEER.format(plots=f"plot_v{version.id}")))


def rounds(runtime: Runtime, plots: int, patches: int, repeat: int) -> Times:
    """The best times of all, in seconds."""
    times: list[Times] = []
    with tempfile.TemporaryDirectory() as name:
        first = files_sent(runtime) + 1
        for seed in range(first, first + repeat):
            shapefile = write_patches(Path(name) / str(seed), patches, extent_of(plots), seed)
            archive = zipped(shapefile)
            mine = timed(lambda archive=archive: report(runtime, ours(runtime, archive)))
            theirs, blind = (
                timed(partial(peer, runtime, shapefile, analysed=analysed))
                for analysed in (True, False)
            )
            times.append(Times(mine, theirs, blind))
            print(f"  round {seed}: {times[-1]}", flush=True)
    return Times(*(min(column) for column in zip(*times, strict=True)))


def files_sent(runtime: Runtime) -> int:
    """How many files the database has had: each round sends another."""
    with runtime.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Import)) or 0


def zipped(shapefile: Path) -> Path:
    """The shapefile as it is uploaded."""
    archive = shapefile.with_suffix(".zip")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in shapefile.parent.glob(f"{shapefile.stem}.*"):
            if file != archive:
                packed.write(file, file.name)
    return archive


def report(runtime: Runtime, import_id: int) -> None:
    """Stop unless the import was published and its cases can be seen."""
    with runtime.database.reading() as session:
        job = session.get_one(Import, import_id)
        cases = select(func.count()).select_from(Case).where(Case.batch_id == import_id)
        visible = session.scalar(cases)
        if job.status != "published" or not visible:
            raise SystemExit(f"the import ended {job.status}: {job.problem}")
        print(f"  {job.counts}, {visible} cases visible")


def timed(work: Callable[[], object]) -> float:
    """Seconds that some work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
