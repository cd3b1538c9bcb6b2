"""Taking scenes in: looked at when they arrive, made into COGs in the background."""

from __future__ import annotations

import re
import tempfile
from datetime import date
from pathlib import Path
from typing import cast

import shapely
from geoalchemy2.shape import from_shape
from rasterio.io import DatasetReader
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import clock
from service.errors import InvalidParameter, refusal_body
from service.imports.preparing import incoming_folder
from service.runtime import Runtime
from service.scenes.models import Scene
from spatial.errors import RasterError, SpatialError
from spatial.imagery.cog import footprint, write_cog
from spatial.imagery.display import names_of, whole_stretch
from spatial.imagery.scenes import facts_of, open_scene
from spatial.messages import Message

DEGREE_M = 111_320.0
DATE_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)")
DATE_IN_FILE = re.compile(r"(\d{4})[:-](\d\d)[:-](\d\d)")
NO_DATE = Message(
    "影像文件和文件名中都没有拍摄日期，请在 taken_on 中填写（如 2026-03-28）。",
    "Neither the image nor its name says when it was taken; give taken_on, such as 2026-03-28.",
)
NOT_YET = Message("拍摄日期晚于今天，请更正。", "The date lies after today; correct it.")


def look_at(path: Path, filename: str, taken_on: date | None, today: date) -> date:
    """Refuse what is no scene before it is kept; the day the scene was taken.

    Raises:
        RasterError: when it is no georeferenced image.
        InvalidParameter: when no date is known, or it lies in the future.
    """
    try:
        with open_scene(path) as dataset:
            tag = DATE_IN_FILE.match(str(dataset.tags().get("TIFFTAG_DATETIME", "")))
    except RasterError as error:
        # The sender knows the file by another name than the one it has here.
        texts = (text.replace(path.name, filename) for text in (error.message.zh, error.message.en))
        raise RasterError(Message(*texts), code=error.problem_code, file=filename) from error
    found = taken_on or _day(tag) or _day(DATE_IN_NAME.search(filename))
    if found is None:
        raise InvalidParameter("taken_on", NO_DATE)
    if found > today:
        raise InvalidParameter("taken_on", NOT_YET)
    return found


def same_scene(session: Session, sha256: str) -> Scene | None:
    """The scene that the same bytes have become, or will."""
    # Two senders of the same bytes at the same moment: the second sees the first.
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(sha256, 8))))
    return session.scalar(select(Scene).where(Scene.sha256 == sha256, Scene.status != "rejected"))


def convert(runtime: Runtime, scene_id: int) -> None:
    """Make a queued scene ready, or reject it and keep nothing of it but the reason."""
    with runtime.database.reading() as session:
        scene = session.get(Scene, scene_id)
    if scene is None or scene.status != "queued":
        return
    try:
        found = _converted(runtime, scene)
    except SpatialError as error:
        found = {"status": "rejected", "problem": refusal_body(error)}
    with runtime.database.transaction() as session:
        kept = session.get_one(Scene, scene_id)
        for name, value in found.items():
            setattr(kept, name, value)
        kept.finished_at = clock.now()
    if found.get("cog_sha256") != scene.sha256:
        runtime.files.discard(scene.sha256)


def _converted(runtime: Runtime, scene: Scene) -> dict[str, object]:
    folder = incoming_folder(runtime.settings)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix="scene-") as work:
        target = Path(work) / "scene.tif"
        with runtime.files.local_path(scene.sha256) as path, open_scene(path) as dataset:
            write_cog(dataset, target)
        with open_scene(target) as cog:
            found = _described(cog)
        return found | {"cog_sha256": runtime.files.put_path(target).sha256}


def _described(cog: DatasetReader) -> dict[str, object]:
    facts = facts_of(cog)
    metres = DEGREE_M if cog.crs.is_geographic else 1.0
    ground = shapely.MultiPolygon([cast("shapely.Polygon", footprint(cog))])
    return {
        "status": "ready",
        "bands": list(names_of(cog)),
        "stretch": whole_stretch(cog),
        "resolution_m": facts.resolution * metres,
        "footprint": from_shape(ground, srid=4490),
    }


def _day(match: re.Match[str] | None) -> date | None:
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
