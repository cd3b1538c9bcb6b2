"""Pictures of scenes: chips of a case and map tiles."""

from __future__ import annotations

import io
from contextlib import ExitStack
from enum import StrEnum

import orjson
from shapely.geometry import shape

from service.cases.queries import ListedCase
from service.errors import Conflict, InvalidParameter, NotFound
from service.features.state import entity_tag
from service.runtime import Runtime
from service.scenes.choosing import Serving
from service.scenes.models import Scene
from service.scenes.statuses import WorkStatus
from spatial.imagery.chips import ChipScene, chips, place_of, side_by_side
from spatial.imagery.display import Combination, band_numbers
from spatial.imagery.tiles import scene_tile
from spatial.messages import Message

FORMAT = 1
"""Raised when chips of the same scenes come to look different."""
NONE_FITS = Message(
    "没有覆盖该图斑、日期合适的影像，请先上传影像。",
    "No scene of a fitting date covers this case; send one first.",
)
NOT_READY = Message("影像尚未处理完成或已被拒绝。", "The scene is not ready, or was rejected.")
NO_BAND = Message("该影像缺少所需波段。", "The scene lacks a band that this needs.")
LABELS = {"before": Message("前", "before"), "after": Message("后", "after")}


class Which(StrEnum):
    """Which picture of a case."""

    BEFORE = "before"
    AFTER = "after"
    PAIR = "pair"


def chip_tag(listed: ListedCase, found: Serving, which: Which) -> str:
    """The entity tag of a case's picture.

    Raises:
        NotFound: when no scene fits.
    """
    wanted = {Which.BEFORE: [found.before], Which.AFTER: [found.after]}
    if None in wanted.get(which, [found.before, found.after]):
        raise NotFound(NONE_FITS, code="no-scene")
    ids = [scene.id if scene else None for scene in (found.before, found.after)]
    return entity_tag((FORMAT, listed.case.id, listed.case.version, which.value, *ids))


def draw_chip(runtime: Runtime, listed: ListedCase, found: Serving, which: Which) -> bytes:
    """A case's picture as PNG; both scenes decide the stretch also of one alone."""
    named = {"before": found.before, "after": found.after}
    present = {name: scene for name, scene in named.items() if scene is not None}
    with ExitStack() as stack:
        scenes = [
            ChipScene(
                stack.enter_context(runtime.files.local_path(str(scene.cog_sha256))),
                scene.taken_on,
                str(scene.id),
                LABELS[name],
            )
            for name, scene in present.items()
        ]
        drawn = chips(place_of(shape(orjson.loads(listed.geojson))), scenes)
    pictures = dict(zip(present, drawn, strict=True))
    picture = side_by_side(drawn) if which is Which.PAIR else pictures[which.value]
    content = io.BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()


def draw_tile(
    runtime: Runtime, scene: Scene, combination: Combination, tile: tuple[int, int, int]
) -> bytes | None:
    """A map tile of a scene as PNG; None where it shows nothing.

    Raises:
        Conflict: when the scene is not ready.
        InvalidParameter: when it lacks a band.
    """
    if scene.status != WorkStatus.READY.value or scene.cog_sha256 is None:
        raise Conflict(NOT_READY, code="scene-not-ready")
    if band_numbers(scene.bands, combination) is None:
        raise InvalidParameter("bands", NO_BAND)
    with runtime.files.local_path(scene.cog_sha256) as path:
        return scene_tile(path, scene.bands, scene.stretch, combination, tile)
