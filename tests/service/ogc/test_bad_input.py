"""What no request may hold, at every door: a 400 problem that names the parameter."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from fastapi.testclient import TestClient

COLLECTIONS = ("villages", "plots", "zones", "patches", "cases")
ITEMS = tuple(f"/ogc/collections/{name}/items" for name in COLLECTIONS)
PLOTS = "/ogc/collections/plots/items"
PAGES = (*ITEMS, "/api/plots")
FILES = ("/ogc/collections/plots/download.geojson", "/ogc/collections/plots/download.fgb")
SQUARE: list[list[float]] = [[0, 0], [1, 1], [1, 0], [0, 0]]


def predicate(op: str, *args: Any) -> str:
    return json.dumps({"op": op, "args": args})


def meeting(shape: object) -> str:
    return predicate("s_intersects", {"property": "geometry"}, shape)


STAC = ("/stac/search", "/stac/collections/scenes/items")
BOXED = ("/api/cases", "/api/cases.geojson", "/api/villages/summary", "/api/scenes", *STAC)
PAGED = ("/api/cases", "/api/scenes", "/api/imports", "/api/accounts", "/api/deliveries", *STAC)
"""Doors beside those of features: what they have in common they read in the same way."""

BAD: dict[str, tuple[Sequence[str], Sequence[str]]] = {
    "bbox": (
        (*PAGES, *FILES, *BOXED),
        (
            *("", "1,2", "1,2,3", "1,2,3,4,5", "1,2,3,4,5,6,7", ",,,", "a,b,c,d", "1;2;3;4"),
            *("nan,1,2,3", "-inf,-inf,inf,inf", "1e400,1,2,3", "0x10,1,2,3", "1_0,1,2,3"),
            *("１,２,３,４", "٣,1,4,5", "1,2,3,4,", "1,5,3,4", "1,95,3,96", "[1,2,3,4]"),
            *("1,2,3,4\0", "9" * 400 + ",1,2,3", "1,2,3,4" + ",5" * 9000, "1,2,3,4;DROP TABLE x"),
        ),
    ),
    "crs": ((*PAGES, *FILES), ("", "x", "EPSG:0", "EPSG:4326,EPSG:4490", "4490", "EPSG:４４９０")),
    "bbox-crs": (PAGES, ("", "EPSG:9999", "http://www.opengis.net/def/crs/EPSG/0/", "' --")),
    "filter-crs": (PAGES, ("", "EPSG:1")),
    "limit": (
        (*PAGES, *PAGED, "/api/notices"),
        ("", "0", "-1", "1.5", "1e3", "0x10", "１０", "٣", "NaN", " 1", "+1", "9" * 5000, "1_0"),
    ),
    "after": (
        PAGES,
        ("", "zzz", "0", "WyJhIl0=", "WzFlNDAwXQ==", "WzEsMl0=", "W10=", "W1tbW1td", "W3RydWVd"),
    ),
    "count": (PAGES, ("", "yes", "1", "TRUE", "null")),
    "datetime": (
        (*PAGES, *FILES, *STAC),
        (
            *("", "..", "x", "2026", "2026-13-01", "2026-02-30", "2026-W01-1", "20260101"),
            *("２０２６-01-01", "0000-00-00", "2026-01-01T25:00:00Z", "2026-01-01T00:00:00"),
            *("2026-01-01 00:00:00Z", "2026-01-01T00:00:00+99:00", "2026-01-02/2026-01-01"),
            *("2026-01-01/2026-01-02/2026-01-03", "infinity", "now", "2026-01-01/P", "P1D/P1D"),
            *("/", "../..", "../", "/.."),
            *("2026-01-01/P99999Y", "2026-01-01/P１D", "2026-01-01T00:00:00Z\0", "1" * 5000),
        ),
    ),
    "version": (("/api/plots", PLOTS), ("", "0", "-1", "1.0", "x", "１", "9" * 25)),
    "properties": (ITEMS, ("", ",", "nothing", "geom", "*", "password", "(select 1)", "a,\0")),
    "fields": (("/api/plots",), ("", ",", "geom", "password", "*")),
    "filter-lang": (PAGES, ("", "sql", "CQL2-TEXT")),
    "plot_id": ((PLOTS, FILES[0]), ("", "x", "1.5", "９", "1_0", "nan", "9223372036854775808")),
    "area_m2": ((PLOTS, FILES[0]), ("", "x", "nan", "inf", "1e400", "１", "1_0", "0x1")),
    "protection": ((PLOTS, FILES[0]), ("", "耕地", "Cropland", "cropland\0")),
    "f": (ITEMS, ("", "xml", "JSON", "json,html")),
    "sortby": (PAGES, ("plot_no", "-area_m2")),
    "filter": (
        ("/api/plots", PLOTS, *FILES),
        (
            *("", "(", "''", "plot_no", "plot_no =", "plot_no = NULL", "NOT", "1", "null"),
            *("plot_no = 1", "area_m2 = 'a'", "area_m2 > 1e400", "area_m2 = NaN", "plot_id IN ()"),
            *("plot_no = 'a'; DROP TABLE plot", "plot_no = 'a' -- x", "plot_no = $1", "a.b.c = 1"),
            *("account.password_hash = 'x'", "plot_no::text = 'a'", "CAST(plot_no AS int) = 1"),
            *("plot_no IN (select login from account)", "(select count(*) from account) > 0"),
            *("pg_sleep(10) = 1", "current_user = 'x'", "upper(plot_no) = 'A'", "geom = 1"),
            *("plot_no LIKE 1", "plot_no LIKE 'a\\'", "plot_no = 'a\0b'", "ｐlot_no = 'a'"),
            *("S_INTERSECTS(geometry, POINT EMPTY)", "S_INTERSECTS(geometry, POINT())"),
            *("S_INTERSECTS(geometry, POLYGON((0 0,1 1)))", "S_INTERSECTS(geometry)"),
            *("S_INTERSECTS(geometry, POLYGON((0 0,1 1,1 0,0 1,0 0)))", "S_INTERSECTS(1, 2)"),
            *("S_INTERSECTS(geometry, BBOX(1,2,3))", "S_DWITHIN(geometry, POINT(1 2), 5)"),
            *("T_AFTER(plot_no, DATE('2026-01-01'))", "T_AFTER(DATE('x'), DATE('2025-01-01'))"),
            *("(" * 10_000 + "true" + ")" * 10_000, "NOT " * 5000 + "true", "x" * 20_000),
            *("{", "{}", "[]", '{"op":1}', predicate("="), predicate("=", 1), predicate("and")),
            *(predicate("pg_sleep", 9), predicate("; DROP", 1, 2), predicate("not", True, False)),
            predicate("=", {"property": "plot_no) OR 1=1 --"}, "x"),
            predicate("=", {"property": ["plot_no"]}, "x"),
            predicate("=", {"property": "plot_no"}, "\0"),
            predicate("in", {"property": "plot_no"}, []),
            '{"op":"=","args":[{"property":"area_m2"},NaN]}',
            '{"op":"not","args":[' * 600 + "true" + "]}" * 600,
            *(meeting({"type": "Point", "coordinates": c}) for c in ([], ["a", "b"], [None, 1])),
            *(meeting({"type": t, "coordinates": [SQUARE]}) for t in ("Foo", "Point")),
            meeting({"type": "GeometryCollection", "geometries": []}),
        ),
    ),
}
CASES = [(name, door, values) for name, (doors, values) in BAD.items() for door in doors]


@pytest.mark.parametrize(("name", "door", "values"), CASES, ids=lambda given: str(given)[:40])
def test_a_bad_value_is_a_400_problem_that_names_its_parameter(
    township: TestClient, name: str, door: str, values: Sequence[str]
) -> None:
    # These two are looked at beside the parameter that they belong to.
    beside = {"bbox-crs": {"bbox": "1,2,3,4"}, "filter-lang": {"filter": "true"}}.get(name, {})
    for value in values:
        answer = township.get(door, params={**beside, name: value})
        assert answer.status_code == 400, value[:200]
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["parameter"] == name, value[:200]


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/ogc/collections/plots/tiles/WebMercatorQuad/{}/0/0", "tileMatrix"),
        ("/ogc/collections/plots/tiles/WebMercatorQuad/14/{}/0", "tileRow"),
        ("/ogc/collections/plots/tiles/WebMercatorQuad/14/0/{}", "tileCol"),
        ("/api/tiles/plots/{}/0/0.pbf", "z"),
        ("/api/tiles/plots/14/{}/0.pbf", "x"),
        ("/api/tiles/plots/14/0/{}.pbf", "y"),
        ("/api/tiles/{}/0/0/0.pbf", "layers"),
    ],
)
@pytest.mark.parametrize(
    "value", ["-1", "16384", "1.0", "１", "1e1", "%00", "%20", "NaN", "9" * 99]
)
def test_a_bad_tile_address_is_a_400_problem_that_names_its_part(
    township: TestClient, path: str, parameter: str, value: str
) -> None:
    answer = township.get(path.format(value))
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)


def test_a_tile_has_the_one_format_that_it_has(township: TestClient) -> None:
    tile = "/ogc/collections/cases/tiles/WebMercatorQuad/0/0/0"
    assert township.get(f"{tile}?f=mvt").content == township.get(tile).content != b""
    refusal = township.get(f"{tile}?f=json").json()
    assert (refusal["status"], refusal["parameter"]) == (400, "f")
    assert "mvt" in refusal["detail"]


def test_only_what_is_on_the_list_of_numbers_and_times_is_one(township: TestClient) -> None:
    good = (
        {"bbox": " 105.9, 29.35,+106,.3e2"},
        {"datetime": "2026-01-01t00:00:00.123456789z/.."},
        {"datetime": "0000-01-01T00:00:00Z/2026-12-31"},
        {"limit": "007"},
    )
    for query in good:
        answer = township.get("/ogc/collections/cases/items", params=query)
        assert answer.status_code == 200, query


@pytest.mark.parametrize(
    ("door", "status"),
    [*((door, 200) for door in (ITEMS[0], *STAC)), ("/api/plots", 400), ("/api/cases", 400)],
)
def test_more_than_the_most_is_the_most_where_the_standards_say_so(
    township: TestClient, door: str, status: int
) -> None:
    assert township.get(door, params={"limit": "10001"}).status_code == status


@pytest.mark.parametrize(
    "wrong",
    [
        *({"limit": limit} for limit in (0, "x", True)),
        *({"bbox": box} for box in ([1, 2], [1, 5, 3, 4], [0] * 7)),
        *({"datetime": time} for time in ("", "../..")),
    ],
)
def test_a_body_is_refused_what_an_address_is(
    township: TestClient, wrong: dict[str, object]
) -> None:
    answer = township.post("/stac/search", json=wrong)
    assert (answer.status_code, answer.json()["parameter"]) == (400, next(iter(wrong)))


def test_boxes_across_the_antimeridian_and_without_area_find_what_they_meet(
    township: TestClient,
) -> None:
    for door in ("/api/cases", "/ogc/collections/cases/items"):

        def found(box: str, door: str = door) -> int:
            answer = township.get(door, params={"bbox": box}).json()
            return len(answer["items"] if "items" in answer else answer["features"])

        assert found("105.9,29.35,-170,29.36") == found("105.9,29.35,180,29.36") > 0
        west, south = township.get("/api/cases").json()["items"][0]["geometry"]["coordinates"][0][
            0
        ][0]
        assert found(f"{west},{south},{west},{south}") > 0
