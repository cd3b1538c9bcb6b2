"""Vector tiles: what they hold, for whom, and when they are news."""

from __future__ import annotations

import itertools
import math
from typing import Any

import mapbox_vector_tile
import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import text

from service.plots.cells import sum_up_plots
from service.runtime import Runtime
from tests.conftest import PASSWORD
from tests.service.features.ground import WEST_VILLAGE, publish_plots

# Tiles that hold the southwest corner of the test township.
Z11 = "11/1626/849"
Z14 = "14/13011/6793"
Z16 = "16/52046/27174"
ALL = "villages,plots,zones,patches,cases"


def decoded(answer: Response) -> dict[str, list[dict[str, Any]]]:
    assert answer.status_code == 200, answer.text
    layers = mapbox_vector_tile.decode(answer.content)
    return {
        name: [feature["properties"] for feature in layer["features"]]
        for name, layer in layers.items()
    }


def test_one_tile_holds_every_layer_asked_for_with_its_labels(township: TestClient) -> None:
    layers = decoded(township.get(f"/api/tiles/{ALL}/{Z14}.pbf"))
    assert set(layers) == {
        "villages", "villages_labels", "plots", "zones", "patches", "cases", "cases_labels",
    }  # fmt: skip
    assert layers["cases"][0]["code"] == "500118001202-2026-0001"
    assert layers["zones"][0]["kind"] == "permanent-basic-farmland"


def test_plot_numbers_are_points_of_close_zooms_only_and_stand_once(township: TestClient) -> None:
    right, above = "16/52047/27174", "16/52046/27173"
    numbers = [
        plot["plot_no"]
        for address in (Z16, right, above)
        for plot in decoded(township.get(f"/api/tiles/plots_labels/{address}.pbf"))["plots_labels"]
    ]
    assert len(numbers) == len(set(numbers)) > 10
    assert "plots_labels" not in decoded(township.get(f"/api/tiles/plots/{Z14}.pbf"))


def test_outlines_lie_where_the_projection_puts_them(township: TestClient) -> None:
    content = township.get(f"/api/tiles/plots/{Z14}.pbf").content
    plots = mapbox_vector_tile.decode(content)["plots"]["features"]
    first = next(plot for plot in plots if plot["properties"]["plot_no"] == "D0001")
    ring = first["geometry"]["coordinates"][0]
    west = ((105.9 + 180) / 360 * 2**14 - 13011) * 4096
    south = (1 - math.asinh(math.tan(math.radians(29.35))) / math.pi) / 2 * 2**14 - 6793
    assert min(x for x, _ in ring) == pytest.approx(west, abs=1)
    assert min(y for _, y in ring) == pytest.approx((1 - south) * 4096, abs=1)


def test_a_village_user_sees_its_own_cases_and_patches_only(township: TestClient) -> None:
    address = "10/813/424"
    assert len(decoded(township.get(f"/api/tiles/cases,patches/{address}.pbf"))["cases"]) == 2
    township.auth = ("village", PASSWORD)
    layers = decoded(township.get(f"/api/tiles/cases,patches/{address}.pbf"))
    assert [case["village_code"] for case in layers["cases"]] == [WEST_VILLAGE]
    assert [patch["patch_no"] for patch in layers["patches"]] == ["TB-1"]


def test_filters_keep_one_village_and_one_batch(township: TestClient) -> None:
    plots = decoded(township.get(f"/api/tiles/plots/{Z14}.pbf?village={WEST_VILLAGE}"))["plots"]
    assert {plot["village_code"] for plot in plots} == {WEST_VILLAGE}
    assert township.get(f"/api/tiles/patches/{Z14}.pbf?batch=99").status_code == 204


def test_an_unchanged_tile_is_answered_304(township: TestClient) -> None:
    tag = township.get(f"/api/tiles/plots,zones/{Z14}.pbf").headers["etag"]
    again = township.get(f"/api/tiles/plots,zones/{Z14}.pbf", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


CHANGES = {
    "plots": "UPDATE layer_version SET edited_at = edited_at + interval '1 second'",
    "cases": "UPDATE suspect_case SET status = 'evidence' WHERE id = 1",
    "patches": "UPDATE patch SET outcome = 'case' WHERE id = 1",
}


@pytest.mark.parametrize("layer", CHANGES)
def test_a_tile_is_news_after_any_change_of_its_rows(
    own_township: TestClient, own_runtime: Runtime, layer: str
) -> None:
    tag = own_township.get(f"/api/tiles/{layer}/{Z14}.pbf").headers["etag"]
    with own_runtime.database.transaction() as session:
        session.execute(text(CHANGES[layer]))
    again = own_township.get(f"/api/tiles/{layer}/{Z14}.pbf", headers={"If-None-Match": tag})
    assert again.status_code == 200
    assert again.headers["etag"] != tag


def test_a_new_version_is_drawn_at_once(own_township: TestClient, own_runtime: Runtime) -> None:
    before = decoded(own_township.get(f"/api/tiles/plots/{Z14}.pbf"))["plots"]
    with own_runtime.database.transaction() as session:
        publish_plots(session, rows=2)
    after = decoded(own_township.get(f"/api/tiles/plots/{Z14}.pbf"))["plots"]
    assert len(after) < len(before)


def test_where_nothing_is_the_tile_is_empty(township: TestClient) -> None:
    assert township.get(f"/api/tiles/{ALL}/14/0/0.pbf").status_code == 204


def test_before_any_import_every_tile_is_empty(empty: TestClient) -> None:
    assert empty.get(f"/api/tiles/{ALL}/{Z14}.pbf").status_code == 204


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ("plots/x/0/0", "z"),
        ("plots/23/0/0", "z"),
        ("plots/2/4/0", "x"),
        ("plots/2/0/-1", "y"),
        ("plots/2/0/²", "y"),
        ("roads/2/0/0", "layers"),
        ("plots,,zones/2/0/0", "layers"),
    ],
)
def test_a_malformed_address_is_a_400_that_names_the_part(
    empty: TestClient, address: str, parameter: str
) -> None:
    answer = empty.get(f"/api/tiles/{address}.pbf")
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)


def test_tiles_want_a_login_and_notice_its_end(
    own_township: TestClient, own_runtime: Runtime
) -> None:
    assert own_township.get(f"/api/tiles/plots/{Z14}.pbf").status_code == 200
    with own_runtime.database.transaction() as session:
        session.execute(text("UPDATE account SET disabled_at = now() WHERE username = 'office'"))
    assert own_township.get(f"/api/tiles/plots/{Z14}.pbf").status_code == 401
    own_township.auth = None
    assert own_township.get(f"/api/tiles/plots/{Z14}.pbf").status_code == 401


@pytest.mark.parametrize("address", ["12/3252/1698", Z14, Z16])
def test_rings_turn_as_the_format_wants_whether_cut_or_whole(
    township: TestClient, address: str
) -> None:
    content = township.get(f"/api/tiles/plots/{address}.pbf").content
    tile = mapbox_vector_tile.decode(content, default_options={"y_coord_down": True})
    features = tile["plots"]["features"]
    assert features
    for feature in features:
        ring = feature["geometry"]["coordinates"][0]
        doubled = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in itertools.pairwise(ring))
        assert doubled > 0


def test_wide_tiles_leave_out_what_nobody_reads_there(township: TestClient) -> None:
    (wide, *_) = decoded(township.get("/api/tiles/plots/12/3252/1698.pbf"))["plots"]
    (close, *_) = decoded(township.get(f"/api/tiles/plots/{Z14}.pbf"))["plots"]
    assert set(wide) == {"id", "land_class", "protection"}
    assert set(close) == {"id", "land_class", "protection", "plot_no", "village_code", "area_mu"}


def test_small_zones_of_wide_tiles_are_a_cell_where_they_lie(township: TestClient) -> None:
    # The zone is 240 m wide; a cell of zoom 11 has 266 m.
    content = township.get("/api/tiles/zones/11/1626/849.pbf").content
    tile = mapbox_vector_tile.decode(content, default_options={"y_coord_down": True})
    (cell,) = tile["zones"]["features"]
    assert cell["properties"] == {"kind": "permanent-basic-farmland"}
    (ring,) = cell["geometry"]["coordinates"]
    across = int(((105.90125 + 180) / 360 * 2**11 - 1626) * 64) * 64
    assert {x for x, _ in ring} == {across, across + 64}
    assert {y % 64 for _, y in ring} == {0}
    doubled = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in itertools.pairwise(ring))
    assert doubled > 0


def test_large_zones_of_wide_tiles_keep_their_outline(
    own_township: TestClient, own_runtime: Runtime
) -> None:
    with own_runtime.database.transaction() as session:
        session.execute(text("UPDATE zone SET area_m2 = 1000000"))
    (zone,) = decoded(own_township.get("/api/tiles/zones/11/1626/849.pbf"))["zones"]
    assert zone["kind"] == "permanent-basic-farmland"
    assert "id" in zone


def cells(client: TestClient, query: str = "") -> dict[tuple[float, float], str]:
    """The protection of each cell of the township's tile, by its northwest corner."""
    content = client.get(f"/api/tiles/plots/{Z11}.pbf{query}").content
    tile = mapbox_vector_tile.decode(content, default_options={"y_coord_down": True})
    found = {}
    for feature in tile["plots"]["features"] if tile else ():
        (ring,) = feature["geometry"]["coordinates"]
        corner = min(x for x, _ in ring), min(y for _, y in ring)
        found[corner] = feature["properties"]["protection"]
    return found


def test_plots_of_wide_tiles_are_the_cells_they_cover_in_their_largest_class(
    township: TestClient,
) -> None:
    # Twenty by ten plots of 0.001 degrees; a cell of zoom 11 has 0.0027.
    found = cells(township)
    assert 24 <= len(found) <= 36
    by_column = [found[corner] for corner in sorted(found)]
    assert by_column == sorted(by_column, key=["cropland", "recoverable", "none"].index), (
        "cropland lies in the west, what is no farmland in the east"
    )
    assert set(by_column) == {"cropland", "recoverable", "none"}


@pytest.mark.parametrize("address", ["10/813/424", "9/406/212", "8/203/106"])
def test_plots_are_seen_at_every_wide_zoom(township: TestClient, address: str) -> None:
    plots = decoded(township.get(f"/api/tiles/plots/{address}.pbf"))["plots"]
    assert {plot["protection"] for plot in plots} <= {"cropland", "recoverable", "none"}


def test_cells_of_one_village_are_its_own(township: TestClient) -> None:
    assert set(cells(township, f"?village={WEST_VILLAGE}")) < set(cells(township))


EDITS = {
    "another class": "UPDATE qgis.plots SET land_class = '1202', planting = NULL,"
    " edit_token = 'v' || row_version",
    "taken away": "DELETE FROM qgis.plots WHERE plot_no > 'D0100'",
    "cut down": "UPDATE qgis.plots SET edit_token = 'v' || row_version, geom = ST_Multi("
    "ST_Buffer(ST_Centroid(geom), 0.00001))",
}


@pytest.mark.parametrize("edit", EDITS)
def test_edits_are_seen_in_cells_as_if_all_were_summed_up_anew(
    own_township: TestClient, own_runtime: Runtime, edit: str
) -> None:
    before = cells(own_township)
    with own_runtime.database.transaction() as session:
        session.execute(text(EDITS[edit]))
    after = cells(own_township)
    assert after != before
    with own_runtime.database.transaction() as session:
        kept = session.execute(text(SUMS)).all()
        session.execute(text("DELETE FROM plot_cell"))
        (version,) = session.scalars(text("SELECT id FROM layer_version WHERE layer = 'plots'"))
        sum_up_plots(session, version)
        anew = session.execute(text(SUMS)).all()
    assert [row[:4] for row in kept] == [row[:4] for row in anew]
    assert [row[4] for row in kept] == pytest.approx([row[4] for row in anew], abs=1e-3)


SUMS = """
SELECT zoom, across, down, protection, area_m2 FROM plot_cell WHERE area_m2 > 1e-3
ORDER BY zoom, across, down, protection
"""


def test_a_plot_drawn_new_is_seen_in_its_cell(
    own_township: TestClient, own_runtime: Runtime
) -> None:
    with own_runtime.database.transaction() as session:
        session.execute(text("DELETE FROM qgis.plots WHERE plot_no <= 'D0100'"))
    before = cells(own_township)
    with own_runtime.database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO qgis.plots (plot_no, village_code, land_class, geom) VALUES"
                f" ('N1', '{WEST_VILLAGE}', '1202',"
                " ST_Multi(ST_MakeEnvelope(105.902, 29.3505, 105.906, 29.3535, 4490)))"
            )
        )
    assert len(cells(own_township)) > len(before)


def test_a_new_version_of_plots_has_cells_of_its_own(
    own_township: TestClient, own_runtime: Runtime
) -> None:
    before = cells(own_township)
    with own_runtime.database.transaction() as session:
        publish_plots(session, rows=3)
    assert set(cells(own_township)) < set(before)
