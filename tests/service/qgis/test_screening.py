"""An edit of a plot reaches the cases on its ground."""

from __future__ import annotations

from sqlalchemy import select, text

from service.qgis.models import PlotEdit
from service.qgis.screening import screen_edited, touched_patches
from service.runtime import Runtime
from tests.service.qgis.conftest import LogIn

PATCHES = """
INSERT INTO patch (patch_no, batch_id, first_batch_id, source_row, content_hash, revision,
    change_group, area_m2, attributes, created_at, updated_at, geom)
SELECT 'T' || n, 1, 1, n, 'x', 1, 'building', 100, '{}', now(), now(),
       ST_Multi(ST_MakeEnvelope(105.906 + n * 0.005, 29.303, 105.907 + n * 0.005, 29.304, 4490))
FROM generate_series(1, 4) AS n
"""


def test_patches_on_edited_ground_are_found_and_each_edit_is_screened_once(
    farmland: Runtime, log_in: LogIn
) -> None:
    with farmland.database.transaction() as session:
        session.execute(text(PATCHES))
    with log_in("everywhere") as connection:
        connection.execute("DELETE FROM plots WHERE plot_no = 'P4'")
    with farmland.database.transaction() as session:
        edits = session.scalars(select(PlotEdit.id)).all()
        names = session.scalars(
            text("SELECT patch_no FROM patch WHERE id = ANY (:ids)"),
            {"ids": touched_patches(session, edits)},
        ).all()
        assert names == ["T4"]
        counts = screen_edited(session, farmland.settings)
        assert counts is not None
        assert counts.patches == 1
    with farmland.database.transaction() as session:
        assert screen_edited(session, farmland.settings) is None
