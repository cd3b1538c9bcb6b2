"""Taking scenes in: what was sent is looked at and queued, or refused as a whole."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import clock
from service.files import StoredFile
from service.jobs import defer
from service.runtime import Runtime
from service.scenes.arriving import Arrival, SceneFactsSent, SceneWish, arrivals, look_at
from service.scenes.jobs import CONVERT_LOCK, run
from service.scenes.models import Scene
from service.scenes.statuses import GONE, WorkStatus


@dataclass(frozen=True, slots=True)
class Admitted:
    """A scene in the database; ``fresh`` unless the same bytes were there already."""

    scene: Scene
    fresh: bool


def take_in(
    runtime: Runtime, sent: Arrival, wish: SceneWish, *, account_id: int | None
) -> list[Admitted]:
    """Queue everything that was sent, or refuse all of it; one image or those of a zip.

    Raises:
        SpatialError: when it is no image, or an archive that cannot be unpacked.
        InvalidParameter: when what the sender says does not fit.
    """
    today = clock.now().astimezone(runtime.settings.zone).date()
    with arrivals(runtime.settings, sent) as images:
        known = [(image, look_at(image, wish, today), image.stored()) for image in images]
        with runtime.database.transaction() as session:
            return [_admit(runtime, session, *item, wish, account_id=account_id) for item in known]


def _admit(
    runtime: Runtime,
    session: Session,
    image: Arrival,
    facts: SceneFactsSent,
    stored: StoredFile,
    wish: SceneWish,
    *,
    account_id: int | None,
) -> Admitted:
    known = same_scene(session, stored.sha256)
    if known is not None:
        return Admitted(known, fresh=False)
    scene = Scene(
        filename=image.name, sha256=stored.sha256, size=stored.size, taken_on=facts.taken_on,
        sensor=facts.sensor, note=wish.note, status=WorkStatus.QUEUED.value, stage="",
        progress=0.0, bands=list(wish.bands), stretch=[], created_by=account_id,
        created_at=clock.now(),
    )  # fmt: skip
    session.add(scene)
    session.flush()
    if image.movable:
        runtime.files.adopt(image.path, stored)
    else:
        runtime.files.put_path(image.path)
    defer(session, run, lock=CONVERT_LOCK, scene_id=scene.id)
    return Admitted(scene, fresh=True)


def same_scene(session: Session, sha256: str) -> Scene | None:
    """The scene that the same bytes have become, or will."""
    # Two senders of the same bytes at the same moment: the second sees the first.
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(sha256, 8))))
    return session.scalar(
        select(Scene).where(Scene.sha256 == sha256, Scene.status.not_in(GONE)).limit(1)
    )
