"""Map tiles of one scene, and of the newest scenes up to a day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any

from geoalchemy2.shape import to_shape

from service.errors import Conflict, InvalidParameter
from service.runtime import Runtime
from service.scenes.models import Scene
from service.scenes.statuses import WorkStatus
from spatial.imagery.pictures.display import BANDS, Combination, band_numbers
from spatial.imagery.pictures.tiles import Stretch, Tile, TileScene, mosaic_tile, scene_tile
from spatial.messages import Message

LEAST_ZOOM, MOST_ZOOM = 8, 20
NOT_READY = Message("影像尚未处理完成或已被拒绝。", "The scene is not ready, or was rejected.")
NO_BAND = Message("该影像缺少所需波段。", "The scene lacks a band that this needs.")
BAD_STRETCH = Message(
    "stretch 应为 低,高 一对数值，或每个波段一对，低值小于高值。",
    "stretch must be low,high, or one such pair for each band, low below high.",
)


def refuse_unready(scene: Scene) -> None:
    """Refuse a scene that has no COG.

    Raises:
        Conflict: saying so.
    """
    if scene.status != WorkStatus.READY.value:
        raise Conflict(NOT_READY, code="scene-not-ready")


def stretch_from(text: str | None, combination: Combination) -> Stretch | None:
    """Low and high for each band of a combination, from ``low,high`` once or for each band.

    Raises:
        InvalidParameter: when that cannot be read.
    """
    if text is None:
        return None
    count = 1 if combination is Combination.NDVI else len(BANDS[combination])
    try:
        values = [float(part) for part in text.split(",")]
    except ValueError as error:
        raise InvalidParameter("stretch", BAD_STRETCH) from error
    pairs = list(zip(values[::2], values[1::2], strict=False))
    fits = len(values) in (2, 2 * count) and all(-1e9 < low < high < 1e9 for low, high in pairs)
    if not fits:
        raise InvalidParameter("stretch", BAD_STRETCH)
    return pairs if len(pairs) == count else pairs * count


def draw_tile(
    runtime: Runtime,
    scene: Scene,
    combination: Combination,
    tile: Tile,
    shown: Stretch | None = None,
) -> bytes | None:
    """A map tile of a scene as PNG; None where it shows nothing.

    Raises:
        Conflict: when the scene is not ready.
        InvalidParameter: when it lacks a band.
    """
    refuse_unready(scene)
    if band_numbers(scene.bands, combination) is None:
        raise InvalidParameter("bands", NO_BAND)
    with ExitStack() as stack:
        return scene_tile(_tile_scene(stack, runtime, scene), combination, tile, shown)


def draw_mosaic(
    runtime: Runtime, scenes: Sequence[Scene], combination: Combination, tile: Tile
) -> bytes | None:
    """A map tile of several scenes, the first on top; None where none shows anything."""
    with ExitStack() as stack:
        # Opened as they are needed: a remote file is fetched only when there is a gap to fill.
        opened: Iterator[TileScene] = (_tile_scene(stack, runtime, one) for one in scenes)
        return mosaic_tile(opened, combination, tile)


def tile_description(title: str, address: str, scenes: Sequence[Scene]) -> dict[str, Any]:
    """A TileJSON 3.0 of some scenes' tiles; ``address`` has ``{z}``, ``{x}`` and ``{y}``."""
    grounds = [to_shape(scene.footprint).bounds for scene in scenes if scene.footprint is not None]
    described: dict[str, Any] = {
        "tilejson": "3.0.0", "name": title, "scheme": "xyz", "tiles": [address],
        "minzoom": LEAST_ZOOM, "maxzoom": MOST_ZOOM,
    }  # fmt: skip
    if grounds:
        west, south, east, north = zip(*grounds, strict=True)
        described["bounds"] = [min(west), min(south), max(east), max(north)]
    return described


def _tile_scene(stack: ExitStack, runtime: Runtime, scene: Scene) -> TileScene:
    path = stack.enter_context(runtime.files.local_path(str(scene.cog_sha256)))
    return TileScene(path, scene.bands, scene.stretch)
