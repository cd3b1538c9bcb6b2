"""What concerns a layer as a whole: reported with areas, never mended."""

from __future__ import annotations

from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely

from spatial.crs import system_of
from spatial.intake.findings.edges import EdgeLedger, edges_of
from spatial.intake.model import LayerFinding
from spatial.words import LayerName
from tests.spatial.intake.conftest import Take
from tests.spatial.intake.making import EAST, NORTH, Layer, box, place, plot_rows, shp_record


def codes(findings: list[LayerFinding]) -> list[str]:
    return [finding.code for finding in findings]


def grid(columns: int, rows: int, size: float = 40.0) -> list[list[tuple[float, float]]]:
    return [
        box(EAST + size * x, NORTH + size * y, size, size)
        for y in range(rows)
        for x in range(columns)
    ]


def upload(tmp_path: Path, rings: list[list[tuple[float, float]]], **more: object) -> Path:
    rows = plot_rows(len(rings), **more)
    return Layer(rows, shapes=[shp_record([ring]) for ring in rings]).zip(tmp_path / "a.zip")


def test_a_clean_coverage_gives_no_findings(take: Take, tmp_path: Path) -> None:
    assert take(upload(tmp_path, grid(5, 5), TBMJ="1599.68")).findings == []


def test_plots_that_overlap_are_named_with_the_area(take: Take, tmp_path: Path) -> None:
    rings = [*grid(5, 5), box(EAST + 60, NORTH + 60, 10, 10)]
    findings = take(upload(tmp_path, rings, TBMJ="")).findings
    assert codes(findings) == ["plot-overlap"]
    assert findings[0].rows == (7, 26)
    assert findings[0].area_m2 == pytest.approx(100, abs=0.1)
    assert findings[0].lon == pytest.approx(105.93, abs=0.01)


def test_a_plot_that_stands_twice_overlaps_itself(take: Take, tmp_path: Path) -> None:
    rings = grid(3, 3)
    findings = take(upload(tmp_path, [*rings, rings[4]], TBMJ="")).findings
    assert [(f.code, f.rows) for f in findings] == [("plot-overlap", (5, 10))]


def test_slivers_of_rounding_are_no_overlap(take: Take, tmp_path: Path) -> None:
    rings = [box(EAST, NORTH, 40, 40), box(EAST + 39.99, NORTH, 40, 40)]
    assert take(upload(tmp_path, rings, TBMJ="")).findings == []


def test_edges_shared_with_one_neighbour_are_struck_out() -> None:
    cells = shapely.box(*np.mgrid[0:3, 0:3].reshape(2, -1), *np.mgrid[1:4, 1:4].reshape(2, -1))
    geometry = shapely.multipolygons(cells, indices=np.arange(9))
    ledger = EdgeLedger()
    ledger.add(edges_of(geometry[:4], np.arange(4)))
    ledger.add(edges_of(geometry[4:], np.arange(4, 9)))
    assert ledger.loose_rows().tolist() == [0, 1, 2, 3, 5, 6, 7, 8]


def test_numbers_that_repeat_in_a_village_are_reported(take: Take, tmp_path: Path) -> None:
    layer = Layer(plot_rows(4, ZLDWDM="5001180012020000000"))
    layer.rows[3]["TBBH"] = "1"
    findings = take(layer.zip(tmp_path / "a.zip")).findings
    assert [(f.code, f.rows) for f in findings] == [("duplicate-numbers", (1, 4))]
    layer.rows[3]["ZLDWDM"] = "5001180012030000000"
    assert take(layer.zip(tmp_path / "b.zip")).findings == []


def test_reported_areas_that_differ_are_reported(take: Take, tmp_path: Path) -> None:
    layer = Layer(plot_rows(5))
    layer.rows[2]["TBMJ"] = "2100.00"
    findings = take(layer.zip(tmp_path / "a.zip")).findings
    assert [(f.code, f.rows) for f in findings] == [("area-differs", (3,))]


def villages(tmp_path: Path, boxes: list[tuple[float, float, float, float]]) -> Path:
    outlines = shapely.segmentize(np.array([shapely.box(*b) for b in boxes], object), 50)
    shapes = shapely.transform(outlines, system_of(4523).to_degrees)
    names = {"ZLDWDM": [f"5001180012{n:02d}0000000" for n in range(2, 2 + len(boxes))]}
    frame = geopandas.GeoDataFrame(names, geometry=shapes, crs=4490)
    frame.to_file(tmp_path / "v.gpkg", layer="CJDCQ")
    return tmp_path / "v.gpkg"


def test_gaps_and_overlaps_between_villages_are_measured(take: Take, tmp_path: Path) -> None:
    size = 3000.0
    x, y = EAST, NORTH
    around = [
        (x, y, x + size, y + 1000),
        (x, y + 2000, x + size, y + size),
        (x, y + 1000, x + 1000, y + 2000),
        (x + 1500, y + 1000, x + size, y + 2050),
    ]
    findings = take(villages(tmp_path, around), LayerName.VILLAGES).findings
    areas = {finding.code: finding.area_m2 for finding in findings}
    assert areas["village-gap"] == pytest.approx(500 * 1000, rel=0.001)
    assert areas["village-overlap"] == pytest.approx(1500 * 50, rel=0.001)


def test_plots_outside_the_villages_are_reported_and_kept(take: Take, tmp_path: Path) -> None:
    ground = shapely.box(EAST - 10, NORTH - 10, EAST + 300, NORTH + 60)
    village = shapely.transform(ground, system_of(4523).to_degrees)
    rings = [place(0), place(1), place(100)]
    answer = take(upload(tmp_path, rings), villages=[village])
    assert answer.rows == [1, 2, 3]
    assert [(f.code, f.rows) for f in answer.findings] == [("outside-villages", (3,))]


def test_change_codes_without_a_group_are_listed(take: Take, tmp_path: Path) -> None:
    rows = [{"JCBH": str(n), "TBLX": code} for n, code in enumerate(("20", "XYZ", "QT"))]
    answer = take(Layer(rows).zip(tmp_path / "a.zip"), LayerName.PATCHES)
    assert codes(answer.findings) == ["change-codes-unknown"]
    assert "XYZ" in answer.findings[0].message.zh


def test_dates_in_the_wrong_order_are_reported(take: Take, tmp_path: Path) -> None:
    rows = [
        {"JCBH": "1", "TBLX": "20", "QSX": "20260104", "HSX": "20260402"},
        {"JCBH": "2", "TBLX": "20", "QSX": "20260402", "HSX": "20260104"},
    ]
    answer = take(Layer(rows).zip(tmp_path / "a.zip"), LayerName.PATCHES)
    assert [(f.code, f.rows) for f in answer.findings] == [("dates-reversed", (2,))]
