"""``plotwatch scene add``: taken in by the same way, waited for, refused with exit code 1."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.runtime import Runtime
from service.scenes.models import Scene
from tests.service.scenes.sending import BEFORE
from tests.spatial.imagery.scene_maker import fields, write_scene


def plotwatch(runtime: Runtime, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PLOTWATCH_HOME": str(runtime.settings.home),
        "PLOTWATCH_DATABASE_URL": runtime.database.dsn,
        "COLUMNS": "200",
    }
    command = [sys.executable, "-m", "service.cli", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_a_scene_is_taken_in_and_its_file_left_where_it_was(
    runtime: Runtime, tmp_path: Path
) -> None:
    path = write_scene(tmp_path / "GF2_scene.tif", fields()[:2])
    added = plotwatch(
        runtime, "scene", "add", str(path), "--date", "2026-03-28", "--bands", "red,nir"
    )
    assert added.returncode == 0, added.stderr
    assert "ready" in added.stdout
    assert path.exists()
    with runtime.database.reading() as session:
        scene = session.query(Scene).one()
    assert (scene.status, scene.sensor, scene.bands) == ("ready", "GF-2", ["red", "near_infrared"])


@pytest.mark.parametrize("kind", ["no-date", "no-image"])
def test_what_is_refused_ends_with_one(runtime: Runtime, tmp_path: Path, kind: str) -> None:
    path = write_scene(tmp_path / "a.tif", taken=None if kind == "no-date" else BEFORE)
    if kind == "no-image":
        path.write_text("no image")
    refused = plotwatch(runtime, "scene", "add", str(path))
    assert refused.returncode == 1
    assert ("taken_on" if kind == "no-date" else "a.tif") in refused.stderr
    assert list(runtime.files.hashes()) == []
