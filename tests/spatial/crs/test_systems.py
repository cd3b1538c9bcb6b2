"""Coordinate systems told by name and by value."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest

from spatial.crs import (
    Refusal,
    add_gcj02_shift,
    candidates_by_range,
    identify,
    remove_gcj02_shift,
    system_of,
)

LON, LAT = 105.93, 29.35
ESRI_ZONE = (
    'PROJCS["CGCS2000_3_Degree_GK_Zone_35",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",'
    'DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],'
    'PARAMETER["False_Easting",{easting}],PARAMETER["False_Northing",0.0],'
    'PARAMETER["Central_Meridian",{meridian}],PARAMETER["Scale_Factor",{scale}],'
    'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)


@pytest.mark.parametrize(
    ("epsg", "east", "north"),
    [
        (4523, 35590313.305, 3248422.132),
        (4544, 590313.305, 3248422.132),
        (4524, 36298961.795, 3249843.345),
        (4522, 34881794.384, 3254487.164),
        (32648, 590277.180, 3247122.763),
        (4496, 18590313.305, 3248422.132),
    ],
)
def test_the_vectors_of_the_field_come_out(epsg: int, east: float, north: float) -> None:
    degrees = system_of(epsg).to_degrees(np.array([[east, north]]))
    np.testing.assert_allclose(degrees, [[LON, LAT]], atol=2e-8)


def test_swapped_axes_are_swapped_back() -> None:
    degrees = system_of(4523, swapped=True).to_degrees(np.array([[3248422.132, 35590313.305]]))
    np.testing.assert_allclose(degrees, [[LON, LAT]], atol=2e-8)


def test_an_easting_with_prefix_is_nowhere_in_a_system_without() -> None:
    system = system_of(4544)
    assert not system.accepts(system.to_degrees(np.array([[35590313.3, 3248422.1]]))).any()


def test_degrees_are_nowhere_in_a_plane_system() -> None:
    system = system_of(4544)
    assert not system.accepts(system.to_degrees(np.array([[LON, LAT]]))).any()


@pytest.mark.parametrize("version", ["WKT1_ESRI", "WKT1_GDAL", "WKT2_2019"])
@pytest.mark.parametrize("epsg", [4513, 4523, 4533, 4534, 4544, 4554, 4496, 4490, 4326, 32648])
def test_definitions_come_back_as_their_code(epsg: int, version: str) -> None:
    identified = identify(pyproj.CRS(epsg).to_wkt(version))
    assert identified is not None
    assert identified.system is not None
    assert identified.system.label == f"EPSG:{epsg}"


def test_a_name_is_trusted_only_as_far_as_its_parameters() -> None:
    honest = identify(ESRI_ZONE.format(easting=35500000.0, meridian=105.0, scale=1.0))
    lying = identify(ESRI_ZONE.format(easting=500000.0, meridian=105.0, scale=1.0))
    assert honest is not None and honest.system is not None
    assert lying is not None and lying.system is not None
    assert (honest.system.label, lying.system.label) == ("EPSG:4523", "EPSG:4544")


def test_a_system_of_its_own_making_is_used_by_its_parameters() -> None:
    own = identify(ESRI_ZONE.format(easting=50000.0, meridian=105.9, scale=1.0))
    assert own is not None and own.system is not None
    assert not own.system.label.startswith("EPSG")
    degrees = own.system.to_degrees(np.array([[50000.0, 3248000.0]]))
    assert degrees[0, 0] == pytest.approx(105.9)


@pytest.mark.parametrize(
    ("epsg", "refusal"),
    [
        (4610, Refusal.XIAN_80), (2359, Refusal.XIAN_80), (2380, Refusal.XIAN_80),
        (4214, Refusal.BEIJING_54), (2411, Refusal.BEIJING_54), (21418, Refusal.BEIJING_54),
        (21478, Refusal.BEIJING_54), (25832, Refusal.OTHER_DATUM), (4269, Refusal.OTHER_DATUM),
    ],
)  # fmt: skip
@pytest.mark.parametrize("version", ["WKT1_ESRI", "WKT2_2019"])
def test_older_and_other_datums_are_refused(epsg: int, refusal: Refusal, version: str) -> None:
    identified = identify(pyproj.CRS(epsg).to_wkt(version))
    assert identified is not None
    assert (identified.system, identified.refusal) == (None, refusal)


def test_seven_parameters_bring_an_older_datum_over() -> None:
    identified = identify("EPSG:2359 +towgs84=100,0,0,0,0,0,0")
    plain = identify("EPSG:2359 +towgs84=0,0,0,0,0,0,0")
    assert identified is not None and identified.system is not None
    assert plain is not None and plain.system is not None
    here = np.array([[35590313.305, 3248422.132]])
    moved = identified.system.to_degrees(here) - plain.system.to_degrees(here)
    assert np.hypot(moved[0, 0] * 97_000, moved[0, 1] * 111_000) == pytest.approx(100, rel=0.1)


@pytest.mark.parametrize(
    ("parameters", "metres"),
    [
        # As QGIS writes CGCS2000, and a township's own meridian and origin.
        ("+proj=tmerc +lat_0=0 +lon_0=105 +k=1 +x_0=35500000 +y_0=0 +ellps=GRS80 +units=m", 0),
        ("+proj=tmerc +lon_0=105 +x_0=35500000 +ellps=GRS80 +towgs84=0,0,0,0,0,0,0 +no_defs", 0),
        ("+proj=tmerc +lon_0=105 +x_0=35500000 +ellps=GRS80 +towgs84=100,0,0 +no_defs", 100),
        ("+proj=tmerc +lon_0=105 +x_0=35500100 +datum=WGS84 +type=crs", 100),
    ],
)
def test_a_local_system_is_given_by_its_parameters(parameters: str, metres: float) -> None:
    identified = identify(parameters)
    assert identified is not None and identified.system is not None
    degrees = identified.system.to_degrees(np.array([[35590313.305, 3248422.132]]))
    off = (degrees - [[LON, LAT]]) * [97_000, 111_000]
    assert np.hypot(*off[0]) == pytest.approx(metres, abs=0.1 + 0.1 * metres)


def test_an_older_ellipsoid_without_its_parameters_is_refused() -> None:
    identified = identify("+proj=tmerc +lon_0=105 +x_0=500000 +ellps=krass +units=m +no_defs")
    assert identified is not None
    assert (identified.system, identified.refusal) == (None, Refusal.BEIJING_54)


@pytest.mark.parametrize(
    "text", ["EPSG:4523", "epsg:4523", "EPSG：4523", "4523", "urn:ogc:def:crs:EPSG::4523"]
)
def test_codes_may_be_written_in_several_ways(text: str) -> None:
    identified = identify(text)
    assert identified is not None and identified.system is not None
    assert identified.system.label == "EPSG:4523"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "EPSG:99999",
        "<html>",
        "{}",
        "+init=/etc/passwd",
        "+proj=longlat +ellps=GRS80 +nadgrids=/etc/passwd",
        "+proj=pipeline +step +proj=longlat",
        "EPSG:2359 +proj=pipeline",
        "GEOGCS[",
        "x" * 100_000,
    ],
)
def test_words_that_name_no_system_are_no_system(text: str) -> None:
    assert identify(text) is None


@pytest.mark.parametrize(
    ("x", "y", "keys"),
    [
        (LON, LAT, ["EPSG:4490"]),
        (LAT, LON, ["EPSG:4490 (axes swapped)"]),
        (35590313.0, 3248422.0, ["EPSG:4523"]),
        (3248422.0, 35590313.0, ["EPSG:4523 (axes swapped)"]),
        (36298961.0, 3249843.0, ["EPSG:4524"]),
        (18590313.0, 3248422.0, ["EPSG:4496"]),
        (1e30, 5.0, []),
        (-70.0, 40.0, []),
    ],
)
def test_coordinates_tell_their_systems(x: float, y: float, keys: list[str]) -> None:
    assert [system.key for system in candidates_by_range(np.array([[x, y]]))] == keys


def test_an_easting_without_prefix_fits_many_systems() -> None:
    keys = {system.key for system in candidates_by_range(np.array([[590313.0, 3248422.0]]))}
    assert {"EPSG:4544", "EPSG:32648", "EPSG:4545"} <= keys


def test_wild_vertices_do_not_decide_the_range() -> None:
    points = np.array([[LON, LAT]] * 5 + [[1.8e308, -1e30]] * 2)
    assert [system.key for system in candidates_by_range(points)] == ["EPSG:4490"]


def test_the_shift_of_web_maps_is_undone() -> None:
    here = np.array([[LON, LAT], [116.4, 39.9]])
    shifted = add_gcj02_shift(here)
    metres = (shifted - here)[0] * [97_000, 110_900]
    assert 300 < np.hypot(*metres) < 600
    assert metres[0] > 0 > metres[1]
    np.testing.assert_allclose(remove_gcj02_shift(shifted), here, atol=1e-8)
