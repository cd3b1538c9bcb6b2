"""What the product exports, sent back to it."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely
from fastapi.testclient import TestClient
from sqlalchemy import text

from service.imports.models import Import
from service.imports.submitting import ImportOptions
from service.runtime import Runtime
from spatial.words import LayerName
from tests.service.imports.building import SOUTH, STEP, WEST, import_now, square, write_layer

OWN_CODES = 'change_codes = { ZZ = "orchard" }'


def slanted(place: int) -> shapely.Polygon:
    """An outline with more decimals than any export keeps."""
    west, south = WEST + place * STEP, SOUTH
    turned = shapely.affinity.rotate(shapely.Point(west, south).buffer(0.0003), place / 7)
    return shapely.Polygon(shapely.get_coordinates(turned))


@pytest.fixture
def batch(township: Runtime, tmp_path: Path) -> Import:
    """Ten patches with attributes of their senders, and codes of a profile of their own."""
    numbers = [f"JC{n}" for n in range(10)]
    columns = {
        "JCBH": numbers,
        "TBLX": ["ZZ"] * 10,
        "QSX": ["20260104"] * 10,
        "HSX": ["20260402"] * 10,
        "BZ": ["镇界旁"] * 10,
    }
    path = write_layer(tmp_path / "first.gpkg", columns, [slanted(n) for n in range(10)])
    return import_now(township, path, LayerName.PATCHES, ImportOptions(profile=OWN_CODES))


def exported(office: TestClient, folder: Path, name: str, collection: str = "patches") -> Path:
    """The download of a collection, as it is or as a desktop saves it again."""
    ending = "fgb" if name == "fgb" else "geojson"
    answer = office.get(f"/ogc/collections/{collection}/download.{ending}")
    assert answer.status_code == 200, answer.text
    path = folder / f"{collection}.{ending}"
    path.write_bytes(answer.content)
    if name != "shp":
        return path
    geopandas.read_file(path).to_crs(4523).to_file(folder / "卫片.shp", encoding="UTF-8")
    packed = folder / "shp.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for part in folder.glob("卫片.*"):
            archive.write(part, part.name)
    return packed


def patches(runtime: Runtime) -> list[Any]:
    query = "SELECT patch_no, revision, change_group, attributes FROM patch ORDER BY id"
    with runtime.database.reading() as session:
        return [tuple(row) for row in session.execute(text(query))]


@pytest.mark.parametrize("name", ["geojson", "fgb", "shp"])
def test_an_export_of_patches_that_comes_back_is_unchanged(
    batch: Import, office: TestClient, township: Runtime, tmp_path: Path, name: str
) -> None:
    before = patches(township)
    job = import_now(township, exported(office, tmp_path, name), LayerName.PATCHES)
    assert (job.counts["unchanged"], job.counts["updated"]) == (10, 0)
    assert patches(township) == before
    assert {row[1:3] for row in before} == {(1, "orchard")}


def test_what_was_edited_in_an_export_is_updated_and_keeps_what_it_does_not_carry(
    batch: Import, office: TestClient, township: Runtime, tmp_path: Path
) -> None:
    frame = geopandas.read_file(exported(office, tmp_path, "geojson"))
    moved = shapely.affinity.translate(frame.geometry[0], 0.0001)
    frame.loc[0, "geometry"] = moved
    frame.loc[1, "核对"] = "已核对"
    edited = tmp_path / "edited.gpkg"
    frame.to_file(edited)
    job = import_now(township, edited, LayerName.PATCHES)
    assert (job.counts["unchanged"], job.counts["updated"]) == (8, 2)
    found = {number: (revision, told) for number, revision, _, told in patches(township)}
    assert found["JC0"] == (2, {"BZ": "镇界旁"})
    assert found["JC1"] == (2, {"BZ": "镇界旁", "核对": "已核对"})
    assert found["JC2"] == (1, {"BZ": "镇界旁"})


def test_the_first_file_sent_again_after_an_edited_export_restores_the_patch(
    batch: Import, office: TestClient, township: Runtime, tmp_path: Path
) -> None:
    frame = geopandas.read_file(exported(office, tmp_path, "geojson"))
    frame.loc[0, "after_date"] = "2026-04-03"
    frame.to_file(tmp_path / "edited.geojson")
    assert import_now(township, tmp_path / "edited.geojson", LayerName.PATCHES).counts["updated"]
    geopandas.read_file(tmp_path / "first.gpkg").to_file(tmp_path / "same.geojson")
    profile = ImportOptions(profile=OWN_CODES)
    job = import_now(township, tmp_path / "same.geojson", LayerName.PATCHES, profile)
    assert (job.counts["unchanged"], job.counts["updated"]) == (9, 1)


def test_cases_are_no_patches(
    batch: Import, office: TestClient, township: Runtime, tmp_path: Path
) -> None:
    """They would raise every case once more."""
    cases = tmp_path / "api.geojson"
    cases.write_bytes(office.get("/api/cases.geojson").content)
    for path in (exported(office, tmp_path, "geojson", "cases"), cases):
        job = import_now(township, path, LayerName.PATCHES)
        assert job.status == "rejected"
        assert job.problem is not None
        assert job.problem["code"] == "export-of-another-layer"
    assert len(patches(township)) == 10


@pytest.mark.parametrize("collection", ["plots", "zones"])
def test_ground_that_comes_back_keeps_its_attributes_and_brings_no_columns_of_ours(
    office: TestClient, township: Runtime, tmp_path: Path, collection: str
) -> None:
    layer, parent = LayerName.PLOTS, "plot"
    # Which of two rows of one number is meant nobody can tell.
    numbers, notes = ["1", "2", "2"], ["甲", "乙", "丙"]
    columns = {"TBBH": numbers, "DLBM": ["0101"] * 3, "DLMC": notes}
    if collection == "zones":
        layer, parent = LayerName.TEMPORARY_LAND_USE, "zone"
        columns = {"DKBH": numbers, "DLMC": notes}
    first = write_layer(tmp_path / "first.gpkg", columns, [square(n) for n in range(3)])
    import_now(township, first, layer)
    path = exported(office, tmp_path, "geojson", collection)
    job = import_now(township, path, layer)
    assert (job.status, job.counts["read"]) == ("published", 3)
    query = (
        f"SELECT attributes->>'DLMC', attributes - 'DLMC' FROM {parent} JOIN layer_version AS"
        f" version ON version.id = version_id WHERE import_id = {job.id} ORDER BY source_row"
    )
    with township.database.reading() as session:
        found = [tuple(row) for row in session.execute(text(query))]
    assert found == [("甲", {}), (None, {}), (None, {})]
    assert any(decision["name"] == "own_export" for decision in job.decisions)
