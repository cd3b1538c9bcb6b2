"""Scenes sent over HTTP become tiles and chips; what is no scene leaves nothing behind."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image
from sqlalchemy import text

from service.runtime import Runtime
from service.scenes.choosing import candidates
from service.scenes.models import Scene
from tests.conftest import PASSWORD
from tests.service.scenes.sending import BEFORE, make_dated_case, ready, send
from tests.spatial.imagery.scene_maker import fields, write_scene


def test_a_scene_is_taken_in_and_made_ready(
    client: TestClient, runtime: Runtime, tmp_path: Path
) -> None:
    path = write_scene(tmp_path / "a.tif", taken=BEFORE)
    sent = send(client, path, sensor="GF-2")
    assert (sent.status_code, sent.json()["status"]) == (202, "queued")
    scene = ready(client, runtime, path)
    assert scene["status"] == "ready"
    assert (scene["taken_on"], scene["sensor"]) == ("2026-03-28", "GF-2")
    assert scene["bands"] == ["blue", "green", "red", "near_infrared"]
    assert scene["resolution_m"] == pytest.approx(11.1, abs=0.1)
    assert send(client, path).json()["id"] == scene["id"]
    assert len(list(runtime.files.hashes())) == 1


def test_the_date_is_read_from_the_name_or_asked_for(client: TestClient, tmp_path: Path) -> None:
    named = write_scene(tmp_path / "GF2_20260328_L1A.tif")
    assert send(client, named).json()["taken_on"] == "2026-03-28"
    unknown = send(client, write_scene(tmp_path / "a.tif", fields(roof=True)))
    assert (unknown.status_code, unknown.json()["parameter"]) == (400, "taken_on")


def test_only_the_office_sends_scenes(client: TestClient, tmp_path: Path) -> None:
    client.auth = ("village", PASSWORD)
    assert send(client, write_scene(tmp_path / "a.tif", taken=BEFORE)).status_code == 403


def test_a_village_sees_scenes_of_its_own_ground_only(
    client: TestClient, runtime: Runtime, pair: list[int]
) -> None:
    client.auth = ("village", PASSWORD)
    assert client.get("/api/scenes").json()["items"] == []
    with runtime.database.transaction() as session:
        session.execute(text(BOUNDARY))
    assert len(client.get("/api/scenes").json()["items"]) == 2
    assert client.get(f"/api/scenes/{pair[0]}").status_code == 200


def test_scenes_are_found_by_place_and_day(client: TestClient, pair: list[int]) -> None:
    def ids(query: str) -> list[int]:
        return [item["id"] for item in client.get(f"/api/scenes?{query}").json()["items"]]

    assert ids("bbox=105.9,29.35,105.91,29.36") == pair[::-1]
    assert ids("bbox=106.9,29.35,106.91,29.36") == []
    assert ids("from=2026-05-01") == [pair[1]]
    assert ids("to=2026-05-01") == [pair[0]]
    assert client.get("/api/scenes?bbox=1,2,nan,4").status_code == 400


def test_a_case_has_its_two_chips_and_the_pair(
    client: TestClient, runtime: Runtime, pair: list[int]
) -> None:
    case = make_dated_case(runtime)
    told = client.get(f"/api/cases/{case}/scenes").json()
    assert [told["before"]["id"], told["after"]["id"]] == pair
    sizes = []
    for which in ("before", "after", "pair"):
        answer = client.get(f"/api/cases/{case}/chips/{which}.png")
        assert answer.headers["content-type"] == "image/png"
        sizes.append(Image.open(io.BytesIO(answer.content)).size)
    assert sizes == [(512, 542), (512, 542), (1032, 542)]
    assert len(list((runtime.settings.home / "cache").rglob("*/*/*"))) == 3
    known = {"If-None-Match": answer.headers["etag"]}
    again = client.get(f"/api/cases/{case}/chips/pair.png", headers=known)
    assert again.status_code == 304


def test_a_case_that_no_scene_shows_says_so(client: TestClient, runtime: Runtime) -> None:
    answer = client.get(f"/api/cases/{make_dated_case(runtime)}/chips/before.png")
    assert (answer.status_code, answer.json()["code"]) == (404, "no-scene")


def test_the_scene_of_a_day_serves_its_own_side_only() -> None:
    early, late = (Scene(id=n, taken_on=date(2026, m, 1)) for n, m in ((1, 3), (2, 7)))
    found = candidates([early, late], date(2026, 2, 20), date(2026, 7, 10)).best()
    assert (found.before, found.after) == (early, late)
    alone = candidates([late], date(2026, 2, 20), date(2026, 7, 10)).best()
    assert (alone.before, alone.after) == (None, late)


BOUNDARY = """
INSERT INTO layer_version (layer, version, effective_on, published_at, feature_count, edited_at)
    VALUES ('villages', 1, '2026-01-01', now(), 1, now());
CREATE TABLE village_boundary_v1 PARTITION OF village_boundary FOR VALUES IN (1);
INSERT INTO village_boundary (version_id, source_row, code, name, area_m2, attributes, geom)
SELECT 1, 1, '500118001202', '三星村', 1, '{}',
       ST_Multi(ST_MakeEnvelope(105.9, 29.35, 105.91, 29.36, 4490));
"""
