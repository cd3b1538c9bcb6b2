"""Tiles of one scene and of the newest ones, and the COG for a desktop."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import rasterio
from fastapi.testclient import TestClient
from PIL import Image
from rasterio.io import MemoryFile

from service.runtime import Runtime
from tests.conftest import PASSWORD
from tests.service.scenes.sending import AROUND, ready
from tests.spatial.imagery.scene_maker import fields, write_scene

# The tile of zoom 14 that holds 105.9°E 29.35°N.
WIDE = "14/13011/6793"


def pixels(answer: object) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(answer.content)))  # type: ignore[attr-defined]


@pytest.mark.parametrize("bands", ["true", "false", "ndvi"])
def test_a_scene_is_served_as_tiles(client: TestClient, pair: list[int], bands: str) -> None:
    answer = client.get(f"/api/scenes/{pair[0]}/tiles/{WIDE}.png?bands={bands}")
    assert answer.status_code == 200
    picture = pixels(answer)
    assert picture.shape == (256, 256, 4)
    assert picture[..., 3].max() == 255
    away = client.get(f"/api/scenes/{pair[0]}/tiles/14/100/100.png?bands={bands}")
    assert away.status_code == 204


def test_the_address_of_the_standard_gives_the_same_tile(
    client: TestClient, pair: list[int]
) -> None:
    z, x, y = WIDE.split("/")
    ours = client.get(f"/api/scenes/{pair[0]}/tiles/{z}/{x}/{y}.png")
    theirs = client.get(f"/api/scenes/{pair[0]}/map/tiles/WebMercatorQuad/{z}/{y}/{x}")
    assert ours.content == theirs.content


def test_a_stretch_of_ones_own_changes_the_picture(client: TestClient, pair: list[int]) -> None:
    address = f"/api/scenes/{pair[0]}/tiles/{WIDE}.png"
    plain, dark = client.get(address), client.get(f"{address}?stretch=0,5000")
    assert pixels(dark)[..., :3].mean() < pixels(plain)[..., :3].mean() / 2
    for wrong in ("1", "9,1", "a,b", "0,1,2", "nan,1", "0,1,0,1,0,1,0,1"):
        answer = client.get(f"{address}?stretch={wrong}")
        assert (answer.status_code, answer.json()["parameter"]) == (400, "stretch")


def test_the_mosaic_shows_the_newest_scene_up_to_a_day(
    client: TestClient, runtime: Runtime, pair: list[int], tmp_path: Path
) -> None:
    bright = np.full((4, 40, 40), 250, "uint8")
    bright[:, ::2] = 10
    corner = write_scene(tmp_path / "c.tif", bright, transform=AROUND, taken="2026:09:01 10:00:00")
    newest = ready(client, runtime, corner)["id"]
    mosaic = client.get(f"/api/scenes/mosaic/{WIDE}.png")
    alone = client.get(f"/api/scenes/{newest}/tiles/{WIDE}.png")
    below = client.get(f"/api/scenes/{pair[1]}/tiles/{WIDE}.png")
    on_top = pixels(alone)[..., 3] == 255
    assert 0 < on_top.sum() < on_top.size
    assert (pixels(mosaic)[on_top] == pixels(alone)[on_top]).all()
    assert (pixels(mosaic)[~on_top] == pixels(below)[~on_top]).all()
    earlier = client.get(f"/api/scenes/mosaic/{WIDE}.png?date=2026-04-01")
    first = client.get(f"/api/scenes/{pair[0]}/tiles/{WIDE}.png")
    assert earlier.content == first.content
    assert client.get(f"/api/scenes/mosaic/{WIDE}.png?date=2020-01-01").status_code == 204


def test_a_village_sees_no_mosaic_of_strange_ground(client: TestClient, pair: list[int]) -> None:
    client.auth = ("village", PASSWORD)
    assert client.get(f"/api/scenes/mosaic/{WIDE}.png").status_code == 204
    assert client.get(f"/api/scenes/{pair[0]}/cog.tif").status_code == 404


def test_tiles_are_described_for_maps(client: TestClient, pair: list[int]) -> None:
    one = client.get(f"/api/scenes/{pair[0]}/tilejson.json?bands=ndvi").json()
    assert one["bounds"] == pytest.approx([105.895, 29.344, 105.911, 29.36], abs=1e-6)
    z, x, y = WIDE.split("/")
    address = one["tiles"][0].format(z=z, x=x, y=y)
    assert (
        client.get(address).content
        == client.get(f"/api/scenes/{pair[0]}/tiles/{WIDE}.png?bands=ndvi").content
    )
    all_of_them = client.get("/api/scenes/mosaic/tilejson.json?date=2026-04-01").json()
    assert client.get(all_of_them["tiles"][0].format(z=z, x=x, y=y)).status_code == 200


def test_the_cog_is_handed_out_whole_and_in_ranges(client: TestClient, pair: list[int]) -> None:
    whole = client.get(f"/api/scenes/{pair[0]}/cog.tif")
    part = client.get(f"/api/scenes/{pair[0]}/cog.tif", headers={"Range": "bytes=0-99"})
    assert (part.status_code, part.content) == (206, whole.content[:100])
    with MemoryFile(whole.content) as file, file.open() as dataset:
        assert (dataset.read() == fields()).all()
        assert dataset.crs == rasterio.crs.CRS.from_epsg(4490)
