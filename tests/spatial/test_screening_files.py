"""Screening from files to a file, on the sample township."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import geopandas
import pandas
import pyogrio
import pytest
import shapely
from python_calamine import CalamineWorkbook

from spatial.errors import CrsError, SourceError, SpatialError
from spatial.intake.model import ReadOptions
from spatial.messages import Message
from spatial.screening import writing
from spatial.screening.files import screen_files
from spatial.screening.remarks import NO_PLOTS_NEAR, NO_VILLAGES
from spatial.screening.results import SummaryLine
from spatial.screening.writing import write_table
from spatial.words import ZoneKind

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
EXPECTED = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))
BATCHES = {"1": "patches-2026-q2.zip", "2": "patches-2026-q3.zip"}
ZONES = [(kind, next(SAMPLES.glob(f"{kind.value}.*"))) for kind in ZoneKind]


def screen_samples(batch: str, out: Path, **options: Any) -> list[SummaryLine]:
    return screen_files(
        SAMPLES / BATCHES[batch],
        SAMPLES / "plots.zip",
        out,
        villages=SAMPLES / "villages.zip",
        zones=ZONES,
        **options,
    )


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The first batch screened into a GeoPackage: its file, summary and reported progress."""
    out = tmp_path_factory.mktemp("screened") / "cases.gpkg"
    progress: list[float] = []
    summary = screen_samples("1", out, report=lambda share, stage: progress.append(share))
    return {"out": out, "summary": summary, "progress": progress}


def all_findings(path: Path) -> pandas.DataFrame:
    layers = [geopandas.read_file(path, layer=layer) for layer in ("cases", "others")]
    return pandas.concat(layers)


def judgements(path: Path) -> dict[tuple[str, str], tuple[Any, ...]]:
    return {
        (row.patch_no, row.village_code): (
            row.outcome,
            int(row.rule),
            row.category if row.outcome == "case" else None,
            int(row.severity),
            bool(row.countable),
        )
        for row in all_findings(path).itertuples()
    }


def expected_judgements(batch: str) -> dict[tuple[str, str], tuple[Any, ...]]:
    return {
        (number, finding["village"]): (
            finding["outcome"],
            finding["rule"] if finding["outcome"] == "case" else 0,
            finding["category"] if finding["outcome"] == "case" else None,
            finding["severity"] if finding["outcome"] == "case" else 0,
            finding["countable"] if finding["outcome"] == "case" else False,
        )
        for number, patch in EXPECTED[batch].items()
        for finding in patch["findings"]
    }


def test_every_patch_of_the_first_batch_ends_as_its_maker_expects(results: dict[str, Any]) -> None:
    assert judgements(results["out"]) == expected_judgements("1")


def test_every_patch_of_the_second_batch_ends_as_its_maker_expects(tmp_path: Path) -> None:
    screen_samples("2", tmp_path / "cases.gpkg")
    assert judgements(tmp_path / "cases.gpkg") == expected_judgements("2")


def test_farmland_agrees_with_what_the_maker_drew(results: dict[str, Any]) -> None:
    drawn = {
        (number, finding["village"]): finding["farmland_m2"]
        for number, patch in EXPECTED["1"].items()
        for finding in patch["findings"]
    }
    for row in all_findings(results["out"]).itertuples():
        expected = drawn[row.patch_no, row.village_code] * 3 / 2000
        assert row.farmland_mu == pytest.approx(expected, rel=2e-3, abs=0.0075), row.patch_no


def test_the_summary_counts_every_finding_once(results: dict[str, Any]) -> None:
    findings = all_findings(results["out"])
    assert sum(line.findings for line in results["summary"]) == len(findings)
    cases = findings[findings.outcome == "case"]
    shown = {(line.village, line.category.zh): line.suspect_mu for line in results["summary"]}
    for (village, category), group in cases.groupby(["village", "category_label"]):
        assert shown[village, category] == pytest.approx(group.suspect.sum() * 3 / 2000, abs=0.0051)


def test_progress_only_goes_forward_and_ends_at_one(results: dict[str, Any]) -> None:
    assert results["progress"] == sorted(results["progress"])
    assert results["progress"][-1] == 1.0


def test_ground_is_stored_in_the_national_system(results: dict[str, Any]) -> None:
    cases = geopandas.read_file(results["out"], layer="cases")
    assert cases.crs.to_epsg() == 4490
    assert cases.geometry.is_valid.all()


@pytest.mark.parametrize("name", ["cases.geojson", "cases.parquet", "CASES.GEOJSON"])
def test_each_map_format_holds_the_same_cases(
    tmp_path: Path, results: dict[str, Any], name: str
) -> None:
    out = tmp_path / name
    write_table(all_findings(results["out"]), out)
    read = geopandas.read_parquet if out.suffix == ".parquet" else geopandas.read_file
    again, cases = read(out), geopandas.read_file(results["out"], layer="cases")
    assert again.patch_no.tolist() == cases.patch_no.tolist()
    assert again.suspect_mu.tolist() == cases.suspect_mu.tolist()
    assert again.reason.tolist() == cases.reason.tolist()


def test_excel_has_chinese_headings_and_mu_to_two_decimals(
    tmp_path: Path, results: dict[str, Any]
) -> None:
    write_table(all_findings(results["out"]), tmp_path / "cases.xlsx")
    book = CalamineWorkbook.from_path(str(tmp_path / "cases.xlsx"))
    cases, others = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
    assert cases[0][:3] == ["图斑编号", "村代码", "村（社区）"]
    stored = geopandas.read_file(results["out"], layer="cases")
    place = cases[0].index("疑似面积（亩）")
    assert [row[place] for row in cases[1:]] == stored.suspect_mu.tolist()
    assert [row[1] for row in cases[1:]] == stored.village_code.tolist()
    assert len(cases) + len(others) - 2 == len(all_findings(results["out"]))


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.parquet"])
def test_days_are_days_in_each_format(tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    screen_samples("1", out)
    read = geopandas.read_parquet if out.suffix == ".parquet" else geopandas.read_file
    days = pandas.to_datetime(read(out)["after_date"])
    assert {str(day)[:10] for day in days} == {"2026-04-18"}
    if out.suffix != ".parquet":
        info = pyogrio.read_info(out, layer=0)
        types = dict(zip(info["fields"], info["dtypes"], strict=True))
        assert types["after_date"] == types["before_date"] == "datetime64[D]"


def test_days_are_days_in_excel(tmp_path: Path) -> None:
    screen_samples("1", tmp_path / "cases.xlsx")
    book = CalamineWorkbook.from_path(str(tmp_path / "cases.xlsx"))
    heading, first, *_ = book.get_sheet_by_name(book.sheet_names[0]).to_python()
    assert first[heading.index("后时相")] == date(2026, 4, 18)


def test_without_villages_and_zones_cases_lie_outside_every_village(tmp_path: Path) -> None:
    out = tmp_path / "cases.gpkg"
    summary = screen_files(SAMPLES / BATCHES["1"], SAMPLES / "plots.zip", out)
    assert {line.village for line in summary} == {"村界以外"}
    cases = geopandas.read_file(out, layer="cases")
    assert cases.village_code.isna().all()
    assert (cases.permanent_basic_farmland_mu == 0).all()


def test_a_file_that_hides_its_coordinate_system_is_read_by_word_of_the_caller(
    tmp_path: Path,
) -> None:
    patches, plots = SAMPLES / BATCHES["2"], SAMPLES / "plots.zip"
    with pytest.raises(CrsError, match="crs"):
        screen_files(patches, plots, tmp_path / "cases.gpkg")
    options = ReadOptions(crs="EPSG:4523")
    summary = screen_files(patches, plots, tmp_path / "cases.gpkg", options=options)
    assert sum(line.suspect_mu for line in summary) > 0
    with pytest.raises(CrsError, match="crs"):
        wrong = ReadOptions(crs="EPSG:4547")
        screen_files(
            patches, plots, tmp_path / "x.gpkg", villages=SAMPLES / "villages.zip", options=wrong
        )


def told(patches: Path, out: Path, **options: Any) -> list[str]:
    remarks: list[Message] = []
    screen_files(patches, SAMPLES / "plots.zip", out, tell=remarks.append, **options)
    return [remark.zh for remark in remarks]


def write_boxes(path: Path, *west: float, broken: bool = False) -> Path:
    shapes = [shapely.box(x, 29.35, x + 0.0003, 29.3503) for x in west]
    if broken:
        corners = [(105.89, 29.35), (105.891, 29.351), (105.891, 29.35), (105.89, 29.351)]
        shapes[0] = shapely.Polygon(corners)
    columns = {"JCBH": [str(n) for n in range(len(west))], "TBLX": "20", "HSX": "20260402"}
    geopandas.GeoDataFrame(columns, geometry=shapes, crs=4490).to_file(path)
    return path


def test_rows_that_are_left_out_are_told_of(tmp_path: Path) -> None:
    patches = write_boxes(tmp_path / "图斑.gpkg", 105.89, 105.892, broken=True)
    _, broken = told(patches, tmp_path / "cases.gpkg")
    assert broken.startswith("图斑.gpkg：1 行未采用（第 1 行）：图形自相交")


def test_what_cannot_be_checked_and_what_lies_elsewhere_is_told_of(tmp_path: Path) -> None:
    near = write_boxes(tmp_path / "near.gpkg", 105.892)
    far = write_boxes(tmp_path / "far.gpkg", 106.5)
    assert told(near, tmp_path / "a.gpkg", villages=SAMPLES / "villages.zip") == []
    assert [NO_VILLAGES.zh] == told(near, tmp_path / "b.gpkg")
    assert [NO_VILLAGES.zh, NO_PLOTS_NEAR.zh] == told(far, tmp_path / "c.gpkg")


def test_a_system_that_was_guessed_is_told_of(tmp_path: Path) -> None:
    patches = SAMPLES / BATCHES["2"]
    (guess,) = told(patches, tmp_path / "a.gpkg", villages=SAMPLES / "villages.zip")
    assert guess.startswith(f"{patches.name}：EPSG:4523：")


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.parquet", "a.xlsx"])
def test_a_place_that_cannot_be_written_to_is_named(
    results: dict[str, Any], tmp_path: Path, name: str
) -> None:
    with pytest.raises(SourceError) as refusal:
        write_table(all_findings(results["out"]), tmp_path / "missing" / name)
    assert refusal.value.problem_code == "output-not-written"


def test_more_rows_than_a_sheet_takes_are_refused(
    results: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They were left out without a word."""
    monkeypatch.setattr(writing, "MOST_ROWS", 10)
    with pytest.raises(SourceError, match="gpkg") as refusal:
        write_table(all_findings(results["out"]), tmp_path / "a.xlsx")
    assert refusal.value.problem_code == "too-many-rows"
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_ending_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    nowhere = tmp_path / "missing.zip"
    with pytest.raises(SourceError, match=r"\.gpkg"):
        screen_files(nowhere, nowhere, tmp_path / "cases.shp")


def test_a_file_that_is_refused_leaves_the_earlier_result_alone(tmp_path: Path) -> None:
    out = tmp_path / "cases.gpkg"
    out.write_bytes(b"earlier")
    broken = tmp_path / "patches.zip"
    broken.write_bytes(b"this is no archive")
    with pytest.raises(SpatialError):
        screen_files(broken, SAMPLES / "plots.zip", out)
    assert out.read_bytes() == b"earlier"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cases.gpkg", "patches.zip"]
