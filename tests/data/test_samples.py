"""The sample township is what its README says it is."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas
import pyogrio
import pytest
import rasterio
import shapely
from rasterio.features import geometry_mask
from rasterio.io import MemoryFile

from data.samples.generator import World
from data.samples.generator.files import sample_files
from data.samples.generator.scenes import scene_files
from spatial.words import Category, ChangeGroup, LayerName


def unpacked(name: str, content: bytes) -> dict[str, bytes]:
    """Contents by path: packing may differ between builds of zlib, what is packed may not."""
    if not name.endswith(".zip"):
        return {name: content}
    members: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(content), metadata_encoding="gbk") as archive:
        for member in archive.namelist():
            for path, inner in unpacked(member, archive.read(member)).items():
                members[f"{name}/{path}"] = inner
    return members


def table_bytes(samples: Path, name: str, suffix: str) -> bytes:
    members = unpacked(name, (samples / name).read_bytes())
    return next(content for path, content in members.items() if path.endswith(suffix))


@pytest.fixture(scope="module")
def plots(samples: Path) -> geopandas.GeoDataFrame:
    return pyogrio.read_dataframe(samples / "plots.zip", encoding="gbk")


def assert_same_ground(made: Path, kept: Path) -> None:
    """The same rows of the same ground, to the last digits that processors do not agree on."""
    again, before = (pyogrio.read_dataframe(path, encoding="gbk") for path in (made, kept))
    apart = shapely.symmetric_difference(again.geometry.to_numpy(), before.geometry.to_numpy())
    assert shapely.area(apart).max() < 0.5
    tables = [frame.drop(columns="geometry") for frame in (again, before)]
    pandas.testing.assert_frame_equal(*tables, rtol=0, atol=0.1)


def test_making_the_samples_again_gives_the_committed_files(
    samples: Path, world: World, tmp_path: Path
) -> None:
    for name, content in sample_files(world).items():
        if unpacked(name, content) != unpacked(name, (samples / name).read_bytes()):
            # Processors differ in the last digits of the noise that shapes the terraces: a vertex
            # or two of three thousand plots come out elsewhere.
            (tmp_path / name).write_bytes(content)
            assert_same_ground(tmp_path / name, samples / name)


def test_making_the_scenes_again_gives_the_committed_files(samples: Path, world: World) -> None:
    # Packing may differ between builds of zlib. Processors differ in the last digits of what noise
    # they compute, and with them a vertex or two: a pixel that it cuts may show another value.
    for name, content in scene_files(world).items():
        with MemoryFile(content) as file, file.open() as made, rasterio.open(samples / name) as old:
            assert (made.read() == old.read()).mean() > 0.9999, name
            assert (made.transform, made.tags(), made.descriptions) == (
                old.transform, old.tags(), old.descriptions,
            )  # fmt: skip


def test_the_later_scenes_show_the_first_batch(samples: Path, world: World) -> None:
    first = world.patches.geometry[world.patches.batch == 1]
    with rasterio.open(samples / "scene-10m-20260110.tif") as before:
        pixels = before.read().astype(float)
        inside = geometry_mask(first, before.shape, before.transform, invert=True)
    with rasterio.open(samples / "scene-10m-20260420.tif") as after:
        apart = np.abs(after.read().astype(float) - pixels).mean(axis=0)
    assert apart[inside].mean() > 2 * apart[~inside].mean()


def test_the_summer_scene_shows_both_batches(samples: Path, world: World) -> None:
    with rasterio.open(samples / "scene-10m-20260110.tif") as before:
        pixels = before.read((1, 2, 3)).astype(float)
        transform = before.transform
    with rasterio.open(samples / "scene-10m-20260728.tif") as after:
        apart = np.abs(after.read((1, 2, 3)).astype(float) - pixels).mean(axis=0)
    for batch in (1, 2):
        ground = world.patches.geometry[world.patches.batch == batch]
        inside = geometry_mask(ground, apart.shape, transform, invert=True)
        assert apart[inside].mean() > 2 * apart[~inside].mean()


def test_all_samples_together_stay_under_five_megabytes(samples: Path) -> None:
    assert sum(path.stat().st_size for path in samples.rglob("*") if path.is_file()) < 5e6


def test_the_manifest_names_every_layer_and_files_that_exist(
    samples: Path, manifest: list[dict[str, Any]]
) -> None:
    assert {entry["layer"] for entry in manifest} == set(LayerName)
    assert all((samples / entry["path"]).is_file() for entry in manifest)
    assert [entry["effective_on"] for entry in manifest] == sorted(
        entry["effective_on"] for entry in manifest
    )


def test_about_three_thousand_plots_cover_the_villages_without_overlap(
    plots: geopandas.GeoDataFrame, world: World
) -> None:
    shapes = plots.geometry.to_numpy()
    assert 2_500 < len(shapes) < 3_800
    assert shapely.coverage_is_valid(shapes)
    assert shapely.area(shapes).sum() == pytest.approx(shapely.union_all(shapes).area, abs=1e-3)
    villages = shapely.union_all(world.township.villages.geometry)
    assert villages.area == pytest.approx(shapely.area(shapes).sum(), abs=1e-3)


def test_no_plot_is_a_sliver(plots: geopandas.GeoDataFrame) -> None:
    shapes = plots.geometry.to_numpy()
    narrow = plots["DLBM"].isin(["1006", "1107", "1203"]).to_numpy()
    thickness = 2 * shapely.area(shapes) / shapely.length(shapes)
    assert shapely.area(shapes).min() > 20
    assert thickness[~narrow].min() > 1.5


def test_every_geometry_is_valid(world: World) -> None:
    for shapes in (
        world.township.plots.geometry,
        world.township.villages.geometry,
        world.zones.geometry,
        world.patches.geometry,
    ):
        assert shapely.is_valid(shapes).all()


@pytest.mark.parametrize(
    ("name", "encoding", "language_byte", "cpg"),
    [
        ("villages.zip", "utf-8", 0, b"UTF-8"),
        ("plots.zip", "gbk", 0, None),
        ("permanent-basic-farmland.zip", "gbk", 0x4D, None),
        ("temporary-land-use.zip", "gbk", 0, b"GBK"),
        ("patches-2026-q2.zip", "gbk", 0, None),
        ("patches-2026-q3.zip", "gbk", 0, None),
    ],
)
def test_tables_are_encoded_as_the_readme_says(
    samples: Path, name: str, encoding: str, language_byte: int, cpg: bytes | None
) -> None:
    table = table_bytes(samples, name, ".dbf")
    records = table[int.from_bytes(table[8:10], "little") :]
    assert table[29] == language_byte
    assert any(word in records.decode(encoding) for word in ("三星村", "示例"))
    members = unpacked(name, (samples / name).read_bytes())
    signs = [content for path, content in members.items() if path.endswith(".cpg")]
    assert signs == ([] if cpg is None else [cpg])


def test_the_first_batch_is_a_zip_in_a_zip_with_names_in_gbk(samples: Path) -> None:
    with zipfile.ZipFile(samples / "patches-2026-q2.zip", metadata_encoding="gbk") as archive:
        assert "中山路街道/2026年二季度/卫片图斑.zip" in archive.namelist()
        assert all(not member.flag_bits & 0x800 for member in archive.infolist())


def test_the_second_batch_has_no_prj_and_coordinates_of_zone_35(samples: Path) -> None:
    members = unpacked("q3.zip", (samples / "patches-2026-q3.zip").read_bytes())
    assert {Path(path).suffix for path in members} == {".shp", ".shx", ".dbf"}
    patches = pyogrio.read_dataframe(samples / "patches-2026-q3.zip", encoding="gbk")
    assert patches.crs is None
    assert 35.2e6 < patches.total_bounds[0] < 35.8e6


def test_protection_carries_personal_columns_that_are_invented(samples: Path) -> None:
    protected = pyogrio.read_dataframe(samples / "permanent-basic-farmland.zip", encoding="gbk")
    assert protected["ZRRMC"].str.startswith("示例").all()
    assert protected["ZRRZJHM"].str.startswith("00000019000101").all()
    assert protected["LXDH"].str.startswith("000").all()
    assert protected["JZDZ"].str.startswith("示例").all()


def test_the_patches_show_every_category_change_group_and_outcome(
    expected: dict[str, Any], world: World
) -> None:
    findings = [
        finding
        for batch in expected.values()
        for patch in batch.values()
        for finding in patch["findings"]
    ]
    assert {finding["category"] for finding in findings} == {*Category, None}
    assert {finding["outcome"] for finding in findings} == {"case", "sliver", "not_farmland"}
    assert {finding["severity"] for finding in findings} == {0, 1, 2, 3, 4}
    assert set(world.patches.change_group) == set(ChangeGroup)
    assert {finding["village"] for finding in findings} == set(world.township.villages.codes)


def test_the_batches_hold_as_many_patches_as_expected(
    samples: Path, expected: dict[str, Any]
) -> None:
    second = pyogrio.read_dataframe(samples / "patches-2026-q3.zip", encoding="gbk")
    assert set(second["JCBH"]) == set(expected["2"])
    assert len(expected["1"]) == 67
    assert len(second) == len(expected["2"]) == 40


def test_ground_seen_again_overlaps_its_first_sighting(world: World) -> None:
    patches = world.patches
    by_name = dict(zip(patches.scenario, patches.geometry, strict=True))
    again = {
        patch["scenario"]: patch["like"] for patch in world.expected["2"].values() if patch["like"]
    }
    assert len(again) == 10
    for name, first in again.items():
        shared = by_name[name].intersection(by_name[first]).area
        union = by_name[name].union(by_name[first]).area
        assert shared / union >= 0.5 or shared / by_name[first].area >= 0.8, name


def test_patches_that_do_not_mean_the_same_ground_stay_apart(world: World) -> None:
    patches = world.patches
    fresh = np.array([not patch["like"] for patch in _expectations(world)])
    left, right = shapely.STRtree(patches.geometry[fresh]).query(
        patches.geometry[fresh], predicate="dwithin", distance=20.0
    )
    assert (left == right).all()


def _expectations(world: World) -> list[dict[str, Any]]:
    return [
        world.expected[str(batch)][str(number)]
        for batch, number in zip(world.patches.batch, world.patches.patch_no, strict=True)
    ]


def test_the_list_of_scenarios_names_each_once() -> None:
    path = Path(__file__).parents[2] / "data" / "samples" / "generator" / "scenarios.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        names = [row["name"] for row in csv.DictReader(lines)]
    assert len(names) == len(set(names)) == 107
