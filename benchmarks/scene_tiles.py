"""Tiles of a scene: latency beside titiler.core's, on the same file in the same run.

    python -m benchmarks.scene_tiles [TILES]

titiler.core is no dependency; it runs in an environment of its own that PLOTWATCH_TITILER_PYTHON
names (``pip install titiler.core httpx``). Both are asked through an application in process, one
route that opens the file, draws and answers; ours without the login and the query that the
service's own route adds.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import morecantile
import numpy as np
import rasterio
from fastapi import FastAPI, Response
from fastapi.testclient import TestClient

from spatial.imagery.files.cog import write_cog
from spatial.imagery.files.scenes import open_scene
from spatial.imagery.pictures.display import Combination, whole_stretch
from spatial.imagery.pictures.tiles import TileScene, scene_tile

NAMES = ("blue", "green", "red", "near_infrared")
SIDE = 4096
ZOOMS = (12, 14, 16)
ROUNDS = 3
THEIRS = """
import json, sys, time
from fastapi import FastAPI
from starlette.testclient import TestClient
from titiler.core.factory import TilerFactory
path, low, high, tiles, rounds = json.loads(sys.argv[1])
app = FastAPI()
app.include_router(TilerFactory().router)
client = TestClient(app)
found = []
for _ in range(rounds):
    for z, x, y in tiles:
        begun = time.perf_counter()
        answer = client.get(
            f"/tiles/WebMercatorQuad/{z}/{x}/{y}.png",
            params={"url": path, "bidx": [3, 2, 1], "rescale": f"{low},{high}"},
        )
        found.append(time.perf_counter() - begun)
        assert answer.status_code == 200, answer.text
print(json.dumps(found))
"""


def made_scene(folder: Path) -> Path:
    """A grainy scene of 4096 × 4096 pixels, 4 bands, as the service keeps it."""
    random = np.random.default_rng(8)
    source, target = folder / "source.tif", folder / "scene.tif"
    with rasterio.open(
        source, "w", driver="GTiff", width=SIDE, height=SIDE, count=4, dtype="uint8",
        crs="EPSG:4523", transform=rasterio.transform.from_origin(35_585_300, 3_250_000, 2, 2),
        tiled=True, compress="deflate", photometric="minisblack",
    ) as dataset:  # fmt: skip
        for band in range(1, 5):
            coarse = random.integers(40, 200, (SIDE // 64, SIDE // 64), dtype="uint8")
            plain = np.kron(coarse, np.ones((64, 64), dtype="uint8"))
            dataset.write(plain + random.integers(0, 9, plain.shape, dtype="uint8"), band)
    with open_scene(source) as dataset:
        write_cog(dataset, target)
    source.unlink()
    return target


def tiles_of(path: Path, count: int) -> list[tuple[int, int, int]]:
    """Tiles spread over the scene, the same number of each zoom."""
    with rasterio.open(path) as dataset:
        bounds = rasterio.warp.transform_bounds(dataset.crs, "EPSG:4326", *dataset.bounds)
    grid = morecantile.tms.get("WebMercatorQuad")
    random = np.random.default_rng(8)
    chosen = []
    for zoom in ZOOMS:
        listed = list(grid.tiles(*bounds, [zoom]))
        for at in random.choice(len(listed), min(count // len(ZOOMS), len(listed)), replace=False):
            chosen.append((listed[at].z, listed[at].x, listed[at].y))
    return chosen


def ours(scene: TileScene, tiles: list[tuple[int, int, int]]) -> list[float]:
    """Seconds of each tile, all of them asked for several times."""
    app = FastAPI()

    @app.get("/tiles/{z}/{x}/{y}.png")
    def tile(z: int, x: int, y: int) -> Response:
        content = scene_tile(scene, Combination.TRUE, (z, x, y))
        return Response(content or b"", media_type="image/png")

    client = TestClient(app)
    found = []
    for _ in range(ROUNDS):
        for z, x, y in tiles:
            begun = time.perf_counter()
            answer = client.get(f"/tiles/{z}/{x}/{y}.png")
            found.append(time.perf_counter() - begun)
            assert answer.status_code == 200
    return found


def theirs(path: Path, tiles: list[tuple[int, int, int]]) -> list[float]:
    """Seconds of each tile from titiler.core."""
    asked = json.dumps([str(path), 40, 208, tiles, ROUNDS])
    command = [os.environ["PLOTWATCH_TITILER_PYTHON"], "-c", THEIRS, asked]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer: list[float] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def main() -> None:
    """Ask both for the same tiles and print their latencies."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    with tempfile.TemporaryDirectory() as name:
        path = made_scene(Path(name))
        with open_scene(path) as dataset:
            scene = TileScene(path, NAMES, whole_stretch(dataset))
        tiles = tiles_of(path, count)
        mine, other = ours(scene, tiles), theirs(path, tiles)
    for who, found in (("plotwatch", mine), ("titiler.core", other)):
        told = {
            "who": who,
            "tiles": len(found),
            "median_ms": round(1000 * median(found), 1),
            "p95_ms": round(1000 * float(np.percentile(found, 95)), 1),
        }
        print(json.dumps(told))
    print(json.dumps({"median_ratio": round(median(mine) / median(other), 2)}))


if __name__ == "__main__":
    main()
