"""A zip of images: each becomes a scene, bands that belong together become one, or nothing does."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient

from service.runtime import Runtime
from service.scenes.converting import convert
from tests.service.scenes.sending import BEFORE, ready, send
from tests.spatial.imagery.scene_maker import fields, write_scene


def zipped(folder: Path, *files: Path, inside: str = "") -> Path:
    archive = folder / "scenes.zip"
    with zipfile.ZipFile(archive, "w") as opened:
        for file in files:
            opened.write(file, f"{inside}{file.name}")
    return archive


def kept(client: TestClient, runtime: Runtime) -> tuple[int, int]:
    return len(client.get("/api/scenes").json()["items"]), len(list(runtime.files.hashes()))


def test_every_image_of_a_zip_becomes_a_scene(
    client: TestClient, runtime: Runtime, tmp_path: Path
) -> None:
    first = write_scene(tmp_path / "GF2_PMS1_20260328_A.tif")
    second = write_scene(tmp_path / "GF1_20260711_B.tif", fields(roof=True))
    notes = tmp_path / "read-me.txt"
    notes.write_text("made up")
    sent = send(client, zipped(tmp_path, first, second, notes))
    assert sent.status_code == 202
    scenes = [sent.json(), *sent.json()["others"]]
    assert [scene["taken_on"] for scene in scenes] == ["2026-03-28", "2026-07-11"]
    assert [scene["sensor"] for scene in scenes] == ["GF-2", "GF-1"]
    for scene in scenes:
        convert(runtime, scene["id"])
    assert kept(client, runtime) == (2, 2)
    again = send(client, tmp_path / "scenes.zip")
    assert (again.status_code, again.json()["id"]) == (200, scenes[0]["id"])


def test_bands_in_files_of_their_own_become_one_scene(
    client: TestClient, runtime: Runtime, tmp_path: Path
) -> None:
    bands = fields(roof=True)
    files = [
        write_scene(tmp_path / f"T48RXT_20260328T032541_B{number}_10m.jp2", bands[at : at + 1],
                    driver="JP2OpenJPEG", QUALITY="100", REVERSIBLE="YES")
        for at, number in enumerate(("02", "03", "04", "08"))
    ]  # fmt: skip
    scene = ready(client, runtime, zipped(tmp_path, *files, inside="S2A.SAFE/R10m/"))
    assert scene["bands"] == ["blue", "green", "red", "near_infrared"]
    assert (scene["sensor"], scene["taken_on"]) == ("Sentinel-2", "2026-03-28")
    assert kept(client, runtime) == (1, 1)


def test_one_image_that_is_none_refuses_the_whole_zip(
    client: TestClient, runtime: Runtime, tmp_path: Path
) -> None:
    good = write_scene(tmp_path / "good.tif", taken=BEFORE)
    hidden = tmp_path / "hidden.tif"
    hidden.write_text(f"<VRTDataset><SourceFilename>{good}</SourceFilename></VRTDataset>")
    answer = send(client, zipped(tmp_path, good, hidden))
    assert (answer.status_code, answer.json()["code"]) == (422, "not-an-image")
    assert answer.json()["file"] == "hidden.tif"
    assert kept(client, runtime) == (0, 0)


@pytest.mark.parametrize("code", ["archive-unsafe", "nothing-to-import", "archive-damaged"])
def test_unsafe_archives_are_refused_with_nothing_kept(
    client: TestClient, runtime: Runtime, tmp_path: Path, code: str
) -> None:
    answer = send(client, unsafe(tmp_path, code))
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert kept(client, runtime) == (0, 0)
    assert list((runtime.settings.home / "incoming").iterdir()) == []


def unsafe(folder: Path, code: str) -> Path:
    good = write_scene(folder / "good.tif", taken=BEFORE)
    if code == "archive-unsafe":
        return zipped(folder, good, inside="../")
    if code == "nothing-to-import":
        notes = folder / "notes.txt"
        notes.write_text("made up")
        return zipped(folder, notes)
    archive = zipped(folder, good)
    archive.write_bytes(archive.read_bytes()[:-60])
    return archive


def test_the_bands_that_the_sender_names_are_those_of_the_scene(
    client: TestClient, runtime: Runtime, tmp_path: Path
) -> None:
    path = write_scene(tmp_path / "20260328.tif", fields()[:2])
    few = send(client, path, bands="red")
    assert (few.status_code, few.json()["parameter"]) == (400, "bands")
    scene = ready(client, runtime, path, bands="红, NIR")
    assert scene["bands"] == ["red", "near_infrared"]
    tile = client.get(f"/api/scenes/{scene['id']}/tiles/14/13011/6793.png?bands=ndvi")
    assert tile.status_code == 200


def test_a_bomb_of_zeros_is_refused(client: TestClient, runtime: Runtime, tmp_path: Path) -> None:
    archive = tmp_path / "bomb.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("20260328.tif", b"II*\0" + np.zeros(60 << 20, "uint8").tobytes())
    answer = send(client, archive)
    assert (answer.status_code, answer.json()["code"]) == (413, "compression-bomb")
    assert kept(client, runtime) == (0, 0)
