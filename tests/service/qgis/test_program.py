"""The real QGIS, 3.22 and newer, on a real database: opens, shows, filters, edits, is told."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from service.qgis.project import LAYERS
from service.qgis.roles import end_login
from service.qgis.writing import write_project
from service.runtime import Runtime
from tests.service.qgis.forms import form_says_why
from tests.service.qgis.programs import DESKTOP, Program, programs

pytestmark = pytest.mark.qgis
ANALYST = "desktop_analyst"


@pytest.fixture(params=programs(), ids=lambda program: program.root.name or "system")
def found(
    request: pytest.FixtureRequest, farmland: Runtime, tmp_path: Path
) -> Iterator[dict[str, Any]]:
    """What the analyst's script found in one QGIS."""
    program: Program = request.param
    project = tmp_path / "farmland.qgz"
    assert write_project(farmland, project, ANALYST), "the account is made"
    url = farmland.database.url
    password = password_in(project)
    source = (
        f"dbname='{url.database}' host={url.host} port={url.port} user='{ANALYST}'"
        f" password='{password}' key='id' srid=4490 type=MultiPolygon"
        ' table="qgis"."plots" (geom)'
    )
    stored = (
        f"postgresql://{ANALYST}:{password}@{url.host}:{url.port}"
        f"?sslmode=disable&dbname={url.database}&schema=qgis&project=plotwatch"
    )
    try:
        yield program.run(DESKTOP, project, stored, source, picture=tmp_path / "map.png")
    finally:
        with farmland.database.transaction() as session:
            end_login(session, ANALYST)


def password_in(project: Path) -> str:
    with zipfile.ZipFile(project) as archive:
        text = archive.read("plotwatch.qgs").decode()
    match = re.search(r"password='([^']+)'", text)
    assert match
    return match[1]


def test_an_analyst_works_with_the_project(found: dict[str, Any]) -> None:
    assert found["opened"], found["version"]
    assert found["crs"] == "EPSG:3857"
    assert found["titles"] == [layer.title for layer in LAYERS]
    layers = found["layers"]
    assert {name: layer["valid"] for name, layer in layers.items()} == dict.fromkeys(layers, True)
    assert layers["plots"]["features"] == 4
    assert {layer["crs"] for layer in layers.values()} == {"EPSG:4490"}
    assert layers["plots"]["legend"] == ["一般耕地", "可恢复地类", "非耕地"]
    assert layers["plots"]["alias"] == "面积（亩）"
    assert (layers["plots"]["editable"], layers["cases"]["editable"]) == (True, False)
    assert found["filtered"] == ["P2"]
    form_says_why(found["told"])
    cropland = {"#ece3a7", "#e9dea2", "#ece3a6", "#ebe2a6", "#ece2a7"}
    assert cropland & set(found["colours"]), found["colours"]
    assert found["edit"] == {"saved": True, "ownership": "30", "version": 2}
    assert not found["conflict"]["saved"]
    assert "已被他人修改" in found["conflict"]["message"]
    assert not found["refused"]["saved"]
    assert "不在任何村内" in found["refused"]["message"]
    assert found["style_when_added"] == "categorizedSymbol"
    assert found["from_database"]
