"""The coordinate system of an upload: stated, told by value, confirmed on known ground."""

from __future__ import annotations

from pathlib import Path

import geopandas
import numpy as np
import pyproj
import pytest
import shapely

from spatial.crs import add_gcj02_shift, system_of
from spatial.errors import CrsError
from spatial.words import LayerName
from tests.spatial.intake.conftest import Take
from tests.spatial.intake.making import EAST, NORTH, Layer, place, plot_rows, shp_record

GROUND_EPSG = 4523


def village_grid() -> list[shapely.Geometry]:
    """Four villages of 2 km, in degrees; plots of ``spread`` lie all over them."""
    boxes = [
        shapely.box(
            EAST + 2000 * x, NORTH + 2000 * y, EAST + 2000 * (x + 1), NORTH + 2000 * (y + 1)
        )
        for x in range(2)
        for y in range(2)
    ]
    planar = shapely.segmentize(np.array(boxes, dtype=object), 100)
    return list(shapely.transform(planar, system_of(GROUND_EPSG).to_degrees))


def spread(epsg: int = GROUND_EPSG, *, swapped: bool = False, prj: str | None = None) -> Layer:
    """100 plots all over the villages, in a system, without a word about it."""
    to = pyproj.Transformer.from_crs(GROUND_EPSG, epsg, always_xy=True)
    records = []
    for number in range(100):
        x, y = EAST + 5 + 400 * (number % 10), NORTH + 5 + 400 * (number // 10)
        ring = [to.transform(*point) for point in [(x, y), (x, y + 40), (x + 40, y + 40), (x, y)]]
        records.append(shp_record([[(b, a) if swapped else (a, b) for a, b in ring]]))
    return Layer(plot_rows(100), shapes=records, prj=prj)


def stands_right(shapes: list[shapely.Geometry]) -> bool:
    corner = system_of(GROUND_EPSG).to_degrees(np.array([[EAST + 5, NORTH + 5]]))[0]
    return bool(shapely.distance(shapes[0], shapely.Point(corner)) < 1e-6)


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("epsg", [4523, 4544, 4490, 4496, 32648])
def test_a_missing_statement_is_made_up_for_by_value_and_ground(
    epsg: int, swapped: bool, take: Take, tmp_path: Path
) -> None:
    upload = spread(epsg, swapped=swapped).zip(tmp_path / "a.zip")
    answer = take(upload, villages=village_grid())
    assert stands_right(answer.geometry)
    decision = answer.decisions["crs"]
    assert decision.warning
    assert decision.value.startswith(f"EPSG:{epsg}")
    assert ("swapped" in decision.value) == swapped


@pytest.mark.parametrize("epsg", [4523, 4544, 4490])
def test_without_villages_a_missing_statement_is_asked_for(
    epsg: int, take: Take, tmp_path: Path
) -> None:
    with pytest.raises(CrsError) as refusal:
        take(spread(epsg).zip(tmp_path / "a.zip"))
    assert refusal.value.choices
    assert "（crs）" in refusal.value.message.zh


def test_the_sender_may_say_the_system(take: Take, tmp_path: Path) -> None:
    assert stands_right(take(spread().zip(tmp_path / "a.zip"), crs="EPSG:4523").geometry)


@pytest.mark.parametrize("wrong", ["EPSG:4544", "EPSG:4490", "nonsense", "EPSG:2359"])
def test_a_sender_who_is_wrong_about_the_system_is_told(
    wrong: str, take: Take, tmp_path: Path
) -> None:
    with pytest.raises(CrsError):
        take(spread().zip(tmp_path / "a.zip"), crs=wrong)


def test_too_few_positions_cannot_tell_utm_from_gauss_kruger(take: Take, tmp_path: Path) -> None:
    layer = spread(4544)
    middle = layer.shapes[55:58]
    few = Layer(plot_rows(3), shapes=middle, prj=None)
    with pytest.raises(CrsError) as refusal:
        take(few.zip(tmp_path / "a.zip"), villages=village_grid())
    assert {"EPSG:4544", "EPSG:32648"} <= set(refusal.value.choices)


def test_a_statement_of_utm_over_gauss_kruger_ground_is_doubted(take: Take, tmp_path: Path) -> None:
    layer = spread(4544, prj=pyproj.CRS(32648).to_wkt("WKT1_ESRI"))
    with pytest.raises(CrsError) as refusal:
        take(layer.zip(tmp_path / "a.zip"), villages=village_grid())
    assert "EPSG:4544" in refusal.value.choices


def test_a_statement_that_the_coordinates_contradict_is_set_right_on_the_ground(
    take: Take, tmp_path: Path
) -> None:
    layer = spread(4523, prj=pyproj.CRS(4544).to_wkt("WKT1_ESRI"))
    upload = layer.zip(tmp_path / "a.zip")
    answer = take(upload, villages=village_grid())
    assert stands_right(answer.geometry)
    assert answer.decisions["crs"].warning
    with pytest.raises(CrsError):
        take(upload)


@pytest.mark.parametrize(("epsg", "code"), [(2359, "crs-xian-80"), (2411, "crs-beijing-54")])
def test_older_datums_are_refused_with_the_reason(
    epsg: int, code: str, take: Take, tmp_path: Path
) -> None:
    layer = spread(prj=pyproj.CRS(epsg).to_wkt("WKT1_ESRI"))
    with pytest.raises(CrsError) as refusal:
        take(layer.zip(tmp_path / "a.zip"), villages=village_grid())
    assert refusal.value.problem_code == code
    assert "+towgs84" in refusal.value.message.zh


def test_a_layer_of_another_place_is_refused(take: Take, tmp_path: Path) -> None:
    layer = Layer(plot_rows(3), shapes=[shp_record([place(n * 1000)]) for n in range(1, 4)])
    with pytest.raises(CrsError) as refusal:
        take(layer.zip(tmp_path / "a.zip"), villages=village_grid())
    assert refusal.value.problem_code == "crs-outside-villages"


def test_a_neighbouring_zone_is_not_mistaken(take: Take, tmp_path: Path) -> None:
    layer = spread(4524)
    assert stands_right(take(layer.zip(tmp_path / "a.zip"), villages=village_grid()).geometry)


def geojson(path: Path, shapes: list[shapely.Geometry], **more: object) -> Path:
    frame = geopandas.GeoDataFrame(
        {"DLBM": ["0101"] * len(shapes), **more}, geometry=shapes, crs=4326
    )
    frame.to_file(path, driver="GeoJSON")
    return path


def spread_degrees() -> list[shapely.Geometry]:
    planar = [
        shapely.box(EAST + 400 * x, NORTH + 400 * y, EAST + 400 * x + 40, NORTH + 400 * y + 40)
        for x in range(10)
        for y in range(10)
    ]
    move = system_of(GROUND_EPSG).to_degrees
    return list(shapely.transform(np.array(planar, dtype=object), move))


def test_a_geojson_in_metres_is_told_by_value(take: Take, tmp_path: Path) -> None:
    planar = [shapely.box(EAST + 5, NORTH + 5, EAST + 45, NORTH + 45)]
    upload = geojson(tmp_path / "a.geojson", planar)
    assert stands_right(take(upload, villages=village_grid()).geometry)
    with pytest.raises(CrsError):
        take(upload)


def test_web_map_coordinates_are_suspected_and_left(take: Take, tmp_path: Path) -> None:
    shifted = list(shapely.transform(np.array(spread_degrees(), object), add_gcj02_shift))
    upload = geojson(tmp_path / "a.geojson", shifted)
    answer = take(upload, villages=village_grid())
    (finding,) = [f for f in answer.findings if f.code == "gcj02-suspicion"]
    assert "疑似" in finding.message.zh
    assert answer.decisions["crs"].warning
    true = take(geojson(tmp_path / "b.geojson", spread_degrees()), villages=village_grid())
    assert not [f for f in true.findings if f.code == "gcj02-suspicion"]
    assert not true.decisions["crs"].warning


def test_village_outlines_from_a_web_map_are_suspected(take: Take, tmp_path: Path) -> None:
    shifted = list(shapely.transform(np.array(village_grid(), object), add_gcj02_shift))
    codes = {"ZLDWDM": [f"50011800120{n}" for n in range(4)]}
    upload = geojson(tmp_path / "a.geojson", shifted, **codes)
    answer = take(upload, LayerName.VILLAGES, villages=village_grid())
    assert "gcj02-suspicion" in [finding.code for finding in answer.findings]


def test_a_patch_outside_all_villages_is_rejected_with_its_place(
    take: Take, tmp_path: Path
) -> None:
    inside = spread_degrees()[:9]
    away = shapely.transform(inside[0], lambda points: np.add(points, [0.2, 0.0]))
    upload = geojson(tmp_path / "a.geojson", [*inside, away], JCBH=[str(n) for n in range(10)])
    answer = take(upload, LayerName.PATCHES, villages=village_grid())
    assert answer.rows == list(range(1, 10))
    (note,) = answer.notes
    assert (note.row, note.code) == (10, "outside-area")
    assert note.lon == pytest.approx(106.13, abs=0.01)
