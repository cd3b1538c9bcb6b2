"""What is published: versions, villages, patches by their numbers, counts that add up."""

from __future__ import annotations

from pathlib import Path

import geopandas
from sqlalchemy import text

from service.imports.statuses import ImportStatus
from service.imports.submitting import ImportOptions, submit
from service.layers.versions import current_version
from service.runtime import Runtime
from spatial.words import LayerName
from tests.service.imports.building import (
    VILLAGES,
    import_now,
    leftovers,
    run_queued,
    square,
    stray_tables,
    write_layer,
    write_patches,
    write_plots,
    write_villages,
)


def scalars(runtime: Runtime, query: str) -> list[object]:
    with runtime.database.reading() as session:
        return list(session.scalars(text(query)))


def test_plots_become_a_version_with_ellipsoidal_areas(township: Runtime, tmp_path: Path) -> None:
    job = import_now(township, write_plots(tmp_path / "p.gpkg", ["1", "2", "3"]), LayerName.PLOTS)
    assert job.status == ImportStatus.PUBLISHED
    assert job.progress == 1.0
    assert (job.counts["read"], job.counts["accepted"]) == (3, 3)
    with township.database.reading() as session:
        version = current_version(session, LayerName.PLOTS)
        assert version is not None
        assert (version.version, version.feature_count, version.import_id) == (2, 3, job.id)
    found = scalars(
        township,
        "SELECT abs(area_m2 / ST_Area(ST_SetSRID(geom, 4326)::geography) - 1) < 1e-6"
        f" FROM plot WHERE version_id = {version.id}",
    )
    assert found == [True] * 3


def test_new_plots_are_summed_up_for_wide_tiles_by_a_job_of_the_same_transaction(
    township: Runtime, tmp_path: Path
) -> None:
    path = write_plots(tmp_path / "p.gpkg", ["1", "2", "3"])
    submit(township, path, LayerName.PLOTS, ImportOptions(), account_id=None)
    run_queued(township)
    with township.database.reading() as session:
        version = current_version(session, LayerName.PLOTS)
    assert version is not None
    queued = scalars(
        township,
        "SELECT args FROM procrastinate_jobs WHERE task_name = 'plots.sum-up' ORDER BY id",
    )
    assert queued[-1] == {"version_id": version.id}


def test_a_plot_without_a_village_code_gets_that_of_the_village_it_lies_in(
    township: Runtime,
) -> None:
    found = scalars(township, "SELECT village_code FROM plot ORDER BY plot_no")
    assert found == [VILLAGES[0]] * 10 + [VILLAGES[1]] * 2


def test_a_plot_keeps_the_village_code_it_names(township: Runtime, tmp_path: Path) -> None:
    path = write_plots(tmp_path / "p.gpkg", ["1"], ZLDWDM=["5001180012020000000"])
    import_now(township, path, LayerName.PLOTS)
    found = scalars(
        township, "SELECT village_code FROM plot ORDER BY version_id DESC, id DESC LIMIT 1"
    )
    assert found == [VILLAGES[1]]


def test_a_code_of_no_village_here_gives_way_to_the_place_and_is_kept_and_told(
    township: Runtime, tmp_path: Path
) -> None:
    """Otherwise the plots of a land survey would be seen by no village's login."""
    foreign = ["5001189990070000000", "5001189990080000000", "5001180012020000000"]
    path = write_plots(tmp_path / "p.gpkg", ["1", "2", "3"], ZLDWDM=foreign)
    job = import_now(township, path, LayerName.PLOTS)
    found = scalars(
        township,
        "SELECT ARRAY[village_code, attributes->>'village_code'] FROM plot"
        f" JOIN layer_version AS version ON version.id = version_id"
        f" WHERE import_id = {job.id} ORDER BY plot_no",
    )
    assert found == [
        [VILLAGES[0], "500118999007"],
        [VILLAGES[0], "500118999008"],
        [VILLAGES[1], None],
    ]
    told = {finding["code"]: finding["detail_en"] for finding in job.findings}
    assert told["village-codes-foreign"].startswith(
        "2 plots bear codes of no village in force (500118999007、500118999008)"
    )


def test_new_boundaries_rename_villages_and_end_those_left_out(
    township: Runtime, tmp_path: Path
) -> None:
    import_now(
        township,
        write_villages(tmp_path / "v.gpkg", [VILLAGES[0], "500118001299"]),
        LayerName.VILLAGES,
    )
    with township.database.reading() as session:
        rows = session.execute(
            text("SELECT code, valid_to IS NULL, township_code FROM village ORDER BY code")
        ).all()
    assert [tuple(row) for row in rows] == [
        (VILLAGES[0], True, "500118001"),
        (VILLAGES[1], False, "500118001"),
        ("500118001299", True, "500118001"),
    ]


def test_zones_are_stored_with_their_kind_and_dates(township: Runtime, tmp_path: Path) -> None:
    columns = {"PZWH": ["渝府地〔2026〕1号"], "QSRQ": ["2026-01-01"], "ZZRQ": ["20271231"]}
    path = write_layer(tmp_path / "z.gpkg", columns, [square(1)])
    job = import_now(township, path, LayerName.TEMPORARY_LAND_USE)
    assert job.status == ImportStatus.PUBLISHED
    with township.database.reading() as session:
        row = session.execute(
            text("SELECT kind, zone_no, document_no, valid_from::text, valid_to::text FROM zone")
        ).one()
    assert tuple(row) == (
        "temporary-land-use", "row-1", "渝府地〔2026〕1号", "2026-01-01", "2027-12-31",
    )  # fmt: skip


def test_the_same_patch_from_another_file_is_unchanged_or_updated_never_doubled(
    township: Runtime, tmp_path: Path
) -> None:
    first = write_patches(tmp_path / "a.gpkg", {"JC1": 1, "JC2": 2})
    second = write_patches(tmp_path / "b.gpkg", {"JC1": 1, "JC2": 2.1, "JC3": 3})
    import_now(township, first, LayerName.PATCHES)
    job = import_now(township, second, LayerName.PATCHES)
    counts = {name: job.counts[name] for name in ("read", "accepted", "unchanged", "updated")}
    assert counts == {"read": 3, "accepted": 1, "unchanged": 1, "updated": 1}
    with township.database.reading() as session:
        rows = session.execute(
            text("SELECT patch_no, revision, batch_id - first_batch_id FROM patch ORDER BY 1")
        ).all()
        kept = session.execute(
            text("SELECT revision, content ->> 'patch_no' FROM patch_revision")
        ).all()
    assert [tuple(row) for row in rows] == [("JC1", 1, 0), ("JC2", 2, 1), ("JC3", 1, 0)]
    assert [tuple(row) for row in kept] == [(1, "JC2")]


def test_a_patch_that_was_only_exported_again_is_unchanged(
    township: Runtime, tmp_path: Path
) -> None:
    first = write_patches(tmp_path / "1.gpkg", {"P1": 0}, OBJECTID=[7], Shape_Area=[1.0], BZ=["a"])
    again = write_patches(tmp_path / "2.gpkg", {"P1": 0}, OBJECTID=[1], Shape_Area=[1.1], BZ=["a"])
    other = write_patches(tmp_path / "3.gpkg", {"P1": 0}, OBJECTID=[1], Shape_Area=[1.1], BZ=["b"])
    import_now(township, first, LayerName.PATCHES)
    assert import_now(township, again, LayerName.PATCHES).counts["unchanged"] == 1
    assert import_now(township, other, LayerName.PATCHES).counts["updated"] == 1


def test_the_same_patch_in_another_format_and_coordinate_system_is_unchanged(
    township: Runtime, tmp_path: Path
) -> None:
    import_now(township, write_patches(tmp_path / "a.gpkg", {"JC1": 1}), LayerName.PATCHES)
    columns = {"JCBH": ["JC1"], "TBLX": ["20"], "QSX": ["20260104"], "HSX": ["20260402"]}
    projected = tmp_path / "b.fgb"
    geopandas.GeoDataFrame(columns, geometry=[square(1)], crs=4490).to_crs(4523).to_file(projected)
    job = import_now(township, projected, LayerName.PATCHES)
    assert job.counts["unchanged"] == 1


def test_a_number_twice_in_one_file_counts_once_when_both_rows_say_the_same(
    township: Runtime, tmp_path: Path
) -> None:
    path = tmp_path / "a.gpkg"
    columns = {"JCBH": ["JC1", "JC1"], "TBLX": ["20", "20"], "HSX": ["20260402"] * 2}
    write_layer(path, columns, [square(1), square(1)])
    job = import_now(township, path, LayerName.PATCHES)
    assert (job.status, job.counts["accepted"], job.counts["unchanged"]) == ("published", 1, 1)
    assert scalars(township, "SELECT count(*) FROM patch") == [1]


def test_a_number_twice_with_other_content_is_rejected_with_its_reason(
    township: Runtime, tmp_path: Path
) -> None:
    places = {f"JC{n}": n / 4 for n in range(39)}
    numbers = [*places, "JC5"]
    columns = {"JCBH": numbers, "TBLX": ["20"] * 40, "HSX": ["20260402"] * 40}
    geometry = [square(n / 4, size=0.0002) for n in range(40)]
    path = write_layer(tmp_path / "a.gpkg", columns, geometry)
    job = import_now(township, path, LayerName.PATCHES)
    assert (job.status, job.counts["accepted"], job.counts["rejected"]) == ("published", 39, 1)
    assert scalars(township, "SELECT row FROM import_row WHERE code = 'duplicate-patch-no'") == [40]


def test_too_many_rejected_rows_reject_the_import_and_publish_nothing(
    township: Runtime, tmp_path: Path
) -> None:
    path = write_layer(
        tmp_path / "p.gpkg",
        {"TBBH": ["1", "2", "3"], "DLBM": ["0101"] * 3},
        [square(1), None, square(3)],
    )
    job = import_now(township, path, LayerName.PLOTS)
    assert job.status == ImportStatus.REJECTED
    assert job.problem is not None
    assert job.problem["code"] == "too-many-rejected"
    assert (job.counts["read"], job.counts["rejected"]) == (3, 1)
    assert scalars(township, f"SELECT row FROM import_row WHERE import_id = {job.id}") == [2]
    assert scalars(township, "SELECT max(version) FROM layer_version WHERE layer = 'plots'") == [1]
    assert stray_tables(township) == []
    assert leftovers(township) == []


def test_the_count_of_an_import_adds_up_to_the_rows_read(township: Runtime, tmp_path: Path) -> None:
    geometry = [square(n / 4, size=0.0002) for n in range(30)]
    geometry[4] = None
    path = write_layer(
        tmp_path / "p.gpkg",
        {"TBBH": [str(n) for n in range(30)], "DLBM": ["0101"] * 30},
        geometry,
    )
    job = import_now(township, path, LayerName.PLOTS)
    assert job.status == ImportStatus.PUBLISHED
    ended = ("accepted", "repaired", "rejected", "unchanged", "updated")
    assert sum(job.counts[name] for name in ended) == job.counts["read"] == 30
