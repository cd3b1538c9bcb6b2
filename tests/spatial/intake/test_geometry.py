"""What real files hold for polygons: mended when that changes little, else rejected."""

from __future__ import annotations

import json
import sqlite3
import struct
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely

from spatial.area import ellipsoidal_area
from spatial.intake.model import RowStatus
from tests.spatial.intake.conftest import Take
from tests.spatial.intake.making import (
    EAST,
    NORTH,
    NULL_RECORD,
    Answer,
    Layer,
    box,
    place,
    plot_rows,
    shp_record,
)


def upload(tmp_path: Path, *records: bytes) -> Path:
    """A shapefile of these records, a sound one before and one behind."""
    shapes = [shp_record([place(0)]), *records, shp_record([place(1)])]
    return Layer(plot_rows(len(shapes)), shapes=shapes).zip(tmp_path / "a.zip")


def only_note(answer: Answer) -> tuple[int, RowStatus, str]:
    (note,) = answer.notes
    return note.row, note.status, note.code


def test_a_row_without_a_shape_costs_only_itself(take: Take, tmp_path: Path) -> None:
    answer = take(upload(tmp_path, NULL_RECORD))
    assert answer.rows == [1, 3]
    assert only_note(answer) == (2, RowStatus.REJECTED, "geometry-missing")


def test_an_empty_shape_is_rejected(take: Take, tmp_path: Path) -> None:
    assert only_note(take(upload(tmp_path, shp_record([])))) == (
        2,
        RowStatus.REJECTED,
        "geometry-empty",
    )


@pytest.mark.parametrize("kind", [15, 25])
def test_heights_and_measures_are_dropped(kind: int, take: Take, tmp_path: Path) -> None:
    record = struct.pack("<i", kind) + shp_record([place(5)])[4:] + bytes(16 + 8 * 5)
    answer = take(upload(tmp_path, record))
    assert answer.rows == [1, 2, 3]
    assert not shapely.has_z(answer.geometry).any()


def test_a_ring_that_turns_the_wrong_way_is_still_the_outside(take: Take, tmp_path: Path) -> None:
    answer = take(upload(tmp_path, shp_record([place(5)[::-1]])))
    assert answer.rows == [1, 2, 3]
    assert not answer.notes
    rings = shapely.get_exterior_ring(shapely.get_geometry(answer.geometry, 0))
    assert shapely.is_ccw(rings).all()


def test_a_hole_is_a_hole(take: Take, tmp_path: Path) -> None:
    hole = box(EAST + 510, NORTH + 10, 10, 10)[::-1]
    answer = take(upload(tmp_path, shp_record([place(5), hole])))
    assert not answer.notes
    assert answer.batches[0].area_m2[1] == pytest.approx(1999.598 - 99.98, abs=0.01)


@pytest.mark.parametrize("turns", [(1, 1), (-1, -1), (-1, 1)])
def test_a_hole_that_turns_the_wrong_way_is_still_a_hole(
    turns: tuple[int, int], take: Take, tmp_path: Path
) -> None:
    outer, hole = place(5)[:: turns[0]], box(EAST + 510, NORTH + 10, 10, 10)[:: turns[1]]
    answer = take(upload(tmp_path, shp_record([outer, hole])))
    assert answer.rows == [1, 2, 3]
    assert answer.batches[0].area_m2[1] == pytest.approx(1999.598 - 99.98, abs=0.01)


def test_parts_that_turn_the_wrong_way_are_parts(take: Take, tmp_path: Path) -> None:
    parts = [place(5)[::-1], place(6)[::-1], place(7)[::-1]]
    answer = take(upload(tmp_path, shp_record(parts)))
    assert only_note(answer) == (2, RowStatus.REPAIRED, "rings-reassigned")
    assert shapely.get_num_geometries(answer.geometry[1]) == 3


def test_parts_and_holes_in_any_order_are_put_together(take: Take, tmp_path: Path) -> None:
    hole = box(EAST + 610, NORTH + 10, 10, 10)[::-1]
    answer = take(upload(tmp_path, shp_record([place(6), place(5), hole])))
    assert answer.rows == [1, 2, 3]
    assert answer.batches[0].area_m2[1] == pytest.approx(2 * 1999.598 - 99.98, abs=0.02)


def test_an_unclosed_ring_is_closed_and_said_so(take: Take, tmp_path: Path) -> None:
    answer = take(upload(tmp_path, shp_record([place(5)[:-1]])))
    assert only_note(answer) == (2, RowStatus.REPAIRED, "ring-closed")
    assert answer.batches[0].area_m2[1] == pytest.approx(1999.598, abs=0.01)


def test_a_ring_of_two_points_is_dropped_and_said_so(take: Take, tmp_path: Path) -> None:
    answer = take(upload(tmp_path, shp_record([place(5), place(6)[:2]])))
    assert only_note(answer) == (2, RowStatus.REPAIRED, "ring-dropped")


def test_a_shape_of_nothing_but_two_points_is_rejected(take: Take, tmp_path: Path) -> None:
    answer = take(upload(tmp_path, shp_record([place(6)[:2]])))
    assert only_note(answer) == (2, RowStatus.REJECTED, "geometry-empty")


def test_a_small_loop_is_mended(take: Take, tmp_path: Path) -> None:
    ring = place(5)
    x, y = ring[2]
    loop = [*ring[:2], (x, y), (x + 0.2, y - 0.1), (x + 0.2, y + 0.1), (x, y - 0.05), *ring[3:]]
    answer = take(upload(tmp_path, shp_record([loop])))
    assert only_note(answer) == (2, RowStatus.REPAIRED, "self-intersection")
    assert shapely.is_valid(answer.geometry).all()


def test_a_bow_tie_is_rejected_at_its_crossing(take: Take, tmp_path: Path) -> None:
    a, b, c, d = place(5)[:4]
    answer = take(upload(tmp_path, shp_record([[a, c, b, d, a]])))
    assert only_note(answer) == (2, RowStatus.REJECTED, "self-intersection")
    (note,) = answer.notes
    assert note.lon == pytest.approx(105.935, abs=0.001)
    assert note.lat == pytest.approx(29.35, abs=0.001)


def test_points_said_twice_do_no_harm(take: Take, tmp_path: Path) -> None:
    ring = place(5)
    answer = take(upload(tmp_path, shp_record([[ring[0], ring[0], *ring[1:], ring[-1]]])))
    assert answer.rows == [1, 2, 3]
    assert answer.batches[0].area_m2[1] == pytest.approx(1999.598, abs=0.01)


@pytest.mark.parametrize("bad", [1e30, 1.8e308, float("nan"), float("inf"), -1e9])
def test_impossible_coordinates_cost_their_row(bad: float, take: Take, tmp_path: Path) -> None:
    ring = place(5)
    wild = [ring[0], (bad, ring[1][1]), *ring[2:]]
    answer = take(upload(tmp_path, shp_record([wild])))
    assert answer.rows == [1, 3]
    assert only_note(answer) == (2, RowStatus.REJECTED, "coordinates-impossible")
    assert answer.notes[0].lon == pytest.approx(105.935, abs=0.01)


def test_a_polygon_without_area_is_rejected(take: Take, tmp_path: Path) -> None:
    a, b = place(5)[:2]
    answer = take(upload(tmp_path, shp_record([[a, b, a, b, a]])))
    assert answer.rows == [1, 3]
    assert answer.notes[0].status is RowStatus.REJECTED


@pytest.mark.parametrize(
    "record",
    [
        struct.pack("<i", 77) + bytes(60),
        struct.pack("<i", 5) + bytes(8),
        struct.pack("<i4d2i", 5, 0, 0, 0, 0, 1, 10**6) + bytes(80),
        struct.pack("<i4d2i", 5, 0, 0, 0, 0, -1, 5) + bytes(100),
        struct.pack("<i4d3i", 5, 0, 0, 0, 0, 1, 4, 900) + bytes(64),
        struct.pack("<i4d4i", 5, 0, 0, 0, 0, 2, 4, 0, -7) + bytes(64),
        struct.pack("<i4d2i", 5, 0, 0, 0, 0, 0, 5) + bytes(80),
        struct.pack("<i4d2i", 5, 0, 0, 0, 0, 0, 5) + struct.pack("<10d", *[float("nan")] * 10),
    ],
)
def test_a_damaged_record_costs_only_its_row(record: bytes, take: Take, tmp_path: Path) -> None:
    answer = take(upload(tmp_path, record))
    assert answer.rows == [1, 3]
    assert only_note(answer) == (2, RowStatus.REJECTED, "record-broken")
    assert answer.batches[0].area_m2 == pytest.approx([1999.598, 1999.598], abs=0.01)


def geojson(path: Path, *geometries: object) -> Path:
    features = [
        {"type": "Feature", "properties": {"DLBM": "0101", "TBBH": str(n)}, "geometry": shape}
        for n, shape in enumerate(geometries, 1)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


SQUARE = [[105.93, 29.35], [105.931, 29.35], [105.931, 29.351], [105.93, 29.351], [105.93, 29.35]]


def test_a_collection_gives_its_polygons(take: Take, tmp_path: Path) -> None:
    line = {"type": "LineString", "coordinates": SQUARE[:2]}
    polygon = {"type": "Polygon", "coordinates": [SQUARE]}
    both = {"type": "GeometryCollection", "geometries": [polygon, line]}
    only_line = {"type": "GeometryCollection", "geometries": [line]}
    only_polygon = {"type": "GeometryCollection", "geometries": [polygon]}
    answer = take(geojson(tmp_path / "a.json", both, only_line, line, polygon, only_polygon))
    assert answer.rows == [1, 4, 5]
    assert [(note.row, note.code) for note in answer.notes] == [
        (1, "stray-parts"),
        (2, "geometry-not-polygon"),
        (3, "geometry-not-polygon"),
        (5, "collection-of-polygons"),
    ]


def test_a_hole_outside_its_shell_is_rejected(take: Take, tmp_path: Path) -> None:
    away = [[x + 0.01, y] for x, y in SQUARE]
    polygon = {"type": "Polygon", "coordinates": [SQUARE, away]}
    answer = take(
        geojson(tmp_path / "a.json", polygon, {"type": "Polygon", "coordinates": [SQUARE]})
    )
    assert answer.rows == [2]
    assert answer.notes[0].code == "hole-outside"


def test_parts_that_overlap_much_are_rejected(take: Take, tmp_path: Path) -> None:
    shifted = [[x + 0.0005, y] for x, y in SQUARE]
    parts = {"type": "MultiPolygon", "coordinates": [[SQUARE], [shifted]]}
    answer = take(geojson(tmp_path / "a.json", parts, {"type": "Polygon", "coordinates": [SQUARE]}))
    assert answer.rows == [2]
    assert answer.notes[0].code == "self-intersection"


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_geojson_features_that_make_no_sense_cost_only_themselves(
    take: Take, tmp_path: Path
) -> None:
    sound = {"type": "Polygon", "coordinates": [SQUARE]}
    senseless = [
        None,
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": "x"},
        {"type": "Polygon", "coordinates": [[[105.9, None], [105.9, 29.3]]]},
        {"type": "Polygon", "coordinates": [SQUARE[:2]]},
    ]
    answer = take(geojson(tmp_path / "a.json", sound, *senseless, sound))
    assert answer.rows == [1, 7]
    assert [note.row for note in answer.notes] == [2, 3, 4, 5, 6]


def test_a_repair_never_leaves_an_invalid_shape(take: Take, tmp_path: Path) -> None:
    random = np.random.default_rng(5)
    records = []
    for number in range(60):
        angles = np.sort(random.uniform(0, 2 * np.pi, 12))
        radius = random.uniform(18, 20, 12)
        points = np.column_stack((np.cos(angles), np.sin(angles))) * radius[:, None]
        points[3] = points[5] + random.normal(0, 0.05, 2)
        ring = np.add(points, [EAST + 100 * number, NORTH])
        records.append(shp_record([[tuple(p) for p in ring] + [tuple(ring[0])]]))
    answer = take(upload(tmp_path, *records))
    geometry = np.array(answer.geometry, dtype=object)
    assert shapely.is_valid(geometry).all()
    np.testing.assert_allclose(answer.batches[0].area_m2, ellipsoidal_area(geometry))
    assert {note.status for note in answer.notes} == {RowStatus.REPAIRED, RowStatus.REJECTED}


def curved_polygon() -> bytes:
    """WKB of half a disc 0.002° across: an arc, and the line back."""

    def points(*vertices: tuple[float, float]) -> bytes:
        return struct.pack("<I", len(vertices)) + b"".join(struct.pack("<2d", *v) for v in vertices)

    a, b, c = (105.94, 29.35), (105.941, 29.351), (105.942, 29.35)
    arc = b"\1" + struct.pack("<I", 8) + points(a, b, c)
    back = b"\1" + struct.pack("<I", 2) + points(c, a)
    ring = b"\1" + struct.pack("<II", 9, 2) + arc + back
    return b"\1" + struct.pack("<II", 10, 1) + ring


def test_a_curve_is_drawn_as_short_lines(take: Take, tmp_path: Path) -> None:
    square = shapely.box(105.93, 29.35, 105.931, 29.351)
    frame = geopandas.GeoDataFrame({"DLBM": ["0101"] * 3}, geometry=[square] * 3, crs=4490)
    frame.to_file(tmp_path / "a.gpkg", layer="DLTB", SPATIAL_INDEX="NO")
    with sqlite3.connect(tmp_path / "a.gpkg") as database:
        for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'"):
            database.execute(f'DROP TRIGGER "{name}"')
        blob = b"GP\0\1" + struct.pack("<i", 4490) + curved_polygon()
        database.execute("UPDATE DLTB SET geom = ? WHERE fid = 2", (blob,))
    answer = take(tmp_path / "a.gpkg")
    assert answer.rows == [1, 2, 3]
    half_disc = np.pi * 0.001**2 / 2
    assert answer.geometry[1].area == pytest.approx(half_disc, rel=0.01)
