"""Images that are none, or lie: a clear problem, nothing kept, little memory and time."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from fastapi.testclient import TestClient

from service.runtime import Runtime
from tests.service.scenes.sending import ready, send
from tests.spatial.imagery.scene_maker import fields, write_scene

NAME = "20260328.tif"


def huge(path: Path, side: int) -> Path:
    """A header that claims ``side`` × ``side`` pixels and holds none: a sparse BigTIFF."""
    profile: dict[str, Any] = {
        "driver": "GTiff", "width": side, "height": side, "count": 1, "dtype": "uint8",
        "crs": "EPSG:4523", "SPARSE_OK": True, "tiled": True, "BIGTIFF": "YES",
        "blockxsize": 4096, "blockysize": 4096,
        "transform": rasterio.transform.from_origin(35_585_300, 3_250_000, 0.01, 0.01),
    }  # fmt: skip
    with rasterio.open(path, "w", **profile):
        pass
    return path


def hostile(folder: Path, kind: str) -> Path:
    path = folder / NAME
    if kind == "vrt":
        path.write_text(f"<VRTDataset><SourceFilename>{folder}</SourceFilename></VRTDataset>")
        return path
    if kind == "header-only":
        path.write_bytes(b"II*\0" + struct.pack("<I", 8) + b"\xff" * 100)
        return path
    if kind == "huge":
        return huge(path, 300_000)
    if kind == "truncated":
        noise = np.random.default_rng(1).integers(1, 255, (4, 400, 400), dtype="uint8")
        write_scene(path, noise)
        path.write_bytes(path.read_bytes()[:300_000])
        return path
    if kind == "one-bit":
        return write_scene(path, (fields()[:1] > 40).astype("uint8"), NBITS=1)
    if kind == "sixty-four-bit":
        return write_scene(path, fields()[:1].astype("int64"))
    if kind == "complex":
        return write_scene(path, fields()[:1].astype("complex64"))
    if kind == "unplaced":
        return write_scene(path, crs=None)
    turned = rasterio.Affine(1e-4, 2e-5, 105.9, 2e-5, -1e-4, 29.36)
    return write_scene(path, transform=turned)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("vrt", "not-an-image"),
        ("header-only", "not-an-image"),
        ("huge", "image-too-large"),
        ("truncated", "not-an-image"),
        ("one-bit", "pixel-type"),
        ("sixty-four-bit", "pixel-type"),
        ("complex", "pixel-type"),
        ("unplaced", "not-georeferenced"),
        ("turned", "image-turned"),
    ],
)
def test_what_is_no_scene_is_refused_at_the_door(
    client: TestClient, runtime: Runtime, tmp_path: Path, kind: str, code: str
) -> None:
    answer = send(client, hostile(tmp_path, kind))
    told = answer.json()
    assert (answer.status_code, told["code"], told["file"]) == (422, code, NAME)
    assert list(runtime.files.hashes()) == []
    assert list((runtime.settings.home / "incoming").iterdir()) == []
    assert client.get("/api/scenes").json()["items"] == []


def test_a_hollow_image_is_rejected_without_reading_it(
    client: TestClient, runtime: Runtime, tmp_path: Path
) -> None:
    scene = ready(client, runtime, huge(tmp_path / NAME, 60_000))
    assert (scene["status"], scene["problem"]["code"]) == ("rejected", "image-hollow")
    assert list(runtime.files.hashes()) == []


def test_an_image_of_nodata_only_is_rejected_and_not_kept(
    client: TestClient, runtime: Runtime, tmp_path: Path
) -> None:
    empty = write_scene(tmp_path / NAME, np.zeros((4, 64, 64), "uint8"), nodata=0)
    scene = ready(client, runtime, empty)
    assert (scene["status"], scene["problem"]["code"]) == ("rejected", "image-empty")
    assert list(runtime.files.hashes()) == []


def test_a_day_to_come_is_refused(client: TestClient, tmp_path: Path) -> None:
    answer = send(client, write_scene(tmp_path / NAME), taken_on="2999-01-01")
    assert (answer.status_code, answer.json()["parameter"]) == (400, "taken_on")
    wrong = send(client, write_scene(tmp_path / NAME), taken_on="yesterday")
    assert (wrong.status_code, wrong.json()["parameter"]) == (400, "taken_on")


def test_sixty_four_bit_floats_become_thirty_two(
    client: TestClient, runtime: Runtime, tmp_path: Path
) -> None:
    scene = ready(client, runtime, write_scene(tmp_path / NAME, fields().astype("float64")))
    assert scene["status"] == "ready"
    whole = client.get(f"/api/scenes/{scene['id']}/cog.tif")
    with rasterio.MemoryFile(whole.content) as file, file.open() as dataset:
        assert set(dataset.dtypes) == {"float32"}
