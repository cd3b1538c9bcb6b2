"""Files that commands cannot use are refused before any work is done, and names are shown whole."""

from __future__ import annotations

from pathlib import Path

import geopandas
import pytest
import shapely
from typer.testing import CliRunner

from service.cli.console import print_problem
from service.cli.main import app
from service.cli.receipts import print_receipt
from service.errors import InvalidParameter
from service.imports.models import Import
from spatial.errors import LayerError

SAMPLES = Path(__file__).parents[3] / "data" / "samples"
PATCHES, PLOTS = str(SAMPLES / "patches-2026-q2.zip"), str(SAMPLES / "plots.zip")
SCENE = str(SAMPLES / "scene-10m-20260110.tif")


@pytest.mark.parametrize(
    "arguments",
    [
        ["screen", PATCHES, "--plots", PLOTS, "--out", "missing/cases.gpkg"],
        ["screen", PATCHES, "--plots", ".", "--out", "cases.gpkg"],
        ["screen", PATCHES, "--plots", PLOTS, "--villages", ".", "--out", "cases.gpkg"],
        ["screen", PATCHES, "--plots", PLOTS, "--profile", "missing", "--out", "cases.gpkg"],
        ["import", PLOTS, "--layer", "plots", "--profile", "missing"],
        ["detect", SCENE, SCENE, "--out", "missing/patches.gpkg"],
        ["detect", SCENE, SCENE, "--out", "patches.shp"],
        ["qgis", "missing/farmland.qgz"],
        ["qgis", "."],
        ["backup", "missing/archive"],
        ["backup", "."],
        ["restore", "missing"],
    ],
)
def test_a_file_that_cannot_be_used_is_wrong_usage(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    # A command that went on would look for the home here.
    monkeypatch.setenv("PLOTWATCH_HOME", str(tmp_path / "home"))
    ran = CliRunner().invoke(app, arguments)
    assert ran.exit_code == 2, ran.output
    assert list(tmp_path.iterdir()) == []


def test_a_profile_that_is_no_text_is_refused(tmp_path: Path) -> None:
    profile, out = tmp_path / "profile.toml", tmp_path / "cases.gpkg"
    profile.write_bytes("列 = 1".encode("gb18030"))
    arguments = ["screen", PATCHES, "--plots", PLOTS, "--out", str(out), "--profile", str(profile)]
    ran = CliRunner().invoke(app, arguments)
    assert isinstance(ran.exception, InvalidParameter)
    assert not out.exists()


def test_names_with_brackets_are_shown_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    name = "a[/b]c[red]d"
    print_problem({"detail": name, "detail_en": name})
    decision = {"name": "source", "value": name, "how": name}
    print_receipt(Import(status="rejected", counts={}, decisions=[decision], findings=[]))
    assert capsys.readouterr().out.count(name) == 4


def test_screening_takes_one_of_several_layers_and_tells_the_total(tmp_path: Path) -> None:
    path, out = tmp_path / "two.gpkg", tmp_path / "cases.gpkg"
    columns = {"JCBH": ["1", "2"], "TBLX": ["20", "20"], "HSX": ["20260402"] * 2}
    shapes = [shapely.box(x, 29.35, x + 0.0003, 29.3503) for x in (105.892, 105.894)]
    frame = geopandas.GeoDataFrame(columns, geometry=shapes, crs=4490)
    for layer in ("甲", "乙"):
        frame.to_file(path, layer=layer)
    arguments = ["screen", str(path), "--plots", PLOTS, "--out", str(out)]
    ran = CliRunner().invoke(app, arguments)
    assert isinstance(ran.exception, LayerError)
    ran = CliRunner().invoke(app, [*arguments, "--source-layer", "乙"])
    assert ran.exit_code == 0, ran.output
    assert "合计 total" in ran.output
