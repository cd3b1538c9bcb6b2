"""The tiles' style: from the shared palette, in the words both MapLibre and QGIS understand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.symbology import symbols
from service.tiles.layers import LAYERS
from service.tiles.style import style_document

STYLE = style_document("http://example/base")
KNOWN = {"match", "get", "=="}


def expressions(value: Any) -> Iterator[list[Any]]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from expressions(inner)
    elif isinstance(value, list):
        if value and value[0] in ("match", "case", "step", "interpolate", "get", "==", "all"):
            yield value
        for inner in value:
            yield from expressions(inner)


def test_every_match_has_its_labels_in_arrays() -> None:
    matches = [e for e in expressions(STYLE["layers"]) if e[0] == "match"]
    assert matches
    for match in matches:
        assert all(isinstance(label, list) for label in match[2:-1:2])


def test_only_expressions_that_both_clients_convert_are_used() -> None:
    assert {expression[0] for expression in expressions(STYLE["layers"])} == KNOWN


def test_colours_are_those_of_the_palette() -> None:
    cases = next(layer for layer in STYLE["layers"] if layer["id"] == "cases-area")
    painted = cases["paint"]["fill-color"]
    assert dict(zip((v for (v,) in painted[2:-1:2]), painted[3::2], strict=False)) == {
        symbol.value: symbol.colour for symbol in symbols("category")
    }


@pytest.mark.parametrize("layer", STYLE["layers"], ids=lambda layer: layer["id"])
def test_a_styled_layer_is_one_that_tiles_have(layer: dict[str, Any]) -> None:
    name = layer["source-layer"]
    assert name.removesuffix("_labels") in LAYERS
    assert (
        not name.endswith("_labels") or LAYERS[name.removesuffix("_labels")].labels_from is not None
    )


def test_the_style_is_served_with_absolute_tile_addresses(township: TestClient) -> None:
    style = township.get("/api/tiles/style.json").json()
    (tiles,) = style["sources"]["plotwatch"]["tiles"]
    assert tiles.startswith("http://testserver/api/tiles/villages,")
    assert "glyphs" not in style
    filled = tiles.format(z=14, x=13011, y=6793).removeprefix("http://testserver")
    assert township.get(filled).status_code == 200
