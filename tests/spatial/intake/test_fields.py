"""Canonical columns as they come out of an upload."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas
import pytest
import shapely

from spatial.errors import FieldError
from spatial.intake.model import DATE_FIELDS, FLOAT_FIELDS, RowStatus, canonical_fields
from spatial.words import LayerName
from tests.spatial.intake.conftest import Take
from tests.spatial.intake.making import Layer, place, plot_rows, shp_record


def test_plots_come_out_with_all_their_fields(take: Take, tmp_path: Path) -> None:
    row = {
        "TBBH": "0000012", "DLBM": "0201", "QSXZ": "30", "ZLDWDM": "5001180012020000000",
        "ZLDWMC": "三星村", "TBMJ": "1999.60", "KCXS": "0.1200", "GDPDJB": "2", "ZZSXDM": "jkhf",
        "SJNF": "2025", "BZ": "",
    }  # fmt: skip
    answer = take(Layer([row]).zip(tmp_path / "a.zip"))
    assert {name: answer.column(name)[0] for name in canonical_fields(LayerName.PLOTS)} == {
        "plot_no": "0000012", "village_code": "500118001202", "land_class": "0201",
        "land_class_system": "SD3", "planting": "JKHF", "slope_grade": "2", "ownership": "30",
        "deduction_ratio": 0.12, "area_reported_m2": 1999.6, "protection": "recoverable",
    }  # fmt: skip
    assert json.loads(answer.attributes[0]) == {
        "ZLDWDM": "5001180012020000000", "ZLDWMC": "三星村", "SJNF": "2025",
    }  # fmt: skip


@pytest.mark.parametrize("layer", list(LayerName))
def test_columns_have_the_promised_types(layer: LayerName, take: Take, tmp_path: Path) -> None:
    rows = [{"DLBM": "0101", "ZLDWDM": "5001180012020000000", "JCBH": "1", "TBBH": "1"}]
    answer = take(Layer(rows).zip(tmp_path / "a.zip"), layer)
    (batch,) = answer.batches
    assert tuple(batch.columns) == canonical_fields(layer)
    assert batch.rows.dtype == np.int64
    assert batch.area_m2.dtype == np.float64
    for name, column in batch.columns.items():
        assert column.dtype == (np.float64 if name in FLOAT_FIELDS else object)
        assert len(column) == 1


def patches(**columns: list[Any]) -> Layer:
    count = len(next(iter(columns.values())))
    return Layer([{name: values[n] for name, values in columns.items()} for n in range(count)])


def test_patches_come_out_with_codes_groups_and_dates(take: Take, tmp_path: Path) -> None:
    layer = patches(
        JCBH=["130403SJBG26210183", "2"], TBLX=[" 02", "jz"], QSX=["20260104", "2026/1/4"],
        HSX=["2026-04-02", "46114"], DLBM=["0101", ""], MJ=["1999.6", "1999.6"],
    )  # fmt: skip
    answer = take(layer.zip(tmp_path / "a.zip"), LayerName.PATCHES)
    assert answer.column("change_code") == ["2", "JZ"]
    assert answer.column("change_group") == ["orchard", "building"]
    assert answer.column("before_date") == [date(2026, 1, 4)] * 2
    assert answer.column("after_date") == [date(2026, 4, 2)] * 2
    assert answer.column("land_before") == ["0101", None]
    assert answer.column("area_reported_m2") == [1999.6, 1999.6]


def test_a_date_that_cannot_be_read_is_left_empty_and_kept_beside(
    take: Take, tmp_path: Path
) -> None:
    layer = patches(JCBH=["1", "2"], TBLX=["20", "20"], HSX=["20261350", "20260402"])
    answer = take(layer.zip(tmp_path / "a.zip"), LayerName.PATCHES)
    assert answer.column("after_date") == [None, date(2026, 4, 2)]
    (note,) = answer.notes
    assert (note.row, note.status, note.code) == (1, RowStatus.REPAIRED, "date-unreadable")
    assert note.field == "after_date"
    assert json.loads(answer.attributes[0]) == {"HSX": "20261350"}


@pytest.mark.parametrize(
    ("unit", "reported"), [("m2", "1999.60"), ("mu", "3.00"), ("ha", "0.20"), ("km2", "0.002")]
)
def test_the_unit_of_areas_is_told_by_the_shapes(
    unit: str, reported: str, take: Take, tmp_path: Path
) -> None:
    layer = Layer(plot_rows(3, TBMJ=reported), numbers=())
    answer = take(layer.zip(tmp_path / "a.zip"))
    assert answer.decisions["area_unit"].value == unit
    assert answer.column("area_reported_m2")[0] == pytest.approx(2000, rel=0.01)


def test_a_unit_that_cannot_be_told_leaves_areas_out(take: Take, tmp_path: Path) -> None:
    answer = take(Layer(plot_rows(3, TBMJ="77.00")).zip(tmp_path / "a.zip"))
    assert answer.decisions["area_unit"].warning
    assert np.isnan(answer.column("area_reported_m2")).all()
    assert json.loads(answer.attributes[0])["TBMJ"] == 77.0


def test_a_plot_without_class_is_rejected(take: Take, tmp_path: Path) -> None:
    layer = Layer(plot_rows(3))
    layer.rows[1]["DLBM"] = ""
    answer = take(layer.zip(tmp_path / "a.zip"))
    assert answer.rows == [1, 3]
    assert [(note.row, note.code, note.field) for note in answer.notes] == [
        (2, "land-class-missing", "land_class")
    ]


def test_plots_without_numbers_are_numbered_by_row(take: Take, tmp_path: Path) -> None:
    rows = [{"DLBM": "0101"}, {"DLBM": "0103"}]
    answer = take(Layer(rows).zip(tmp_path / "a.zip"))
    assert answer.column("plot_no") == ["row-1", "row-2"]
    assert answer.decisions["numbers"].warning
    assert not answer.notes


def test_a_single_missing_number_is_noted(take: Take, tmp_path: Path) -> None:
    layer = Layer(plot_rows(3))
    layer.rows[1]["TBBH"] = ""
    answer = take(layer.zip(tmp_path / "a.zip"))
    assert answer.column("plot_no") == ["1", "row-2", "3"]
    assert [(note.row, note.code) for note in answer.notes] == [(2, "number-missing")]


def test_a_column_of_numbers_without_any_is_noted_on_every_row(take: Take, tmp_path: Path) -> None:
    layer = Layer(plot_rows(2, TBBH=""))
    answer = take(layer.zip(tmp_path / "a.zip"))
    assert answer.column("plot_no") == ["row-1", "row-2"]
    assert [(note.row, note.code) for note in answer.notes] == [
        (1, "number-missing"),
        (2, "number-missing"),
    ]


def test_patches_without_numbers_are_numbered_by_their_ground(take: Take, tmp_path: Path) -> None:
    shapes = [shp_record([place(n)]) for n in range(3)]
    first = patches(OBJECTID=["1", "2"], TBLX=["20", "20"])
    first.shapes = shapes[:2]
    second = patches(OBJECTID=["1", "2"], TBLX=["20", "20"])
    second.shapes = shapes[1:]
    one = take(first.zip(tmp_path / "a.zip"), LayerName.PATCHES).column("patch_no")
    again = take(first.zip(tmp_path / "b.zip"), LayerName.PATCHES).column("patch_no")
    other = take(second.zip(tmp_path / "c.zip"), LayerName.PATCHES).column("patch_no")
    assert one == again
    assert one[0].startswith("1-")
    assert not set(one) & set(other)


def test_villages_have_twelve_digits(take: Take, tmp_path: Path) -> None:
    rows = [
        {"ZLDWDM": "5001180012020000000", "ZLDWMC": "三星村"},
        {"ZLDWDM": "500118001203", "ZLDWMC": ""},
        {"ZLDWDM": "500118001", "ZLDWMC": "中山路街道"},
    ]
    answer = take(Layer(rows).zip(tmp_path / "a.zip"), LayerName.VILLAGES)
    assert answer.column("code") == ["500118001202", "500118001203"]
    assert answer.column("name") == ["三星村", "500118001203"]
    assert [(note.row, note.code) for note in answer.notes] == [
        (2, "village-name-missing"),
        (3, "village-code-invalid"),
    ]


def test_personal_data_is_dropped_and_said_so(take: Take, tmp_path: Path) -> None:
    row = {
        "TBBH": "1",
        "ZRRZJHM": "x",
        "LXDH": "13812345678",
        "JZDZ": "某路",
        "BZ": "电13812345678",
    }
    answer = take(Layer([row]).zip(tmp_path / "a.zip"), LayerName.PERMANENT_BASIC_FARMLAND)
    assert answer.decisions["dropped_fields"].value == ["JZDZ", "LXDH", "ZRRZJHM"]
    assert "13812345678" not in answer.attributes[0]
    assert "13812345678" not in str(answer.preview.sample)
    assert [finding.code for finding in answer.findings] == ["personal-numbers-removed"]


def test_attributes_are_json_whatever_cells_hold(take: Take, tmp_path: Path) -> None:
    odd = ['a"b', "c\\d", "e\x01f", "{}", "’", "1"]
    layer = Layer(plot_rows(6))
    for row, text in zip(layer.rows, odd, strict=True):
        row["BZ"] = text
    answer = take(layer.zip(tmp_path / "a.zip"), encoding="GB18030")
    assert [json.loads(text)["BZ"] for text in answer.attributes] == odd


def test_numbers_in_attributes_stay_numbers(take: Take, tmp_path: Path) -> None:
    layer = Layer(plot_rows(2), numbers=("TBMJ", "KCMJ"))
    for row, value in zip(layer.rows, ("12.50", "*" * 12), strict=True):
        row["KCMJ"] = value
    answer = take(layer.zip(tmp_path / "a.zip"))
    assert json.loads(answer.attributes[0])["KCMJ"] == 12.5
    assert "KCMJ" not in json.loads(answer.attributes[1])


def test_headings_that_repeat_are_all_kept(take: Take, tmp_path: Path) -> None:
    layer = Layer([{"DLBM": "0101", "TBBH": "1", "BEIZHU_LONG1": "a", "BEIZHU_LONG2": "b"}])
    attributes = json.loads(take(layer.zip(tmp_path / "a.zip")).attributes[0])
    assert attributes == {"BEIZHU_LON": "a", "BEIZHU_LON_2": "b"}


def test_a_layer_without_the_field_that_matters_is_refused(take: Take, tmp_path: Path) -> None:
    with pytest.raises(FieldError, match="land_class"):
        take(Layer([{"A": "1"}]).zip(tmp_path / "a.zip"))


def test_dates_are_dates_in_zones(take: Take, tmp_path: Path) -> None:
    rows = [{"PZWH": "渝府地〔2025〕1号", "PZRQ": "2025-03-01", "XMMC": "某项目", "MJ": "1999.6"}]
    answer = take(Layer(rows).zip(tmp_path / "a.zip"), LayerName.APPROVED_CONSTRUCTION)
    (batch,) = answer.batches
    assert {name for name in batch.columns if name in DATE_FIELDS} == {"valid_from", "valid_to"}
    assert answer.column("valid_from") == [date(2025, 3, 1)]
    assert answer.column("document_no") == ["渝府地〔2025〕1号"]


def test_a_zone_is_valid_to_the_end_of_its_last_month(take: Take, tmp_path: Path) -> None:
    """Read as the month's first day, it exempted nothing for the whole of that month."""
    row = {"PZWH": "1号", "PZRQ": "2025年3月", "有效期至": "2026年12月"}
    answer = take(Layer([row]).zip(tmp_path / "a.zip"), LayerName.TEMPORARY_LAND_USE)
    assert answer.column("valid_from") == [date(2025, 3, 1)]
    assert answer.column("valid_to") == [date(2026, 12, 31)]


def test_a_zone_that_names_another_layer_is_rejected(take: Take, tmp_path: Path) -> None:
    """An export of all zones, sent back as one layer, would protect what others exempt."""
    kinds = ["approved-construction", "permanent-basic-farmland", "城镇村", ""]
    rows = [{"PZWH": f"第{number}号", "kind": kind} for number, kind in enumerate(kinds)]
    answer = take(Layer(rows).zip(tmp_path / "a.zip"), LayerName.APPROVED_CONSTRUCTION)
    assert answer.column("document_no") == ["第0号", "第2号", "第3号"]
    assert [(note.row, note.code, note.field) for note in answer.notes] == [
        (2, "zone-of-another-layer", "kind")
    ]


def test_dates_of_typed_columns_are_looked_at(take: Take, tmp_path: Path) -> None:
    """A day kept as a UTC instant is China's day, and a table's stand-in for no date is none."""
    seen = ["1899-12-30T00:00:00Z", "2026-04-17T16:00:00Z", "2026-04-18T00:00:00Z", "NaT"]
    frame = geopandas.GeoDataFrame(
        {"JCBH": ["1", "2", "3", "4"], "HSX": pandas.to_datetime(seen)},
        geometry=[shapely.box(105.93, 29.35, 105.931, 29.351)] * 4,
        crs=4490,
    )
    frame.to_file(tmp_path / "a.gpkg", layer="WPTB")
    answer = take(tmp_path / "a.gpkg", LayerName.PATCHES)
    day = date(2026, 4, 18)
    assert answer.column("after_date") == [None, day, day, None]
    assert [(note.row, note.code, note.field) for note in answer.notes] == [
        (1, "date-unreadable", "after_date")
    ]
    assert json.loads(answer.attributes[0]) == {"HSX": "1899-12-30"}


def test_numbers_written_as_text_are_read_or_told(take: Take, tmp_path: Path) -> None:
    cells = ["1 999.6", "１９９９．６", "1,999.6", "1999.6", "约1999", "/", ""]
    layer = Layer([{"JCBH": str(n), "MJ": cell} for n, cell in enumerate(cells)])
    answer = take(layer.zip(tmp_path / "a.zip"), LayerName.PATCHES)
    areas = answer.column("area_reported_m2")
    assert areas[:4] == [1999.6] * 4
    assert np.isnan(areas[4:]).all()
    assert [(note.row, note.status, note.code, note.field) for note in answer.notes] == [
        (5, RowStatus.REPAIRED, "number-unreadable", "area_reported_m2")
    ]
    assert json.loads(answer.attributes[4])["MJ"] == "约1999"


def test_a_number_that_no_index_takes_costs_its_row(take: Take, tmp_path: Path) -> None:
    layer = Layer([{"JCBH": "1"}, {"JCBH": "9" * 201}, {"JCBH": "9" * 200}], width=254)
    answer = take(layer.zip(tmp_path / "a.zip"), LayerName.PATCHES)
    assert answer.column("patch_no") == ["1", "9" * 200]
    assert [(note.row, note.code, note.field) for note in answer.notes] == [
        (2, "number-too-long", "patch_no")
    ]
