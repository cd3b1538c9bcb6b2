"""Questions about scenes: which there are, which show a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, exists, func, select, true
from sqlalchemy.orm import Session

from service.accounts.permissions import village_scope
from service.accounts.roles import Principal
from service.cases.queries import ListedCase
from service.errors import NotFound
from service.layers.versions import current_version
from service.scenes.models import Scene
from service.villages.models import VillageBoundary
from spatial.messages import Message
from spatial.words import LayerName

GRACE = timedelta(days=15)
"""A patch's dates are those of mosaics, taken over some weeks."""
NO_SCENE = Message("没有这景影像，或您无权查看。", "There is no such scene, or it is not yours.")

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Serving:
    """The scenes that show a case before and after; None where none fits."""

    before: Scene | None
    after: Scene | None


def list_scenes(
    session: Session,
    principal: Principal,
    *,
    bbox: Box | None,
    since: date | None,
    until: date | None,
    before_id: int | None,
    limit: int,
) -> Sequence[Scene]:
    """Scenes, last sent first; those that meet ``bbox`` (EPSG:4490) and lie between the days."""
    conditions = [_seen_by(session, principal)]
    if bbox is not None:
        conditions.append(func.ST_Intersects(Scene.footprint, func.ST_MakeEnvelope(*bbox, 4490)))
    if since is not None:
        conditions.append(Scene.taken_on >= since)
    if until is not None:
        conditions.append(Scene.taken_on <= until)
    if before_id is not None:
        conditions.append(Scene.id < before_id)
    statement = select(Scene).where(*conditions).order_by(Scene.id.desc()).limit(limit)
    return session.scalars(statement).all()


def find_scene(session: Session, principal: Principal, scene_id: int) -> Scene:
    """One scene.

    Raises:
        NotFound: when there is none, or the caller may not see it.
    """
    mine = _seen_by(session, principal)
    scene = session.scalar(select(Scene).where(Scene.id == scene_id, mine))
    if scene is None:
        raise NotFound(NO_SCENE)
    return scene


def serving(session: Session, listed: ListedCase) -> Serving:
    """The scenes that cover a case's ground and suit its patch's dates best."""
    case = type(listed.case)
    covering = session.scalars(
        select(Scene)
        .join(case, case.id == listed.case.id)
        .where(Scene.status == "ready", func.ST_Covers(Scene.footprint, case.geom))
        .order_by(Scene.taken_on, Scene.id)
    ).all()
    return choose(covering, listed.patch.before_date, listed.patch.after_date)


def choose(scenes: Sequence[Scene], before: date | None, after: date | None) -> Serving:
    """The best scenes for two days, of scenes in the order of their days; never one for both."""
    first = _nearest(scenes, before, [s for s in scenes if before and s.taken_on <= before + GRACE])
    later = list(reversed(scenes))
    second = _nearest(later, after, [s for s in later if after and s.taken_on >= after - GRACE])
    if first is None or second is None or first is not second:
        return Serving(first, second)
    if before and after and abs(first.taken_on - before) > abs(first.taken_on - after):
        return Serving(None, second)
    return Serving(first, None)


def _nearest(scenes: Sequence[Scene], day: date | None, fitting: Sequence[Scene]) -> Scene | None:
    """The last of those that fit; else the nearest day's; the first where no day is known."""
    if fitting:
        return fitting[-1]
    if day is None or not scenes:
        return scenes[0] if scenes else None
    return min(scenes, key=lambda scene: abs(scene.taken_on - day))


def _seen_by(session: Session, principal: Principal) -> ColumnElement[bool]:
    if not principal.bound_to_villages:
        return true()
    version = current_version(session, LayerName.VILLAGES)
    return exists().where(
        VillageBoundary.version_id == (version.id if version else 0),
        village_scope(principal, VillageBoundary.code),
        func.ST_Intersects(VillageBoundary.geom, Scene.footprint),
    )
