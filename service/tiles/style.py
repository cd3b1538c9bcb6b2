"""The style of the tiles, from the shared palette, for MapLibre and for QGIS alike.

QGIS 3.22 converts only a part of the style language: ``match`` needs its labels in arrays, and
``case``, ``step`` and interpolation over a property are dropped; so none of them is used.
"""

from __future__ import annotations

from typing import Any

from service.symbology import symbols, tokens
from service.tiles.address import MAX_ZOOM
from service.tiles.encoding import LABELS
from service.tiles.layers import GATHERED_BEFORE, LAYERS

SOURCE = "plotwatch"
FONT = ["Noto Sans Regular"]

Layer = dict[str, Any]


def style_document(root: str) -> dict[str, Any]:
    """A MapLibre style whose tiles come from the service at ``root`` (no slash at its end).

    It names no glyphs: labels are drawn with the fonts of the machine.
    """
    tiles = f"{root}/api/tiles/{','.join(LAYERS)}/{{z}}/{{x}}/{{y}}.pbf"
    return {
        "version": 8,
        "name": "Plotwatch",
        "sources": {
            SOURCE: {"type": "vector", "tiles": [tiles], "minzoom": 0, "maxzoom": MAX_ZOOM - 4}
        },
        "layers": [*_areas(), *_outlines(), *_labels()],
    }


def _areas() -> list[Layer]:
    opacity = tokens()["opacity"]
    return [
        _fill("plots", _matched("protection", "protection"), opacity["protection"]),
        _fill("zones", _matched("kind", "zone"), opacity["zone"]),
        _fill("patches", tokens()["line"]["patch"]["colour"], opacity["patch"]),
        _fill("cases", _matched("category", "category"), opacity["case"]),
    ]


def _outlines() -> list[Layer]:
    lines = tokens()["line"]
    return [
        _line("plots-outline", "plots", lines["plot"]),
        _line("villages", "villages", lines["village"]),
        _line("patches-outline", "patches", lines["patch"]),
        _line("cases-outline", "cases", lines["case"]),
        _line("cases-overdue", "cases", lines["overdue"])
        | {"filter": ["==", ["get", "overdue"], True]},
    ]


def _labels() -> list[Layer]:
    return [
        _symbol("villages", "name", 14, 9),
        _symbol("plots", "plot_no", 10, 16),
        _symbol("cases", "code", 11, 14),
    ]


def _matched(name: str, theme: str) -> list[Any]:
    pairs: list[Any] = []
    for symbol in symbols(theme):
        pairs += [[symbol.value], symbol.colour]
    return ["match", ["get", name], *pairs, tokens()["line"]["plot"]["colour"]]


def _fill(name: str, colour: str | list[Any], opacity: float) -> Layer:
    return {
        "id": f"{name}-area",
        "type": "fill",
        "source": SOURCE,
        "source-layer": name,
        "minzoom": LAYERS[name].min_zoom,
        "paint": {"fill-color": colour, "fill-opacity": opacity},
    }


def _line(identifier: str, name: str, line: dict[str, Any]) -> Layer:
    return {
        "id": identifier,
        "type": "line",
        "source": SOURCE,
        "source-layer": name,
        "minzoom": GATHERED_BEFORE if LAYERS[name].gathered else LAYERS[name].min_zoom,
        "paint": {"line-color": line["colour"], "line-width": line["width"]},
    }


def _symbol(name: str, field: str, size: int, zoom: int) -> Layer:
    label = tokens()["label"]
    return {
        "id": f"{name}-label",
        "type": "symbol",
        "source": SOURCE,
        "source-layer": f"{name}{LABELS}",
        "minzoom": zoom,
        "layout": {"text-field": ["get", field], "text-font": FONT, "text-size": size},
        "paint": {
            "text-color": label["colour"],
            "text-halo-color": label["halo"],
            "text-halo-width": 1.2,
        },
    }
