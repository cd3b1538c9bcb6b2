"""From the sightings of a run to cases: raised, joined, merged, judged anew or withdrawn.

Everything happens in the caller's transaction, which must hold the publishing lock (see
``service.layers.versions``): two batches that saw the same ground come one after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from service.alerts.outbox import announce_all
from service.cases.history import append_many
from service.cases.raising.answered import still_asking
from service.cases.raising.changes import Cause, Changes, WorkingDays
from service.cases.raising.changing import change_cases
from service.cases.raising.following import follow_ground
from service.cases.raising.joining import Plan, plan_cases
from service.cases.raising.moving import move_cases
from service.cases.raising.neighbours import Neighbours, load_neighbours
from service.cases.raising.opening import open_cases
from service.cases.raising.sameness import Thresholds
from service.cases.raising.sightings import Sighting
from service.cases.raising.storing import store_sightings
from service.settings import Settings
from spatial.rules import load_rule_table


@dataclass(frozen=True, slots=True, kw_only=True)
class RaisingCounts:
    """What became of a run's sightings: every one not known before raised or joined a case."""

    raised: int
    joined: int


def raise_or_join(
    session: Session,
    found: Sequence[Sighting],
    screened: Sequence[int],
    cause: Cause,
    settings: Settings,
) -> RaisingCounts:
    """Bring the cases in line with what a run says of the patches ``screened``.

    ``found``: the run's sightings that ask for an answer, one per patch and village, those of
    ground outside every village among them.
    """
    limits = settings.screening
    thresholds = Thresholds(iou=limits.join_iou, cover=limits.join_cover)
    neighbours = load_neighbours(session, found, screened)
    followed = follow_ground(neighbours.known, neighbours.held, found, thresholds)
    neighbours = replace(neighbours, held=followed.held)
    found = still_asking(session, followed.found, neighbours.held, thresholds)
    plan = plan_cases(neighbours.known, neighbours.held, found, frozenset(screened), thresholds)
    changes = Changes(
        cause=cause,
        days=WorkingDays.load(session, settings.zone),
        table=load_rule_table(limits.rules),
    )
    move_cases(session, followed.moved, neighbours, changes)
    change_cases(session, plan, neighbours, changes)
    homes = open_cases(session, plan, neighbours, changes)
    store_sightings(session, plan, neighbours, homes, changes)
    opened = _opened(plan, homes)
    append_many(session, changes.entries, opened)
    announce_all(session, changes.announcements, opened)
    return _counts(plan, neighbours)


def _opened(plan: Plan, homes: Sequence[int]) -> set[int]:
    """The cases made for places that had none."""
    both = zip(homes, plan.places, strict=True)
    return {case_id for case_id, place in both if place.home is None}


def _counts(plan: Plan, neighbours: Neighbours) -> RaisingCounts:
    before = {one.sighting.key for one in neighbours.held}
    raised = joined = 0
    for place in plan.places:
        fresh = sum(sighting.key not in before for sighting in place.arrived)
        raised += place.home is None
        joined += max(fresh - 1, 0) if place.home is None else fresh
    return RaisingCounts(raised=raised, joined=joined)
