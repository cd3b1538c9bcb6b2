"""Questions about scenes and comparisons of them: which there are, which show a case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, exists, func, select, true
from sqlalchemy.orm import Session

from service.accounts.permissions import village_scope
from service.accounts.roles import Principal
from service.cases.queries import ListedCase
from service.errors import NotFound
from service.features.extent import Box, meeting
from service.layers.versions import current_version
from service.scenes.choosing import Serving, candidates
from service.scenes.measuring import covering_scenes
from service.scenes.models import Scene, SceneDetection
from service.scenes.statuses import WorkStatus
from service.villages.models import VillageBoundary
from spatial.messages import Message
from spatial.words import LayerName

NO_SCENE = Message("没有这景影像，或您无权查看。", "There is no such scene, or it is not yours.")
NO_DETECTION = Message("没有这次比对。", "There is no such comparison.")


def list_scenes(
    session: Session,
    principal: Principal,
    *,
    boxes: tuple[Box, ...] | None,
    since: date | None,
    until: date | None,
    before_id: int | None,
    limit: int,
) -> Sequence[Scene]:
    """Scenes, last sent first; those that meet one of ``boxes`` and lie between the days."""
    conditions = [seen_by(session, principal)]
    if boxes is not None:
        conditions.append(meeting(Scene.footprint, boxes))
    if since is not None:
        conditions.append(Scene.taken_on >= since)
    if until is not None:
        conditions.append(Scene.taken_on <= until)
    if before_id is not None:
        conditions.append(Scene.id < before_id)
    statement = select(Scene).where(*conditions).order_by(Scene.id.desc()).limit(limit)
    return session.scalars(statement).all()


def mosaic_scenes(
    session: Session, principal: Principal, until: date | None, box: Box | None, most: int
) -> Sequence[Scene]:
    """Scenes that are ready and meet ``box``, the newest up to a day first."""
    conditions = [seen_by(session, principal), Scene.status == WorkStatus.READY.value]
    if until is not None:
        conditions.append(Scene.taken_on <= until)
    if box is not None:
        conditions.append(meeting(Scene.footprint, (box,)))
    order = (Scene.taken_on.desc(), Scene.id.desc())
    return session.scalars(select(Scene).where(*conditions).order_by(*order).limit(most)).all()


def find_scene(session: Session, principal: Principal, scene_id: int) -> Scene:
    """One scene.

    Raises:
        NotFound: when there is none, or the caller may not see it.
    """
    mine = seen_by(session, principal)
    scene = session.scalar(select(Scene).where(Scene.id == scene_id, mine))
    if scene is None:
        raise NotFound(NO_SCENE)
    return scene


def list_detections(
    session: Session, *, before_id: int | None, limit: int
) -> Sequence[SceneDetection]:
    """Comparisons, last asked for first; those before an id."""
    statement = select(SceneDetection).order_by(SceneDetection.id.desc()).limit(limit)
    if before_id is not None:
        statement = statement.where(SceneDetection.id < before_id)
    return session.scalars(statement).all()


def find_detection(session: Session, detection_id: int) -> SceneDetection:
    """One comparison.

    Raises:
        NotFound: when there is none.
    """
    detection = session.get(SceneDetection, detection_id)
    if detection is None:
        raise NotFound(NO_DETECTION)
    return detection


def serving(session: Session, listed: ListedCase) -> Serving:
    """The scenes that show a case: those that were measured, else those that suit it best."""
    covering = covering_scenes(session, listed.case.id)
    fitting = candidates(covering, listed.patch.before_date, listed.patch.after_date)
    imagery = listed.imagery
    if imagery is not None and imagery.run_id == listed.case.run_id:
        return fitting.with_these(
            _scene(session, imagery.before_scene_id), _scene(session, imagery.after_scene_id)
        )
    return fitting.best()


def _scene(session: Session, scene_id: int | None) -> Scene | None:
    return None if scene_id is None else session.get(Scene, scene_id)


def seen_by(session: Session, principal: Principal) -> ColumnElement[bool]:
    """The condition under which a scene may be seen: it shows some of the caller's ground."""
    if not principal.bound_to_villages:
        return true()
    version = current_version(session, LayerName.VILLAGES)
    return exists().where(
        VillageBoundary.version_id == (version.id if version else 0),
        village_scope(principal, VillageBoundary.code),
        func.ST_Intersects(VillageBoundary.geom, Scene.footprint),
    )
