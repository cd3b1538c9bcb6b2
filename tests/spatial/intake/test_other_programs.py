"""Files as SuperMap, ArcGIS, CASS, FME and QGIS write them."""

from __future__ import annotations

import sqlite3
import struct
import warnings
from datetime import date
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely

from spatial.crs import identify
from spatial.errors import SpatialError
from spatial.words import LayerName
from tests.spatial.intake.conftest import Take
from tests.spatial.intake.making import (
    EAST,
    NORTH,
    Layer,
    box,
    dbf_file,
    place,
    plot_rows,
    shp_file,
    shp_record,
    write_zip,
)
from tests.spatial.intake.test_placing import village_grid

GAUSS_KRUEGER = (
    'PROJCS["{name}",GEOGCS["{name}",DATUM["D_{name}",SPHEROID["{ellipsoid}]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],'
    'PARAMETER["False_Easting",{easting}],PARAMETER["False_Northing",0.0],'
    'PARAMETER["Central_Meridian",105.0],PARAMETER["Scale_Factor",1.0],'
    'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)


def definition(ellipsoid: str) -> str:
    """What SuperMap writes for a system that somebody drew up by hand."""
    return GAUSS_KRUEGER.format(
        name="User Define", ellipsoid=f'{ellipsoid}",6378137.0,298.257222101', easting=35_500_000
    )


def test_a_datum_drawn_up_by_hand_is_known_by_its_ellipsoid() -> None:
    found = identify(definition("CGCS2000"))
    assert found is not None and found.system is not None
    assert found.system.label == "EPSG:4523"
    other = identify(definition("GRS_1980"))
    assert other is not None and other.refusal is not None


def test_a_zone_number_left_off_the_easting_still_means_the_stated_zone(
    take: Take, tmp_path: Path
) -> None:
    """The numbers alone fit UTM as well; four plots cannot tell the two apart."""
    records = [shp_record([box(EAST - 35_000_000 + 100 * n, NORTH)]) for n in range(4)]
    prj = pyproj.CRS(4523).to_wkt("WKT1_ESRI")
    unsaid = Layer(plot_rows(4), shapes=records, prj=None).zip(tmp_path / "unsaid.zip")
    with pytest.raises(SpatialError):
        take(unsaid, villages=village_grid())
    stated = Layer(plot_rows(4), shapes=records, prj=prj).zip(tmp_path / "stated.zip")
    answer = take(stated, villages=village_grid())
    assert answer.decisions["crs"].value == "EPSG:4544"
    assert answer.decisions["crs"].warning


def test_no_other_system_is_offered_for_an_old_datum(take: Take, tmp_path: Path) -> None:
    """It would fit the numbers and stand a hundred metres off."""
    prj = pyproj.CRS(2359).to_wkt("WKT1_ESRI")
    with pytest.raises(SpatialError) as refusal:
        take(Layer(plot_rows(2), prj=prj).zip(tmp_path / "a.zip"), villages=village_grid())
    assert refusal.value.problem_code == "crs-xian-80"
    assert refusal.value.choices == ()


def test_a_geopackage_whose_system_is_undefined_is_told_by_its_coordinates(
    take: Take, tmp_path: Path
) -> None:
    path = tmp_path / "a.gpkg"
    shapes = [shapely.Polygon(place(n)) for n in range(2)]
    frame = geopandas.GeoDataFrame({"DLBM": ["0101"] * 2}, geometry=shapes, crs=4523)
    frame.to_file(path, layer="DLTB")
    with sqlite3.connect(path) as database:
        database.execute("UPDATE gpkg_geometry_columns SET srs_id = -1")
        database.execute("UPDATE gpkg_contents SET srs_id = -1")
    database.close()
    answer = take(path, villages=village_grid())
    assert answer.decisions["crs"].value == "EPSG:4523"
    assert answer.decisions["crs"].warning


def test_surfaces_in_space_are_called_so(take: Take, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    frame = geopandas.GeoDataFrame(
        {"DLBM": ["0101"] * 2}, geometry=[shapely.box(105.9, 29.3, 105.901, 29.301)] * 2, crs=4490
    )
    frame.to_file(path, layer="DLTB", SPATIAL_INDEX="NO")
    corners = [(105.9, 29.3, 1), (105.901, 29.3, 1), (105.901, 29.301, 1), (105.9, 29.3, 1)]
    ring = struct.pack("<II", 1, 4) + np.array(corners).tobytes()
    triangle = struct.pack("<BI", 1, 1017) + ring
    tin = struct.pack("<BII", 1, 1016, 1) + triangle
    with sqlite3.connect(path) as database:
        blob = b"GP\0\x01" + struct.pack("<i", 4490) + tin
        database.execute("UPDATE DLTB SET geom = ? WHERE fid = 1", (blob,))
    database.close()
    answer = take(path)
    assert [(note.row, note.code) for note in answer.notes] == [(1, "geometry-surface")]
    assert answer.rows == [2]


def test_memo_fields_are_left_out_and_named(take: Take, tmp_path: Path) -> None:
    layer = Layer(plot_rows(1))
    fields = [(b"DLBM", "C", 4, 0), (b"MEMO", "M", 10, 0)]
    table = dbf_file(fields, [[b"0101", b"         1"]], 0)
    answer = take(write_zip(tmp_path / "a.zip", (layer.files() | {"DLTB.dbf": table}).items()))
    assert answer.attributes == ["{}"]
    assert answer.decisions["memo_fields"].value == ["MEMO"]
    assert answer.decisions["memo_fields"].warning


def test_areas_that_no_ground_has_are_told_and_left_empty(take: Take, tmp_path: Path) -> None:
    areas = ["1999.6", "-1999.6", "1e300", "1e308", "1999.6"]
    rows = [row | {"TBMJ": area} for row, area in zip(plot_rows(5), areas, strict=True)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        answer = take(Layer(rows, numbers=()).zip(tmp_path / "a.zip"))
    reported = answer.column("area_reported_m2")
    assert [bool(np.isnan(area)) for area in reported] == [False, True, True, True, False]
    assert [(note.row, note.code) for note in answer.notes] == [
        (row, "area-impossible") for row in (2, 3, 4)
    ]
    assert '"TBMJ":"-1999.6"' in answer.attributes[1]


def test_a_member_that_stands_twice_in_an_archive_counts_once(take: Take, tmp_path: Path) -> None:
    files = list(Layer(plot_rows(2)).files().items())
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = write_zip(tmp_path / "a.zip", [*files, *files])
    assert take(path).rows == [1, 2]


def test_two_members_of_one_name_that_differ_are_refused(take: Take, tmp_path: Path) -> None:
    """The shapes of one layer stood beside the attributes of another."""
    files = Layer(plot_rows(2)).files()
    other = Layer(plot_rows(2, DLBM="0301")).files()["DLTB.dbf"]
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = write_zip(tmp_path / "a.zip", [*files.items(), ("DLTB.dbf", other)])
    with pytest.raises(SpatialError) as refusal:
        take(path)
    assert refusal.value.problem_code == "archive-unsafe"
    assert refusal.value.file == "DLTB.dbf"


@pytest.mark.parametrize("kind", ["gpkg", "geojson"])
def test_a_time_of_another_zone_is_the_day_it_is_in_china(
    kind: str, take: Take, tmp_path: Path
) -> None:
    times = [
        "2026-04-01T16:00:00Z",
        "2026-04-01T18:30:00Z",
        "2026-04-02T02:30:00Z",
        "2026-04-02T23:59:59Z",
    ]
    path = tmp_path / f"a.{kind}"
    shapes = [shapely.box(n, 29.3, n + 0.001, 29.301) for n in (105.9, 105.902, 105.904, 105.906)]
    written = times if kind == "geojson" else pd.to_datetime(times)
    frame = geopandas.GeoDataFrame(
        {"JCBH": list("1234"), "HSX": written}, geometry=shapes, crs=4490
    )
    frame.to_file(path)
    answer = take(path, LayerName.PATCHES)
    assert answer.column("after_date") == [date(2026, 4, 2)] * 4
    assert [(note.row, note.code, note.field) for note in answer.notes] == [
        (2, "date-in-utc", "after_date")
    ]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (
            '{"geometryType": "esriGeometryPolygon", "features": [{"attributes": {"DLBM": "0101"},'
            ' "geometry": {"rings": [[[105.9, 29.3], [105.9, 29.4], [106, 29.3]]]}}]}',
            "Esri JSON",
        ),
        ('{"type": "Topology", "objects": {}, "arcs": []}', "TopoJSON"),
    ],
)
def test_json_of_another_kind_is_called_so(
    content: str, name: str, take: Take, tmp_path: Path
) -> None:
    path = tmp_path / "a.json"
    path.write_text(content)
    with pytest.raises(SpatialError, match=name) as refusal:
        take(path)
    assert refusal.value.problem_code == "json-of-another-kind"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("图斑.tab", b"!table\n!version 300\n"),
        ("图斑.mdb", b"\0\1\0\0Standard Jet DB\0" + bytes(99)),
    ],
)
def test_data_of_another_gis_is_named_with_the_way_out(
    name: str, content: bytes, take: Take, tmp_path: Path
) -> None:
    path = write_zip(tmp_path / "a.zip", [(name, content), ("说明.txt", "图斑说明".encode())])
    with pytest.raises(SpatialError, match="another GIS") as refusal:
        take(path)
    assert refusal.value.file == name
    assert "“图斑." in refusal.value.message.zh


def test_another_sqlite_database_is_no_damaged_geopackage(take: Take, tmp_path: Path) -> None:
    path = tmp_path / "a.udbx"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE SmRegister (id INTEGER)")
    database.close()
    with pytest.raises(SpatialError, match="UDBX") as refusal:
        take(path)
    assert refusal.value.problem_code == "sqlite-no-geopackage"


def test_refusals_name_files_as_their_sender_does(take: Take, tmp_path: Path) -> None:
    """Unpacked files have names of our own: file-000001.shp told nobody anything."""
    files = Layer(plot_rows(1), name="图斑").files()
    solids = dict(files)
    solids["图斑.shp"], solids["图斑.shx"] = shp_file([struct.pack("<i", 31)], shape=31)
    with pytest.raises(SpatialError, match="MultiPatch") as refusal:
        take(write_zip(tmp_path / "solids.zip", solids.items()))
    assert (refusal.value.file, "“图斑.shp”" in refusal.value.message.zh) == ("图斑.shp", True)
    broken = files | {"图斑.dbf": files["图斑.dbf"][:40]}
    with pytest.raises(SpatialError) as refusal:
        take(write_zip(tmp_path / "broken.zip", broken.items()))
    assert (refusal.value.file, "“图斑.dbf”" in refusal.value.message.zh) == ("图斑.dbf", True)


def test_a_number_that_did_not_fit_its_field_is_told_of(take: Take, tmp_path: Path) -> None:
    rows = [
        row | {"TBMJ": area}
        for row, area in zip(plot_rows(3), ["1999.60", "*" * 12, ""], strict=True)
    ]
    answer = take(Layer(rows).zip(tmp_path / "a.zip"))
    assert [(note.row, note.code, note.field) for note in answer.notes] == [
        (2, "number-lost", "area_reported_m2")
    ]
    assert [bool(np.isnan(area)) for area in answer.column("area_reported_m2")] == [
        False,
        True,
        True,
    ]
