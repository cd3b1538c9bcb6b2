"""Figures of cases in the scenes that show them, stored and made again when a better one comes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from geoalchemy2.shape import to_shape
from sqlalchemy import exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from service import clock
from service.cases.details import pieces_of
from service.cases.models import Case
from service.findings.models import Piece
from service.imagery.models import CaseImagery
from service.patches.models import Patch
from service.runtime import Runtime
from service.scenes.choosing import Candidates, candidates
from service.scenes.models import Scene
from service.scenes.skies import Skies
from service.scenes.statuses import UNFINISHED, WorkStatus
from spatial.errors import RasterError
from spatial.imagery.support import MOST_HIDDEN
from spatial.imagery.zonal import Figures, ground_figures

CASES_AT_ONCE = 50
TRIES = 3
"""Scenes of one side that are looked at before the clearest of them is taken."""
SLACK = timedelta(seconds=10)
"""A scene says when it was finished a little before others can see it."""
READY = Scene.status == WorkStatus.READY.value


@dataclass(frozen=True, slots=True)
class _Measured:
    """A scene and what it shows: of the case, of each piece, of what lies around."""

    scene: Scene
    whole: Figures
    pieces: Sequence[Figures]
    around: Figures

    def as_json(self) -> dict[str, Any]:
        """The figures of the whole case with their scene."""
        return flat(self.whole) | {
            "scene_id": self.scene.id,
            "taken_on": self.scene.taken_on.isoformat(),
            "around_ndvi": self.around.indices["ndvi"],
        }


def measure_due(runtime: Runtime) -> int:
    """Measure every case that was not yet, whose ground has changed or that a new scene shows.

    Returns how many there were; none while scenes are still being taken in, each of which could
    make all of them due again. Safe at any time: what breaks off is due again.
    """
    count, last = 0, 0
    skies = Skies(runtime)
    with runtime.database.reading() as session:
        if session.scalar(select(exists().where(Scene.status.in_(UNFINISHED)))):
            return 0
    while True:
        begun = clock.now()
        with runtime.database.reading() as session:
            due = session.scalars(
                select(Case.id)
                .outerjoin(CaseImagery, CaseImagery.case_id == Case.id)
                .where(Case.id > last, Case.voided_at.is_(None), _is_due(session))
                .order_by(Case.id)
                .limit(CASES_AT_ONCE)
            ).all()
            rows = [_measure(skies, session, case_id) for case_id in due]
        if not due:
            return count
        _store(runtime, [row | {"measured_at": begun} for row in rows])
        count, last = count + len(due), due[-1]


def covering_scenes(session: Session, case_id: int) -> Sequence[Scene]:
    """The scenes that are ready and cover a case's ground, in the order of their days."""
    return session.scalars(
        select(Scene)
        .join(Case, Case.id == case_id)
        .where(READY, func.ST_Covers(Scene.footprint, Case.geom))
        .order_by(Scene.taken_on, Scene.id)
    ).all()


def flat(figures: Figures) -> dict[str, float | None]:
    """Figures in one level: each index by its name beside the shares."""
    plain = asdict(figures)
    indices: dict[str, float | None] = plain.pop("indices")
    return indices | plain


def _is_due(session: Session) -> ColumnElement[bool]:
    newest = session.scalar(select(func.max(Scene.finished_at)).where(READY))
    due: ColumnElement[bool] = or_(CaseImagery.case_id.is_(None), CaseImagery.run_id != Case.run_id)
    if newest is None:
        return due
    fresh = exists().where(
        READY,
        Scene.finished_at > CaseImagery.measured_at - SLACK,
        func.ST_Covers(Scene.footprint, Case.geom),
    )
    return or_(due, (CaseImagery.measured_at < newest + SLACK) & fresh)


def _measure(skies: Skies, session: Session, case_id: int) -> dict[str, Any]:
    case = session.get_one(Case, case_id)
    patch = session.get_one(Patch, case.patch_id)
    pieces = session.scalars(
        select(Piece).where(*pieces_of(session, case), Piece.dust.is_(False)).order_by(Piece.id)
    ).all()
    scenes = covering_scenes(session, case_id)
    fitting = candidates(scenes, patch.before_date, patch.after_date)
    grounds = [to_shape(case.geom), *(to_shape(piece.geom) for piece in pieces)]
    before, after, latest = _sides(skies, fitting, grounds)
    return {
        "case_id": case_id,
        "run_id": case.run_id,
        "before_scene_id": before.scene.id if before else None,
        "after_scene_id": after.scene.id if after else None,
        "figures": {
            "before": before.as_json() if before else None,
            "after": after.as_json() if after else None,
            "latest": latest.as_json() if latest else None,
            "overlaps": [_overlap(piece, at, before, after) for at, piece in enumerate(pieces)],
        },
    }


def _sides(
    skies: Skies, fitting: Candidates, grounds: Sequence[Any]
) -> tuple[_Measured | None, _Measured | None, _Measured | None]:
    first, second = (next(iter(side), None) for side in (fitting.before, fitting.after))
    before = _clearest(skies, fitting.before[:TRIES], second, grounds)
    after = _clearest(skies, fitting.after[:TRIES], first, grounds)
    newer = [
        scene
        for scene in reversed(fitting.after)
        if after is None or scene.taken_on > after.scene.taken_on
    ]
    return before, after, _clearest(skies, newer[:1], first, grounds)


def _clearest(
    skies: Skies, scenes: Iterable[Scene], beside: Scene | None, grounds: Sequence[Any]
) -> _Measured | None:
    """The first scene that shows the ground well enough, else the one that hides least of it."""
    tried: list[_Measured] = []
    for scene in scenes:
        # A file that cannot be read serves no case; its own row says so when it is opened.
        with suppress(RasterError):
            tried.append(_measured(skies, scene, beside, grounds))
            if tried[-1].whole.hidden_share <= MOST_HIDDEN:
                return tried[-1]
    return min(tried, key=lambda one: one.whole.hidden_share, default=None)


def _measured(
    skies: Skies, scene: Scene, beside: Scene | None, grounds: Sequence[Any]
) -> _Measured:
    clouds = skies.clouds(scene, beside)
    with skies.runtime.files.local_path(str(scene.cog_sha256)) as path:
        whole, *pieces, around = ground_figures(path, scene.bands, grounds, clouds)
    return _Measured(scene, whole, pieces, around)


def _overlap(
    piece: Piece, at: int, before: _Measured | None, after: _Measured | None
) -> dict[str, Any]:
    return {
        "piece_id": piece.id,
        "protection": piece.protection,
        "exempt": piece.zone_kind is not None,
        "area": piece.area_m2,
        "before": flat(before.pieces[at]) if before else None,
        "after": flat(after.pieces[at]) if after else None,
    }


def _store(runtime: Runtime, rows: list[dict[str, Any]]) -> None:
    statement = insert(CaseImagery).values(rows)
    changed = {name: statement.excluded[name] for name in rows[0] if name != "case_id"}
    with runtime.database.transaction() as session:
        session.execute(
            statement.on_conflict_do_update(index_elements=[CaseImagery.case_id], set_=changed)
        )
