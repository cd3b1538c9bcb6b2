"""Plots summed up by cells: what a wide tile shows of half a million of them."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.layers.models import LayerVersion
from service.layers.partitions import partition_name
from service.plots.models import Plot

FINEST, WIDEST = 17, 14
"""Zooms whose tiles are the cells."""

ANY = text("SELECT EXISTS (SELECT FROM plot_cell WHERE version_id = :version)")
SUM_UP = """
WITH finest AS (
    SELECT cell.across, cell.down, plot.protection, sum(cell.area_m2) AS area_m2
    FROM {table} AS plot, LATERAL plot_cells(plot.geom, plot.area_m2) AS cell
    GROUP BY 1, 2, 3
)
INSERT INTO plot_cell (version_id, zoom, across, down, protection, area_m2)
SELECT :version, zoom, across >> ({finest} - zoom), down >> ({finest} - zoom), protection,
    sum(area_m2)
FROM finest, generate_series({widest}, {finest}) AS zoom
GROUP BY 2, 3, 4, 5
"""


def sum_up_plots(session: Session, version_id: int) -> None:
    """Sum up a version's plots once; edits wait meanwhile and are counted by a trigger after it."""
    if session.scalar(ANY, {"version": version_id}):
        return
    # Every edit of a plot holds this row first: none is under way while the plots are read.
    version = session.get(LayerVersion, version_id, with_for_update={"key_share": True})
    if version is None or session.scalar(ANY, {"version": version_id}):
        return
    table = partition_name(Plot.__tablename__, version_id)
    statement = SUM_UP.format(table=table, finest=FINEST, widest=WIDEST)
    session.execute(text(statement), {"version": version_id})
