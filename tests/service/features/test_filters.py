"""CQL2 filters: what they select, and what they refuse."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from service.errors import InvalidParameter
from service.features.crs import CRS84
from service.features.filters import compile_filter, parse_filter
from service.plots.features import PLOTS

ZONE = ZoneInfo("Asia/Shanghai")


def matched(client: TestClient, collection: str, text: str, **more: str) -> int:
    parameters = {"filter": text, "limit": "1", "count": "true", **more}
    answer = client.get(f"/ogc/collections/{collection}/items", params=parameters)
    assert answer.status_code == 200, answer.text
    number: int = answer.json()["numberMatched"]
    return number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("plot_no = 'D0001'", 1),
        ("NOT (plot_no = 'D0001')", 199),
        ("plot_no <> 'D0001' AND village_code = '500118001202'", 99),
        ("land_class IN ('0101', '1202')", 100),
        ("land_class NOT IN ('0101', '1202')", 100),
        ("plot_id IN (1, 2.0, 2.5)", 2),
        ("CASEI(plot_no) IN (CASEI('D0001'), 'd0002', 'D0003')", 2),
        ("plot_no IN (" + ", ".join(f"'D{n:04d}'" for n in range(500)) + ")", 200),
        ("area_m2 BETWEEN 10701 AND 10702", 20),
        ("planting IS NULL", 200),
        ("planting IS NOT NULL", 0),
        ("CASEI(plot_no) = CASEI('d0001')", 1),
        ("CASEI(plot_no) LIKE CASEI('d00__')", 99),
        ("plot_id + 1 = 2 OR plot_id * 2 = 8", 2),
        ("plot_id % 50 = 0", 4),
        ("plot_id = row_version", 1),
        ("true", 200),
        ("S_INTERSECTS(geometry, POINT(105.9005 29.3505))", 1),
        ("S_DISJOINT(geometry, BBOX(105,29,106,29.3505))", 180),
        ("S_CONTAINS(geometry, POINT(105.9005 29.3505))", 1),
        ("S_TOUCHES(geometry, POINT(105.901 29.351))", 4),
    ],
)
def test_a_text_filter_selects_plots(township: TestClient, text: str, number: int) -> None:
    assert matched(township, "plots", text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("after_date > DATE('2026-04-01')", 2),
        ("after_date = '2026-04-02'", 2),
        ("T_AFTER(after_date, DATE('2026-04-02'))", 0),
        ("T_DURING(after_date, INTERVAL('2026-01-01', '..'))", 2),
        ("T_INTERSECTS(INTERVAL(before_date, after_date), INTERVAL('2026-02-01','2026-02-02'))", 2),
        ("updated_at < TIMESTAMP('2020-01-01T00:00:00Z')", 0),
        ("after_date IN (DATE('2026-04-02'), DATE('2026-04-03'))", 2),
        ("after_date IN (DATE('2026-04-03'), TIMESTAMP('2026-04-01T20:00:00Z'))", 2),
    ],
)
def test_a_temporal_filter_selects_patches(township: TestClient, text: str, number: int) -> None:
    assert matched(township, "patches", text) == number


def test_a_json_filter_means_what_its_text_means(township: TestClient) -> None:
    tree = {"op": "=", "args": [{"property": "plot_no"}, "D0001"]}
    assert matched(township, "plots", json.dumps(tree)) == 1
    assert matched(township, "plots", json.dumps(tree), **{"filter-lang": "cql2-json"}) == 1


def test_geometries_of_a_filter_may_be_in_another_system(township: TestClient) -> None:
    text = "S_INTERSECTS(geometry, POINT(29.3505 105.9005))"
    crs = {"filter-crs": "http://www.opengis.net/def/crs/EPSG/0/4326"}
    assert matched(township, "plots", text, **crs) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plot_no =",
        "plot_no = 'a'; DROP TABLE plot",
        "geom = 'x'",
        "password_hash = 'x'",
        "account.username = 'x'",
        "pg_sleep(10) = 1",
        "plot_no = 5",
        "area_m2 = 'large'",
        "area_m2 > true",
        "area_m2 = 1e999",
        "plot_no LIKE 'a\\'",
        "accenti(plot_no) = 'a'",
        "attributes = 'x'",
        "S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 0 1, 1 0, 0 0)))",
        "S_INTERSECTS(geometry, POINT EMPTY)",
        "S_INTERSECTS(geometry, POINT Z(1 2))",
        "S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 1 0, 0-0)))",
        "S_INTERSECTS(plot_no, POINT(0 0))",
        "S_INTERSECTS(geometry, BBOX(1,2,3))",
        "S_INTERSECTS(geometry, BBOX(1,5,3,4))",
        "T_AFTER(plot_no, DATE('2026-01-01'))",
        "plot_no > DATE('2026-13-01')",
        "(" * 5000 + "true" + ")" * 5000,
        "NOT " * 4000 + "true",
        "plot_no = '" + "x" * 20000 + "'",
        '{"op": "=", "args": []}',
        '{"op": "and", "args": []}',
        '{"a": 1}',
        '{"op":"not","args":[' * 500 + "true" + "]}" * 500,
    ],
)
def test_a_filter_that_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        compile_filter(parse_filter(text, None), PLOTS, CRS84, ZONE)
    assert refused.value.extra["parameter"] == "filter"


@pytest.mark.parametrize("text", ["protection = '耕地'", "protection IN ('cropland', 'croplnd')"])
def test_a_word_that_a_property_never_has_is_told_from_those_it_has(text: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        compile_filter(parse_filter(text, None), PLOTS, CRS84, ZONE)
    assert "cropland（一般耕地）" in refused.value.message.zh


def test_words_are_found_by_pattern_and_in_any_case(township: TestClient) -> None:
    some = matched(township, "plots", "protection = 'cropland'")
    assert some
    for text in ("casei(protection) = casei('Cropland')", "protection LIKE 'cropl%'"):
        assert matched(township, "plots", text) == some


@pytest.mark.parametrize("text", ["plot_id / 0 = 1", "plot_id ^ 99999 > 1"])
def test_a_filter_that_cannot_be_computed_is_a_400(township: TestClient, text: str) -> None:
    answer = township.get("/ogc/collections/plots/items", params={"filter": text})
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "filter"


def test_no_literal_becomes_part_of_the_sql() -> None:
    text = "plot_no = 'x'' OR 1=1 --' AND area_m2 > 12345.5"
    condition = compile_filter(parse_filter(text, "cql2-text"), PLOTS, CRS84, ZONE)
    assert "OR 1=1" not in condition.text
    assert "12345" not in condition.text
    assert condition.parameters == ("x' OR 1=1 --", 12345.5)


LITERALS = st.one_of(st.booleans(), st.text(max_size=5), st.integers(), st.floats())
NODES = st.recursive(
    st.one_of(
        LITERALS,
        st.none(),
        st.sampled_from([{"property": "plot_no"}, {"property": "area_m2"}, {"date": "2026-01-01"}]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.builds(
            lambda op, args: {"op": op, "args": args},
            st.sampled_from(["=", "and", "not", "in", "like", "s_within", "t_after", "+", "casei"]),
            st.lists(inner, max_size=3),
        ),
    ),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(NODES)
def test_any_tree_is_compiled_or_refused(node: object) -> None:
    try:
        condition = compile_filter(node, PLOTS, CRS84, ZONE)
    except InvalidParameter:
        return
    assert condition.text.count("%s") == len(condition.parameters)


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("", "空的", "empty"),
        ("land_class = ", "写到“land_class =”就结束了", "ends after “land_class =”"),
        ("area_m2 > 5 亩", "第 13 个字符起的“亩”看不懂", "“亩”, from character 13"),
        ("a = 1\n AND OR b = 2", "第 15 个字符起的“b = 2”", "from character 15"),
        ("land_class = '01' ; x", "这里应为 AND、OR", "here belongs AND, OR"),
        ("land_class IS NUL", "这里应为 NULL", "here belongs NULL"),
        ("land_class = '0101", "单引号没有成对", "a single quote has no partner"),
        ("(land_class = 'it''s (b'", "括号没有成对", "a parenthesis has no partner"),
        ("land_class == '0101'", "等号只写一个", "with one ="),
        ("land_class ＝ ‘0101’", "全角的 ‘’＝ 请改为半角", "plain ASCII"),
        ('{"op": "=", args: []}', "第 13 个字符起的“args: []}”", "no sound JSON"),
        ('{"op":"not","args":[{"op":"=","args":[1,{"foo":2}]}]}', "args[0].args[1]处的", "foo"),
        ('{"op": "="}', "最外层处的", "the outermost level"),
    ],
)
def test_a_fault_of_writing_is_told_in_chinese_with_its_place(text: str, zh: str, en: str) -> None:
    with pytest.raises(InvalidParameter) as refusal:
        parse_filter(text, "cql2-json" if text.startswith("{") else "cql2-text")
    assert zh in refusal.value.message.zh
    assert en in refusal.value.message.en
    assert "expected" not in refusal.value.message.zh


def test_kinds_and_quotes_are_told_in_chinese() -> None:
    for text, zh in [
        ("area_m2 > 'abc'", "数值与文本不能比较"),
        ('land_class = "0101"', "没有属性 0101（如为文本，请写在单引号中）"),
    ]:
        with pytest.raises(InvalidParameter) as refusal:
            compile_filter(parse_filter(text, None), PLOTS, CRS84, ZONE)
        assert zh in refusal.value.message.zh
