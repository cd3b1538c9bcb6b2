"""Tiles: tagged by the data they show, written only when the caller's copy is out of date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.errors import InvalidParameter
from service.features.access import Access, Admission
from service.features.pages import type_tags
from service.features.state import entity_tag, tag_matches
from service.tiles.address import Tile
from service.tiles.encoding import LABELS, tile_query
from service.tiles.layers import LAYERS, TileFilters, TileLayer
from service.tiles.summing import summed_up
from spatial.messages import Message

FORMAT = 3
"""Raised when tiles of the same data come to look different."""

Named = tuple[TileLayer, bool]


@dataclass(frozen=True, slots=True)
class TileAnswer:
    """A tile's bytes; None when the caller's copy still holds."""

    tag: str
    content: bytes | None


def parse_layers(text: str) -> tuple[Named, ...]:
    """The layers that a comma-separated list names.

    A layer brings its labels along; ``plots_labels`` asks for the labels alone.

    Raises:
        InvalidParameter: for a name that is no layer.
    """
    named: dict[tuple[str, bool], Named] = {}
    for name in text.split(","):
        layer = LAYERS.get(name.removesuffix(LABELS))
        if layer is None or (name.endswith(LABELS) and layer.labels_from is None):
            raise _unknown(name)
        if not name.endswith(LABELS):
            named[layer.name, False] = (layer, False)
        if layer.labels_from is not None:
            named[layer.name, True] = (layer, True)
    return tuple(named.values())


async def tile_answer(
    access: Access,
    admission: Admission,
    tile: Tile,
    named: Sequence[Named],
    filters: TileFilters,
    if_none_match: str | None,
) -> TileAnswer:
    """The tile, or the word that the caller's copy is still right."""
    tag = _tag(admission, tile, named, filters)
    if tag_matches(if_none_match, tag):
        return TileAnswer(tag, None)
    for layer, _ in named:
        if layer.summed_at(tile.z, filters, admission.principal):
            for version in layer.type.current(admission.state):
                await summed_up(access, version.id)
    query = tile_query(tile, named, admission, filters)
    rows = await access.reader.rows(query) if query is not None else [(b"",)]
    return TileAnswer(tag, rows[0][0])


def _tag(admission: Admission, tile: Tile, named: Sequence[Named], filters: TileFilters) -> str:
    drawn = tuple((layer.name, labels) for layer, labels in named)
    parts: list[object] = [FORMAT, tile, drawn, filters]
    for kind in {layer.name: layer.type for layer, _ in named}.values():
        parts += type_tags(kind, kind.current(admission.state), admission)
    return entity_tag(parts)


def _unknown(name: str) -> InvalidParameter:
    known = ", ".join(LAYERS)
    return InvalidParameter(
        "layers",
        Message(f"没有图层 {name}，可用：{known}。", f"No layer '{name}'; there are: {known}."),
    )
