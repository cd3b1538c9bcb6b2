"""A disk without room for a scene is told as such, and nothing of the scene stays."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient

from service.runtime import Runtime
from service.scenes.converting import convert
from spatial.imagery.files.stacking import stack
from tests.service.imports.building import leftovers
from tests.service.scenes.sending import ready, send
from tests.spatial.imagery.scene_maker import files_of_at_most, write_scene

ROOM = 300_000


def noise(bands: int) -> np.ndarray:
    return np.random.default_rng(1).integers(1, 255, (bands, 600, 600), dtype="uint8")


def test_a_conversion_without_room_fails_with_the_reason_and_may_be_repeated(
    client: TestClient, runtime: Runtime, tmp_path: Path
) -> None:
    path = write_scene(tmp_path / "20260328.tif", noise(4))
    number = send(client, path).json()["id"]
    with files_of_at_most(ROOM):
        convert(runtime, number)
    scene = client.get(f"/api/scenes/{number}").json()
    assert (scene["status"], scene["problem"]["code"]) == ("failed", "no-space")
    assert leftovers(runtime) == []
    assert list(runtime.files.hashes()) == []
    assert ready(client, runtime, path)["status"] == "ready"


def test_bands_that_cannot_be_put_together_without_room_are_not_taken(
    client: TestClient, runtime: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cramped(bands: Mapping[str, Path], target: Path) -> None:
        with files_of_at_most(ROOM):
            stack(bands, target)

    monkeypatch.setattr("service.scenes.arriving.stack", cramped)
    archive = tmp_path / "S2A_20260328.zip"
    with zipfile.ZipFile(archive, "w") as content:
        for name in ("B04", "B08"):
            band = write_scene(tmp_path / f"S2A_20260328_{name}.tif", noise(1))
            content.write(band, band.name)
    answer = send(client, archive)
    assert (answer.status_code, answer.json()["code"]) == (507, "no-space")
    assert leftovers(runtime) == []
    assert list(runtime.files.hashes()) == []
