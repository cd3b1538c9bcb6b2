"""Converting scenes in the background: a COG of each, described, or nothing but the reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import shapely
from geoalchemy2.shape import from_shape
from rasterio.io import DatasetReader
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service import clock
from service.imports.preparing import work_folder
from service.imports.reading.process import private_folder
from service.runtime import Runtime
from service.scenes.arriving import Arrival
from service.scenes.models import Scene
from service.scenes.statuses import GONE, UNFINISHED, WorkStatus
from service.scenes.working import Report, claimed, progress_of, settle
from spatial.imagery.bands import names_of
from spatial.imagery.files.cog import footprint, write_cog
from spatial.imagery.files.scenes import open_scene
from spatial.imagery.grids import pixel_width_m
from spatial.imagery.pictures.display import whole_stretch


def convert(runtime: Runtime, scene_id: int) -> None:
    """Make a queued scene ready, or reject it and keep nothing of it but the reason."""
    try:
        with claimed(runtime, Scene, scene_id) as scene:
            if scene is not None:
                _make_ready(runtime, scene)
    finally:
        discard_unkept(runtime, scene_id)


def discard_unkept(runtime: Runtime, scene_id: int) -> None:
    """Remove the files of a finished scene that nothing refers to any more."""
    with runtime.database.reading() as session:
        scene = session.get(Scene, scene_id)
        if scene is None or not WorkStatus(scene.status).final:
            return
        kept = {scene.cog_sha256} if scene.status == WorkStatus.READY.value else set()
        files = {scene.sha256, scene.cog_sha256} - kept - {None}
        unkept = [str(file) for file in files if not _is_needed(session, str(file), scene_id)]
    for sha256 in unkept:
        runtime.files.discard(sha256)


def _make_ready(runtime: Runtime, scene: Scene) -> None:
    report = progress_of(runtime, Scene, scene.id)
    with private_folder(work_folder(runtime), f"scene-{scene.id}") as folder:
        target = folder / "scene.tif"
        found = _converted(runtime, scene, target, report)
        cog = Arrival(target, "", movable=True).stored()
        settle(runtime, Scene, scene.id, cog_sha256=cog.sha256, stage="storing", progress=0.95)
        runtime.files.adopt(target, cog)
    settle(
        runtime, Scene, scene.id, status=WorkStatus.READY.value, stage="", progress=1.0,
        finished_at=clock.now(), **found,
    )  # fmt: skip


def _converted(runtime: Runtime, scene: Scene, target: Path, report: Report) -> dict[str, Any]:
    report(0.05, "converting")
    with runtime.files.local_path(scene.sha256) as path, open_scene(path) as dataset:
        names = list(scene.bands) or list(names_of(dataset))
        write_cog(dataset, target)
    report(0.85, "describing")
    with open_scene(target) as cog:
        return _described(cog) | {"bands": names[: cog.count]}


def _described(cog: DatasetReader) -> dict[str, Any]:
    ground = shapely.MultiPolygon([cast("shapely.Polygon", footprint(cog))])
    return {
        "stretch": whole_stretch(cog),
        "resolution_m": pixel_width_m(cog),
        "footprint": from_shape(ground, srid=4490),
    }


def _is_needed(session: Session, sha256: str, besides: int) -> bool:
    """Whether another scene needs the file of this hash."""
    found = session.scalar(
        select(Scene.id)
        .where(
            Scene.id != besides,
            or_(
                (Scene.sha256 == sha256) & Scene.status.in_(UNFINISHED),
                (Scene.cog_sha256 == sha256) & Scene.status.not_in(GONE),
            ),
        )
        .limit(1)
    )
    return found is not None
