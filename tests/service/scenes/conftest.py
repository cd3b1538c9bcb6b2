"""Fixtures of scenes: a pair that is ready."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service.runtime import Runtime
from tests.service.scenes.sending import AFTER, AROUND, BEFORE, ready
from tests.spatial.imagery.scene_maker import fields, write_scene


@pytest.fixture
def pair(client: TestClient, runtime: Runtime, tmp_path: Path) -> list[int]:
    """The ids of two scenes around the place of cases, the second with a new roof."""
    before = write_scene(tmp_path / "b.tif", transform=AROUND, taken=BEFORE)
    after = write_scene(tmp_path / "a.tif", fields(roof=True), transform=AROUND, taken=AFTER)
    return [ready(client, runtime, path)["id"] for path in (before, after)]
