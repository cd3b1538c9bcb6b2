"""A private database with many plots, made for a benchmark and thrown away after it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import date
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from service.accounts.directory import add_account
from service.accounts.roles import Role
from service.bulk import (
    COPY_HEADER,
    COPY_TRAILER,
    encode_rows,
    float_field,
    geometry_field,
    integer_field,
    json_field,
    text_field,
)
from service.database.engine import driver_connection
from service.embedded import Cluster, cluster_database_url
from service.layers.versions import begin_version, index_version, publish_version
from service.runtime import Runtime
from service.schema import migrate
from service.settings import Settings
from spatial.words import LayerName

WEST, SOUTH = 105.70, 29.20
CELL = 0.00053
"""Degrees from plot to plot: about 1,500 plots in a tile of zoom 14."""
PASSWORD = "benchmark-only"
PLOTS_AT_ONCE = 50_000
COLUMNS = (
    "version_id, plot_no, village_code, land_class, land_class_system, area_m2, protection,"
    " attributes, geom"
)


def plot_outlines(
    columns: int, rows: int, vertices: int = 22, seed: int = 1
) -> NDArray[np.object_]:
    """A grid of ``columns`` × ``rows`` round plots with ``vertices`` positions each, in degrees."""
    rng = np.random.default_rng(seed)
    count = columns * rows
    angles = np.linspace(0, 2 * np.pi, vertices - 1, endpoint=False)
    radius = CELL * rng.uniform(0.38, 0.48, (count, vertices - 1))
    middle_x = WEST + (np.tile(np.arange(columns), rows) + 0.5) * CELL
    middle_y = SOUTH + (np.repeat(np.arange(rows), columns) + 0.5) * CELL
    ring = np.stack(
        (middle_x[:, None] + radius * np.cos(angles), middle_y[:, None] + radius * np.sin(angles)),
        axis=-1,
    )
    closed = np.concatenate((ring, ring[:, :1]), axis=1)
    polygons = shapely.polygons(closed)
    return np.asarray(shapely.multipolygons(polygons, indices=np.arange(count)), dtype=object)


@contextmanager
def plots_database(columns: int, rows: int, keep: Path | None = None) -> Iterator[Runtime]:
    """A runtime on a database with one version of ``columns`` × ``rows`` plots.

    It is made in the folder ``keep`` and found there the next time, or thrown away without one.
    """
    with nullcontext(keep) if keep else _temporary() as folder:
        home = Path(folder)
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o755)
        loaded = home / f"{columns}x{rows}"
        cluster = Cluster(home, PASSWORD)
        cluster.start()
        try:
            settings = Settings(home=home, database_url=None)
            runtime = Runtime.connect(settings, cluster_database_url(home, PASSWORD, "postgres"))
            if not loaded.exists():
                migrate(runtime.database)
                load_plots(runtime, plot_outlines(columns, rows))
                loaded.touch()
            yield runtime
            runtime.database.dispose()
        finally:
            cluster.stop()


def _temporary() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="plotwatch-benchmark-")


def load_plots(runtime: Runtime, outlines: NDArray[np.object_]) -> None:
    """Publish the outlines as plots, and make the account that reads them."""
    starts = range(0, len(outlines), PLOTS_AT_ONCE)
    load_parts(runtime, (outlines[start : start + PLOTS_AT_ONCE] for start in starts))


def load_parts(runtime: Runtime, parts: Iterable[NDArray[np.object_]]) -> None:
    """As :func:`load_plots`, of more plots than memory should hold at once."""
    stored = 0
    with runtime.database.transaction() as session:
        add_account(session, "reader", Role.OFFICE, PASSWORD)
        staged = begin_version(session, LayerName.PLOTS)
        statement = f"COPY {staged.table} ({COLUMNS}) FROM STDIN (FORMAT BINARY, FREEZE)"
        with driver_connection(session).cursor().copy(statement) as copy:
            copy.write(COPY_HEADER)
            for outlines in parts:
                copy.write(_encoded(outlines, stored, staged.id))
                stored += len(outlines)
            copy.write(COPY_TRAILER)
        index_version(session, staged)
        publish_version(
            session,
            staged,
            effective_on=date(2026, 1, 1),
            import_id=None,
            feature_count=stored,
        )


def _encoded(outlines: NDArray[np.object_], start: int, version: int) -> memoryview:
    numbers = np.arange(start, start + len(outlines))
    classes = np.array(["0101", "0103", "0201K", "1202"], dtype=object)[numbers % 4]
    protection = np.array(["cropland", "cropland", "recoverable", "none"], dtype=object)
    villages = np.array([f"5001180012{n:02d}" for n in range(20)], dtype=object)
    rows = len(outlines)
    return encode_rows(
        [
            integer_field(np.full(rows, version)),
            text_field(np.array([f"D{n:07d}" for n in numbers], dtype=object)),
            text_field(villages[numbers // 1000 % 20]),
            text_field(classes),
            text_field(np.full(rows, "third-survey", dtype=object)),
            float_field(numbers % 5000 + 1000.0),
            text_field(protection[numbers % 4]),
            json_field(np.full(rows, '{"BZ": "示例"}', dtype=object)),
            geometry_field(outlines),
        ]
    )
