"""Images that are none, or lie: a clear problem, nothing kept, little memory and time."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from fastapi.testclient import TestClient
from numpy.typing import NDArray
from typer.testing import CliRunner

from service.cli.main import app
from service.runtime import Runtime
from spatial.errors import RasterError
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


def noise(side: int = 400) -> NDArray[np.uint8]:
    return np.random.default_rng(1).integers(1, 255, (4, side, side), dtype="uint8")


def no_image(path: Path, kind: str) -> None:
    contents = {
        "vrt": f"<VRTDataset><SourceFilename>{path.parent}</SourceFilename></VRTDataset>".encode(),
        "header-only": b"II*\0" + struct.pack("<I", 8) + b"\xff" * 100,
        "another-format": b"\x89PNG\r\n\x1a\n" + bytes(200),
    }
    path.write_bytes(contents[kind])


def cut_off(path: Path, kind: str) -> None:
    """The end is missing: of the directory of pixels, or of the pixels."""
    layout = {"driver": "COG", "BLOCKSIZE": "128"} if kind == "cut-pixels" else {}
    write_scene(path, noise(), **layout)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 5])


def overwritten(path: Path) -> None:
    write_scene(path, noise(), compress="deflate", tiled=True, blockxsize=128, blockysize=128)
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : -4000] = bytes(len(content) - len(content) // 2 - 4000)
    path.write_bytes(content)


def in_one_piece(path: Path) -> None:
    """Pixels that can only be unpacked all at once."""
    write_scene(path, noise(1200), tiled=True, blockxsize=1200, blockysize=1200, interleave="pixel")


def empty(path: Path, kind: str) -> None:
    shape = (4, 64, 64)
    if kind == "nodata-only":
        write_scene(path, np.zeros(shape, "uint8"), nodata=0)
    elif kind == "no-numbers":
        write_scene(path, np.full(shape, np.nan, "float32"))
    else:
        write_scene(path, np.full(shape, 7, "uint8"))


def misplaced(path: Path, kind: str) -> None:
    to_metres = rasterio.transform.from_origin
    places: dict[str, dict[str, Any]] = {
        "unplaced": {"crs": None},
        "turned": {"transform": rasterio.Affine(1e-4, 2e-5, 105.9, 2e-5, -1e-4, 29.36)},
        "south-up": {"transform": rasterio.Affine(1e-4, 0, 105.9, 0, 1e-4, 29.34)},
        "off-its-crs": {"crs": "EPSG:4523", "transform": to_metres(1e12, 1e12, 10, 10)},
        "no-crs-on-earth": {"crs": 'LOCAL_CS["drawing",UNIT["metre",1]]'},
    }
    write_scene(path, **places[kind])


def odd_pixels(path: Path, kind: str) -> None:
    kinds = {"sixty-four-bit": "int64", "complex": "complex64"}
    if kind == "one-bit":
        write_scene(path, (fields()[:1] > 40).astype("uint8"), NBITS=1)
    elif kind == "many-bands":
        write_scene(path, np.ones((101, 4, 4), "uint8"))
    else:
        write_scene(path, fields()[:1].astype(kinds[kind]))


HOSTILE: dict[str, tuple[Callable[..., Any], str]] = {
    "vrt": (no_image, "not-an-image"),
    "header-only": (no_image, "not-an-image"),
    "another-format": (no_image, "not-an-image"),
    "huge": (lambda path: huge(path, 300_000), "image-too-large"),
    "hollow": (lambda path: huge(path, 60_000), "image-hollow"),
    "in-one-piece": (in_one_piece, "image-not-tiled"),
    "cut-directory": (cut_off, "not-an-image"),
    "cut-pixels": (cut_off, "image-broken"),
    "overwritten": (overwritten, "image-broken"),
    "one-bit": (odd_pixels, "pixel-type"),
    "sixty-four-bit": (odd_pixels, "pixel-type"),
    "complex": (odd_pixels, "pixel-type"),
    "many-bands": (odd_pixels, "too-many-bands"),
    "unplaced": (misplaced, "not-georeferenced"),
    "turned": (misplaced, "image-turned"),
    "south-up": (misplaced, "image-turned"),
    "off-its-crs": (misplaced, "crs-unclear"),
    "no-crs-on-earth": (misplaced, "crs-unclear"),
    "nodata-only": (empty, "image-empty"),
    "no-numbers": (empty, "image-empty"),
    "one-value": (empty, "image-empty"),
}


def hostile(folder: Path, kind: str) -> Path:
    make = HOSTILE[kind][0]
    path = folder / NAME
    with_kind = make in (no_image, cut_off, empty, misplaced, odd_pixels)
    make(path, kind) if with_kind else make(path)
    return path


@pytest.fixture(autouse=True)
def little_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit that test images can exceed."""
    monkeypatch.setattr("spatial.imagery.files.scenes.LARGEST_BLOCK", 5_000_000)


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_no_scene_is_refused_at_the_door(
    client: TestClient, runtime: Runtime, tmp_path: Path, kind: str
) -> None:
    answer = send(client, hostile(tmp_path, kind))
    told = answer.json()
    assert (answer.status_code, told["code"], told["file"]) == (422, HOSTILE[kind][1], NAME)
    assert told["detail"].startswith(NAME)
    assert list(runtime.files.hashes()) == []
    assert list((runtime.settings.home / "incoming").iterdir()) == []
    assert client.get("/api/scenes").json()["items"] == []


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_no_scene_is_refused_by_a_comparison_of_files(tmp_path: Path, kind: str) -> None:
    good = write_scene(tmp_path / "20260711.tif")
    out = tmp_path / "patches.gpkg"
    arguments = ["detect", str(hostile(tmp_path, kind)), str(good), "--out", str(out)]
    ran = CliRunner().invoke(app, arguments)
    assert isinstance(ran.exception, RasterError)
    assert (ran.exception.problem_code, ran.exception.file) == (HOSTILE[kind][1], NAME)
    assert not out.exists()


def test_what_only_the_whole_of_a_large_image_shows_is_found_in_the_background(
    client: TestClient, runtime: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spatial.imagery.files.inspection.MOST_PARTS", 0)
    scene = ready(client, runtime, hostile(tmp_path, "nodata-only"))
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


@pytest.mark.parametrize("kind", ["uint8", "uint16"])
def test_jpeg_2000_becomes_a_scene_in_its_place(
    client: TestClient, runtime: Runtime, tmp_path: Path, kind: str
) -> None:
    bands = fields(roof=True, kind=kind)
    path = write_scene(tmp_path / "20260328.jp2", bands, driver="JP2OpenJPEG", QUALITY="100",
                       REVERSIBLE="YES")  # fmt: skip
    scene = ready(client, runtime, path)
    assert (scene["status"], scene["problem"]) == ("ready", None)
    whole = client.get(f"/api/scenes/{scene['id']}/cog.tif")
    with rasterio.MemoryFile(whole.content) as file, file.open() as dataset:
        assert np.array_equal(dataset.read(), bands)
        assert dataset.bounds[0] == pytest.approx(105.9)


def test_a_cut_off_jpeg_2000_is_refused_and_not_kept(
    client: TestClient, runtime: Runtime, tmp_path: Path
) -> None:
    path = write_scene(tmp_path / "20260328.jp2", noise(), driver="JP2OpenJPEG", QUALITY="100",
                       REVERSIBLE="YES")  # fmt: skip
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    answer = send(client, path)
    assert (answer.status_code, answer.json()["code"]) == (422, "image-broken")
    assert list(runtime.files.hashes()) == []


def test_floats_that_are_no_numbers_are_nodata(
    client: TestClient, runtime: Runtime, tmp_path: Path
) -> None:
    bands = fields().astype("float32")
    bands[:, :, 80:] = np.nan
    scene = ready(client, runtime, write_scene(tmp_path / NAME, bands))
    east = max(x for x, _ in scene["footprint"]["coordinates"][0][0])
    assert east == pytest.approx(105.908)
