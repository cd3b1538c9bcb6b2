"""Two scenes compared: their changes become patches of an import of their own, and cases."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import geopandas
import pytest
import rasterio
import shapely
from fastapi.testclient import TestClient

from service.imports.pipeline import run_import
from service.runtime import Runtime
from service.scenes.detecting import detect
from service.scenes.models import SceneDetection
from service.scenes.working import claimed
from spatial.words import LayerName
from tests.conftest import PASSWORD
from tests.service.imports.building import import_now, write_layer
from tests.service.scenes.sending import AFTER, BEFORE, ready
from tests.spatial.imagery.scene_maker import write_scene

GROUND = shapely.box(105.89, 29.34, 105.92, 29.37)


def ask(client: TestClient, before: int, after: int) -> Any:
    return client.post("/api/scenes/detections", json={"before": before, "after": after})


@pytest.fixture
def farmland(runtime: Runtime, tmp_path: Path) -> None:
    """One village of cropland under the scenes."""
    codes = {"ZLDWDM": ["500118001202"], "ZLDWMC": ["示例村"]}
    import_now(runtime, write_layer(tmp_path / "v.gpkg", codes, [GROUND]), LayerName.VILLAGES)
    plots = {"TBBH": ["1"], "DLBM": ["0101"]}
    import_now(runtime, write_layer(tmp_path / "p.gpkg", plots, [GROUND]), LayerName.PLOTS)


@pytest.mark.usefixtures("farmland")
def test_changes_go_through_the_ordinary_import_and_raise_cases(
    client: TestClient, runtime: Runtime, pair: list[int]
) -> None:
    asked = ask(client, *pair)
    assert (asked.status_code, asked.json()["status"]) == (202, "queued")
    number = asked.json()["id"]
    detect(runtime, number)
    done = client.get(f"/api/scenes/detections/{number}").json()
    assert (done["status"], done["found"]["changes"]) == ("ready", 1)
    run_import(runtime, done["import_id"])
    batch = client.get(f"/api/imports/{done['import_id']}").json()
    assert (batch["status"], batch["source"]) == ("published", "detection")
    assert batch["counts"]["cases_raised"] == done["found"]["changes"]
    cases = client.get("/api/cases").json()["items"]
    case = cases[0]
    assert case["patch"]["patch_no"].startswith(f"ZJ20260711D{number}-")
    assert case["patch"]["source"] == "detection"
    assert [case["patch"]["before_date"], case["patch"]["after_date"]] == [
        "2026-03-28", "2026-07-11",
    ]  # fmt: skip
    roof = shapely.box(105.902, 29.351, 105.904, 29.353)
    found = shapely.union_all([shapely.geometry.shape(case["geometry"]) for case in cases])
    assert found.intersection(roof).area > 0.9 * roof.area


def test_the_same_comparison_is_made_once(
    client: TestClient, runtime: Runtime, pair: list[int]
) -> None:
    first = ask(client, *pair)
    again = ask(client, *pair)
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    listed = client.get("/api/scenes/detections").json()["items"]
    assert [item["id"] for item in listed] == [first.json()["id"]]


def test_scenes_without_a_change_make_no_import(
    client: TestClient, runtime: Runtime, pair: list[int], tmp_path: Path
) -> None:
    later = write_scene(
        tmp_path / "same.tif", taken="2026:08:01 10:00:00",
        transform=rasterio.transform.from_origin(105.895, 29.36, 1e-4, 1e-4),
    )  # fmt: skip
    third = ready(client, runtime, later)["id"]
    number = ask(client, pair[0], third).json()["id"]
    detect(runtime, number)
    done = client.get(f"/api/scenes/detections/{number}").json()
    assert (done["status"], done["found"]["changes"], done["import_id"]) == ("ready", 0, None)
    assert client.get("/api/imports").json()["items"] == []


def test_scenes_that_cannot_be_compared_are_refused(
    client: TestClient, runtime: Runtime, pair: list[int], tmp_path: Path
) -> None:
    swapped = ask(client, pair[1], pair[0])
    assert (swapped.status_code, swapped.json()["code"]) == (400, "scene-order")
    far = rasterio.transform.from_origin(107.0, 29.36, 1e-4, 1e-4)
    away = ready(client, runtime, write_scene(tmp_path / "far.tif", transform=far, taken=AFTER))
    apart = ask(client, pair[0], away["id"])
    assert (apart.status_code, apart.json()["code"]) == (400, "scenes-apart")
    assert ask(client, pair[0], 999).status_code == 404
    assert client.get("/api/scenes/detections").json()["items"] == []


def test_only_those_who_import_may_compare(client: TestClient, pair: list[int]) -> None:
    for role in ("village", "department", "leader"):
        client.auth = (role, PASSWORD)
        assert ask(client, *pair).status_code == 403


def test_patches_of_files_are_written_without_a_service(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from service.cli.main import app
    from tests.spatial.imagery.scene_maker import fields

    before = write_scene(tmp_path / "b.tif", taken=BEFORE)
    after = write_scene(tmp_path / "a.tif", fields(roof=True), taken=AFTER)
    out = tmp_path / "p.gpkg"
    ran = CliRunner().invoke(app, ["detect", str(before), str(after), "--out", str(out)])
    assert ran.exit_code == 0, ran.output
    assert len(geopandas.read_file(out)) > 0
    # The days are those that the files say.
    assert set(geopandas.read_file(out)["HSX"]) == {"20260711"}
    wrong = CliRunner().invoke(app, ["detect", str(before), "no-such-file"])
    assert wrong.exit_code == 2
    other = tmp_path / "other.gpkg"
    swapped = CliRunner().invoke(app, ["detect", str(after), str(before), "--out", str(other)])
    assert getattr(swapped.exception, "problem_code", None) == "scene-order"
    assert not other.exists()


@pytest.mark.usefixtures("farmland")
def test_a_full_disk_ends_the_work_and_says_so(
    client: TestClient, runtime: Runtime, pair: list[int]
) -> None:
    number = ask(client, *pair).json()["id"]
    with claimed(runtime, SceneDetection, number):
        raise OSError(errno.ENOSPC, "No space left on device")
    ended = client.get(f"/api/scenes/detections/{number}").json()
    assert (ended["status"], ended["problem"]["code"]) == ("failed", "no-space")
