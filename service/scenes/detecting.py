"""Comparing two scenes in the background; what has changed becomes an import of its own (自检)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from service import clock
from service.accounts.roles import Principal
from service.errors import Conflict, InvalidParameter
from service.imports.preparing import work_folder
from service.imports.reading.process import private_folder
from service.imports.submitting import ImportOptions, Upload, submit_upload
from service.runtime import Runtime
from service.scenes.models import Scene, SceneDetection
from service.scenes.queries import find_scene
from service.scenes.statuses import GONE, WorkStatus
from service.scenes.working import claimed, progress_of
from spatial.imagery.change.writing import write_patches
from spatial.imagery.files.naming import WRONG_ORDER
from spatial.messages import Message
from spatial.words import LayerName

if TYPE_CHECKING:
    from spatial.imagery.change.detection import Detection

SOURCE = "detection"
DETECTION_SHARE = 0.95
"""The share of the bar that comparing takes; the import has a bar of its own."""
NOT_READY = Message(
    "影像 {id} 尚未处理完成或已被拒绝。", "The scene {id} is not ready, or was rejected."
)
APART = Message(
    "两景影像没有重叠范围，请换一对覆盖同一地区的影像。",
    "The scenes show no ground in common; take a pair of the same place.",
)


@dataclass(frozen=True, slots=True)
class Pairing:
    """Two scenes to be compared, and the smallest change that counts, in m²."""

    before_id: int
    after_id: int
    least_area_m2: float = 200.0

    def options(self) -> dict[str, Any]:
        """What decides the answer beside the scenes."""
        return {"least_area_m2": self.least_area_m2}


def checked_scenes(session: Session, principal: Principal, pairing: Pairing) -> tuple[Scene, Scene]:
    """Both scenes, when they can be compared.

    Raises:
        NotFound: when the caller may not see one of them.
        Conflict: when one is not ready.
        InvalidParameter: when their days are in the wrong order, or they lie apart.
    """
    before = find_scene(session, principal, pairing.before_id)
    after = find_scene(session, principal, pairing.after_id)
    for scene in (before, after):
        if scene.status != WorkStatus.READY.value:
            raise Conflict(NOT_READY.format(id=scene.id), code="scene-not-ready")
    if before.taken_on >= after.taken_on:
        said = WRONG_ORDER.format(before=before.taken_on, after=after.taken_on)
        raise InvalidParameter("after", said, code="scene-order")
    if not session.scalar(select(func.ST_Intersects(before.footprint, after.footprint))):
        raise InvalidParameter("after", APART, code="scenes-apart")
    return before, after


def same_detection(session: Session, pairing: Pairing) -> SceneDetection | None:
    """The comparison that asking for this one would repeat."""
    # Two callers at the same moment: the second sees the first.
    key = func.hashtextextended(repr(pairing), 9)
    session.execute(select(func.pg_advisory_xact_lock(key)))
    return session.scalar(
        select(SceneDetection)
        .where(
            SceneDetection.before_scene_id == pairing.before_id,
            SceneDetection.after_scene_id == pairing.after_id,
            SceneDetection.options == pairing.options(),
            SceneDetection.status.not_in(GONE),
        )
        .limit(1)
    )


def new_detection(pairing: Pairing, account_id: int | None) -> SceneDetection:
    """A comparison to be queued."""
    return SceneDetection(
        before_scene_id=pairing.before_id, after_scene_id=pairing.after_id,
        options=pairing.options(), status=WorkStatus.QUEUED.value, stage="", progress=0.0,
        found={}, created_by=account_id, created_at=clock.now(),
    )  # fmt: skip


def detect(runtime: Runtime, detection_id: int) -> None:
    """Compare the scenes of a queued comparison, and queue the import of what has changed."""
    with claimed(runtime, SceneDetection, detection_id) as detection:
        if detection is None:
            return
        with runtime.database.reading() as session:
            before = session.get_one(Scene, detection.before_scene_id)
            after = session.get_one(Scene, detection.after_scene_id)
        name = f"detection-{detection_id}"
        with private_folder(work_folder(runtime), name) as folder:
            _compare(runtime, detection, (before, after), folder)


def _compare(
    runtime: Runtime, detection: SceneDetection, scenes: tuple[Scene, Scene], folder: Path
) -> None:
    # The service starts in half the time without what only a comparison needs.
    from spatial.imagery.change.detection import detect_changes
    from spatial.imagery.change.options import DetectionOptions

    before, after = scenes
    tell = progress_of(runtime, SceneDetection, detection.id)
    options = DetectionOptions(least_area_m2=detection.options["least_area_m2"])
    with (
        runtime.files.local_path(str(before.cog_sha256)) as first,
        runtime.files.local_path(str(after.cog_sha256)) as second,
    ):
        found = detect_changes(
            first,
            second,
            options,
            lambda share, stage: tell(share * DETECTION_SHARE, stage),
            (before.bands, after.bands),
        )
    import_id = None
    note = f"自检：影像 {before.id}（{before.taken_on}）→ 影像 {after.id}（{after.taken_on}）"
    with runtime.database.transaction() as session:
        if found.outlines:
            target = folder / f"自检-{before.taken_on}-{after.taken_on}-{detection.id}.gpkg"
            series = f"D{detection.id}-"
            write_patches(
                target, found.outlines, before.taken_on, after.taken_on, series=series, note=note
            )
            import_id = _submit(runtime, session, target, note, detection.created_by)
        session.execute(
            update(SceneDetection)
            .where(SceneDetection.id == detection.id)
            .values(
                status=WorkStatus.READY.value, stage="", progress=1.0, found=_summary(found),
                import_id=import_id, finished_at=clock.now(),
            )
        )  # fmt: skip


def _submit(
    runtime: Runtime, session: Session, patches: Path, note: str, account_id: int | None
) -> int:
    upload = Upload(filename=patches.name, stored=runtime.files.put_path(patches))
    options = ImportOptions(note=note)
    return submit_upload(
        session, upload, LayerName.PATCHES, options, account_id=account_id, source=SOURCE
    ).import_id


def _summary(found: Detection) -> dict[str, Any]:
    shift = found.shift
    return {
        "changes": len(found.outlines),
        "area_m2": round(sum(outline.area_m2 for outline in found.outlines), 1),
        "clear_share": round(found.clear_share, 4),
        "threshold": round(found.threshold, 2),
        "shift_px": {"rows": round(shift.rows, 2), "columns": round(shift.columns, 2)},
        "shift_certain": bool(shift.is_certain),
    }
