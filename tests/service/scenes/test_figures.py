"""Figures of a case in the scenes that show it: stored, shown, made again, never a verdict."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from service.cases.models import Case
from service.runtime import Runtime
from service.scenes.measuring import measure_due
from tests.service.scenes.sending import AROUND, make_dated_case, ready
from tests.spatial.imagery.scene_maker import fields, write_scene

# The case covers these pixels of a scene around it exactly.
ROWS, COLUMNS = slice(95, 100), slice(50, 55)


def imagery(client: TestClient, case: int) -> dict[str, Any]:
    answer: dict[str, Any] = client.get(f"/api/cases/{case}").json()["imagery"]
    return answer


def with_roof() -> np.ndarray:
    bands = fields()
    bands[:, 93:102, 48:57] = 200
    return bands


def send_later(
    client: TestClient, runtime: Runtime, folder: Path, bands: np.ndarray, taken: str
) -> int:
    path = write_scene(folder / "later.tif", bands, transform=AROUND, taken=taken)
    return int(ready(client, runtime, path)["id"])


def test_a_case_has_figures_of_the_scenes_that_show_it(
    client: TestClient, runtime: Runtime, pair: list[int]
) -> None:
    case = make_dated_case(runtime)
    assert imagery(client, case) is None
    assert measure_due(runtime) == 1
    shown = imagery(client, case)
    assert [shown["before"]["scene_id"], shown["after"]["scene_id"]] == pair
    bands = fields().astype(float)[:, ROWS, COLUMNS]
    ndvi = ((bands[3] - bands[2]) / (bands[3] + bands[2])).mean()
    assert shown["before"]["ndvi"] == pytest.approx(ndvi, abs=2e-3)
    assert shown["before"]["pixels"] == pytest.approx(25, rel=1e-3)
    assert (shown["before"]["cloud_share"], shown["before"]["nodata_share"]) == (0, 0)
    assert shown["before"]["bare_soil"] is None
    assert shown["latest"] is None
    assert shown["missing"] == []
    assert set(shown["chips"]) == {"before", "after", "pair"}
    for address in shown["chips"].values():
        assert client.get(address).status_code == 200


def test_declared_construction_on_unchanged_vegetation_is_flagged_and_the_category_stays(
    client: TestClient, runtime: Runtime, pair: list[int], tmp_path: Path
) -> None:
    case = make_dated_case(runtime)
    before = client.get(f"/api/cases/{case}").json()["category"]
    measure_due(runtime)
    told = client.get(f"/api/cases/{case}").json()
    assert [flag["code"] for flag in told["imagery"]["contradictions"]] == ["vegetation-unchanged"]
    assert "待核实" in told["imagery"]["contradictions"][0]["detail"]
    assert told["category"] == before


def test_a_better_scene_makes_figures_and_pictures_again(
    client: TestClient, runtime: Runtime, pair: list[int], tmp_path: Path
) -> None:
    case = make_dated_case(runtime)
    measure_due(runtime)
    first = client.get(f"/api/cases/{case}/chips/after.png")
    better = send_later(client, runtime, tmp_path, with_roof(), "2026:07:02 10:00:00")
    assert measure_due(runtime) == 1
    shown = imagery(client, case)
    assert shown["after"]["scene_id"] == better
    assert shown["after"]["ndvi"] == pytest.approx(0, abs=1e-6)
    assert shown["contradictions"] == []
    assert shown["latest"]["scene_id"] == pair[1]
    second = client.get(f"/api/cases/{case}/chips/after.png")
    assert second.headers["etag"] != first.headers["etag"]
    assert second.content != first.content


def test_ground_said_to_be_restored_is_looked_at_in_the_newest_scene(
    client: TestClient, runtime: Runtime, pair: list[int], tmp_path: Path
) -> None:
    case = make_dated_case(runtime)
    send_later(client, runtime, tmp_path, with_roof(), "2026:10:02 10:00:00")
    with runtime.database.transaction() as session:
        session.get_one(Case, case).status = "acceptance"
    measure_due(runtime)
    codes = [flag["code"] for flag in imagery(client, case)["contradictions"]]
    assert "not-recovered" in codes


def test_a_clouded_scene_gives_way_to_a_clear_one(
    client: TestClient, runtime: Runtime, pair: list[int], tmp_path: Path
) -> None:
    case = make_dated_case(runtime)
    hidden = fields()
    hidden[:, ROWS, COLUMNS] = 0
    path = write_scene(
        tmp_path / "holes.tif", hidden, transform=AROUND, taken="2026:07:02 10:00:00", nodata=0
    )
    ready(client, runtime, path)
    measure_due(runtime)
    assert imagery(client, case)["after"]["scene_id"] == pair[1]


def test_a_case_that_no_scene_shows_says_so(client: TestClient, runtime: Runtime) -> None:
    case = make_dated_case(runtime)
    measure_due(runtime)
    shown = imagery(client, case)
    assert [side["side"] for side in shown["missing"]] == ["before", "after"]
    assert (shown["chips"], shown["contradictions"]) == ({}, [])


def test_measured_cases_are_not_measured_again_until_their_ground_changes(
    client: TestClient, runtime: Runtime, pair: list[int]
) -> None:
    case = make_dated_case(runtime)
    measure_due(runtime)
    with runtime.database.transaction() as session:
        session.execute(text("UPDATE scene SET finished_at = finished_at - interval '1 hour'"))
    assert measure_due(runtime) == 0
    with runtime.database.transaction() as session:
        session.execute(text("UPDATE suspect_case SET run_id = gen_random_uuid()"))
    assert measure_due(runtime) == 1
    assert imagery(client, case)["before"]["scene_id"] == pair[0]


def test_scenes_of_the_map_say_what_they_show_in_the_geojson(
    client: TestClient, runtime: Runtime, pair: list[int]
) -> None:
    case = make_dated_case(runtime)
    measure_due(runtime)
    feature = client.get("/api/cases.geojson").json()["features"][0]
    assert feature["properties"]["imagery"]["chips"]["pair"] == f"/api/cases/{case}/chips/pair.png"


def test_a_scene_from_before_the_change_does_not_stand_for_after_it(
    client: TestClient, runtime: Runtime, tmp_path: Path
) -> None:
    path = write_scene(tmp_path / "b.tif", transform=AROUND, taken="2026:05:20 10:00:00")
    ready(client, runtime, path)
    case = make_dated_case(runtime)
    told = client.get(f"/api/cases/{case}/scenes").json()
    assert (told["before"], told["after"]) == (None, None)
