"""The sample files, as committed and as made again."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from data.samples.generator import World, make_world
from data.samples.make_samples import SEED

FOLDER = Path(__file__).parents[2] / "data" / "samples"


@pytest.fixture(scope="session")
def samples() -> Path:
    return FOLDER


@pytest.fixture(scope="session")
def manifest() -> list[dict[str, Any]]:
    return tomllib.loads((FOLDER / "manifest.toml").read_text(encoding="utf-8"))["file"]


@pytest.fixture(scope="session")
def expected() -> dict[str, Any]:
    return json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def world() -> World:
    return make_world(SEED)
