"""The real QGIS, 3.22 and newer, over HTTP: reads page by page, filters, draws tiles, edits."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from service.accounts.directory import add_account
from service.accounts.roles import Role
from service.qgis.writing import write_http_project
from service.runtime import Runtime
from tests.conformance.serving import served
from tests.conftest import PASSWORD
from tests.service.features.fixtures import OFFICE, own_runtime, township_template
from tests.service.features.ground import publish_plots
from tests.service.qgis.forms import form_says_why
from tests.service.qgis.programs import HTTP_DESKTOP, Program, programs

__all__ = ["own_runtime", "township_template"]

pytestmark = pytest.mark.qgis
ANALYST = "http_analyst"
CROPLAND_OVER_WHITE = {"#ece3a7", "#e9dea2", "#ece3a6", "#ebe2a6", "#ece2a7"}
OLD = "3.22"


@pytest.fixture
def address(own_runtime: Runtime, tmp_path: Path) -> Iterator[str]:
    """Where 1,200 plots are served by a process of their own."""
    with own_runtime.database.transaction() as session:
        publish_plots(session, rows=60)
        add_account(session, ANALYST, Role.ANALYST, PASSWORD)
    url = own_runtime.database.url.render_as_string(hide_password=False)
    with served(url, tmp_path / "served") as address:
        yield address


@pytest.fixture(params=programs(), ids=lambda program: program.root.name or "system")
def found(
    request: pytest.FixtureRequest, own_runtime: Runtime, address: str, tmp_path: Path
) -> dict[str, Any]:
    """What the analyst's script found in one QGIS."""
    program: Program = request.param
    project = tmp_path / "served.qgz"
    assert not write_http_project(own_runtime, project, ANALYST, address), "it is there"
    token = token_in(project)
    arguments = (address, ANALYST, token, *OFFICE)
    return program.run(HTTP_DESKTOP, project, *arguments, picture=tmp_path / "map.png")


def token_in(project: Path) -> str:
    with zipfile.ZipFile(project) as archive:
        content = archive.read("plotwatch.qgs").decode()
    match = re.search(r"password='([^']+)'", content)
    assert match
    return match[1]


def test_an_analyst_works_over_http(found: dict[str, Any], own_runtime: Runtime) -> None:
    assert found["opened"], found["version"]
    layers = found["layers"]
    assert {name: layer["valid"] for name, layer in layers.items()} == dict.fromkeys(layers, True)
    counts = {name: layer["features"] for name, layer in layers.items()}
    assert counts == {"villages": 2, "plots": 1200, "zones": 1, "patches": 2, "cases": 2}
    imagery = found["imagery"]
    assert (imagery["valid"], imagery["name"], imagery["last"]) == (True, "最新影像", True)
    assert f"username={ANALYST}&password=" in imagery["source"]
    assert found["read"] == 1200
    assert found["filtered"] == 300
    assert CROPLAND_OVER_WHITE & set(found["colours"]), found["colours"]
    tiles = found["tiles"]
    assert tiles["valid"]
    assert {"plots", "cases", "villages"} <= set(tiles["layers"])
    # Cropland, and cropland under the protecting zone.
    assert {"#f1eabf", "#a6c28f"} <= set(tiles["colours"]), tiles["colours"]
    edits_are_kept(found, own_runtime)


def edits_are_kept(found: dict[str, Any], runtime: Runtime) -> None:
    if found["version"].startswith(OLD):
        # QGIS edits over OGC API from 3.32 on; before, analysts edit on the database.
        assert not found["layers"]["plots"]["editable"]
        return
    form_says_why(found["told"])
    assert (found["edit"]["saved"], found["edit"]["version"]) == (True, 2)
    assert found["edit"]["ownership"] == "30"
    assert (found["moved"]["saved"], found["moved"]["ownership"]) == (True, "30")
    assert found["moved"]["area"] < 10700
    assert (found["conflict"]["saved"], found["conflict"]["ownership"]) == (False, "10")
    assert "Cannot modify feature" in found["conflict"]["message"]
    late = found["outline_conflict"]
    assert (late["saved"], late["ownership"]) == (False, "10")
    by_hand = found["by_hand"]
    assert (by_hand["both"]["saved"], by_hand["both"]["ownership"]) == (True, "30")
    assert by_hand["both"]["area"] < 10700
    assert not by_hand["late"]["saved"]
    assert (by_hand["outline"]["saved"], by_hand["outline"]["ownership"]) == (False, "10")
    assert (found["added"]["saved"], found["added"]["village"]) == (True, "500118001202")
    assert not found["refused"]["saved"]
    assert "Bad Request" in found["refused"]["message"]
    assert found["removed"]["saved"]
    with runtime.database.reading() as session:
        actors = session.scalars(text("SELECT DISTINCT actor FROM plot_edit")).all()
        assert sorted(actors) == [ANALYST, OFFICE[0]]
