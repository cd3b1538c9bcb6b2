"""Pictures of a case: the same place before and after, drawn once and kept in the home's cache."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from contextlib import ExitStack
from enum import StrEnum

import orjson
from PIL import Image
from shapely.geometry import shape

from service.cases.queries import ListedCase
from service.errors import NotFound
from service.imagery.answers import NONE_FITS
from service.runtime import Runtime
from service.scenes.cache import PictureCache
from service.scenes.choosing import Serving
from service.scenes.models import Scene
from spatial.imagery.pictures.chips import ChipScene, chips, place_of, side_by_side
from spatial.messages import Message

FORMAT = 4
"""Raised when chips of the same scenes come to look different."""
LABELS = {"before": Message("前", "before"), "after": Message("后", "after")}
COMPRESSION = 2
"""Of the PNG: level 4 takes half as long again and saves little of a picture full of grain."""


class Which(StrEnum):
    """Which picture of a case."""

    BEFORE = "before"
    AFTER = "after"
    PAIR = "pair"


def chip_key(listed: ListedCase, found: Serving, which: Which) -> str:
    """Changes when the picture does: with the scenes and the case's ground.

    Raises:
        NotFound: when no scene fits.
    """
    sides = {"before": found.before, "after": found.after}
    wanted = ("before", "after") if which is Which.PAIR else (which.value,)
    for side in wanted:
        if sides[side] is None:
            raise NotFound(NONE_FITS[side], code="no-scene", side=side)
    # One alone, too, depends on both: they share a stretch.
    shown = (found.before, found.after, found.before_beneath, found.after_beneath)
    scenes = [scene.cog_sha256 if scene else None for scene in shown]
    parts = (FORMAT, listed.geojson, which.value, *scenes)
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def case_chip(runtime: Runtime, listed: ListedCase, found: Serving, which: Which) -> bytes:
    """A case's picture as PNG.

    Raises:
        NotFound: when no scene fits.
    """
    cache = PictureCache.of(runtime.settings)
    key = chip_key(listed, found, which)
    known = cache.get(key)
    if known is not None:
        return known
    drawn = draw_chips(runtime, listed, found)
    for other, content in drawn.items():
        cache.put(chip_key(listed, found, other), content)
    return drawn[which]


def draw_chips(runtime: Runtime, listed: ListedCase, found: Serving) -> dict[Which, bytes]:
    """All pictures that the scenes allow, as PNG."""
    sides = {
        Which.BEFORE: (found.before, found.before_beneath),
        Which.AFTER: (found.after, found.after_beneath),
    }
    present = {which: (s, beneath) for which, (s, beneath) in sides.items() if s is not None}
    with ExitStack() as stack:
        scenes = [_chip_scene(stack, runtime, which, *scenes) for which, scenes in present.items()]
        drawn = chips(place_of(shape(orjson.loads(listed.geojson))), scenes)
    pictures = dict(zip(present, drawn, strict=True))
    if len(pictures) == len(sides):
        pictures[Which.PAIR] = side_by_side(drawn)
    return dict(_encoded(pictures))


def _chip_scene(
    stack: ExitStack, runtime: Runtime, which: Which, scene: Scene, beneath: Scene | None = None
) -> ChipScene:
    return ChipScene(
        stack.enter_context(runtime.files.local_path(str(scene.cog_sha256))),
        scene.taken_on,
        str(scene.id),
        LABELS[which.value],
        scene.bands,
        scene.stretch,
        None if beneath is None else _chip_scene(stack, runtime, which, beneath),
    )


def _encoded(pictures: dict[Which, Image.Image]) -> Iterator[tuple[Which, bytes]]:
    for which, picture in pictures.items():
        content = io.BytesIO()
        picture.save(content, "PNG", compress_level=COMPRESSION)
        yield which, content.getvalue()
