"""Versions of base layers are put in force whole or not at all."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from service.layers.models import LayerVersion
from service.layers.versions import (
    begin_version,
    current_version,
    current_versions,
    index_version,
    publish_version,
)
from service.runtime import Runtime
from spatial.words import LayerName

SQUARE = "MULTIPOLYGON(((105 29,105.1 29,105.1 29.1,105 29.1,105 29)))"


def publish_one_plot(session: Session, plot_no: str) -> LayerVersion:
    staged = begin_version(session, LayerName.PLOTS)
    session.execute(
        text(
            f"INSERT INTO {staged.table} (version_id, plot_no, land_class, land_class_system,"
            " area_m2, protection, attributes, geom) VALUES (:v, :no, '0101', 'third-survey',"
            f" 1, 'cropland', '{{}}', ST_GeomFromText('{SQUARE}', 4490))"
        ),
        {"v": staged.id, "no": plot_no},
    )
    index_version(session, staged)
    return publish_version(
        session, staged, effective_on=date(2026, 1, 1), import_id=None, feature_count=1
    )


def partitions(session: Session) -> dict[str, bool]:
    rows = session.execute(
        text("SELECT relname, relispartition FROM pg_class WHERE relname ~ '^plot_v\\d+$'")
    )
    return dict(rows.all())


def test_a_published_version_supersedes_the_one_before(runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        first = publish_one_plot(session, "1")
    with runtime.database.transaction() as session:
        second = publish_one_plot(session, "2")
    with runtime.database.reading() as session:
        now = current_version(session, LayerName.PLOTS)
        assert now is not None
        assert (now.id, now.version) == (second.id, 2)
        assert session.get_one(LayerVersion, first.id).superseded_at is not None
        assert set(current_versions(session)) == {LayerName.PLOTS}


def test_a_superseded_version_keeps_its_rows(runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        first = publish_one_plot(session, "1")
    with runtime.database.transaction() as session:
        publish_one_plot(session, "2")
    with runtime.database.reading() as session:
        found = session.execute(
            text("SELECT plot_no FROM plot WHERE version_id = :v"), {"v": first.id}
        ).scalars()
        assert list(found) == ["1"]


def test_a_version_given_up_leaves_no_table(runtime: Runtime) -> None:
    with pytest.raises(RuntimeError), runtime.database.transaction() as session:
        publish_one_plot(session, "1")
        raise RuntimeError("given up")
    with runtime.database.reading() as session:
        assert partitions(session) == {}
        assert current_version(session, LayerName.PLOTS) is None


def test_a_partition_has_every_index_of_its_parent(runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        version = publish_one_plot(session, "1")
    with runtime.database.reading() as session:
        counts = session.execute(
            text(
                "SELECT indrelid::regclass::text, count(*), bool_and(indisvalid) FROM pg_index"
                " WHERE indrelid IN ('plot'::regclass, to_regclass(:p)) GROUP BY 1"
            ),
            {"p": f"plot_v{version.id}"},
        ).all()
    assert [(count, valid) for _, count, valid in counts] == [(5, True), (5, True)]


def test_zones_of_different_kinds_have_versions_of_their_own(runtime: Runtime) -> None:
    for layer in (LayerName.RURAL_ROADS, LayerName.TEMPORARY_LAND_USE):
        with runtime.database.transaction() as session:
            staged = begin_version(session, layer)
            index_version(session, staged)
            publish_version(
                session, staged, effective_on=date(2026, 1, 1), import_id=None, feature_count=0
            )
    with runtime.database.reading() as session:
        versions = current_versions(session)
    assert {layer: version.version for layer, version in versions.items()} == {
        LayerName.RURAL_ROADS: 1,
        LayerName.TEMPORARY_LAND_USE: 1,
    }
