"""One run of the overlay: patches and the ground under them in, findings stored and handed on."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from service import clock
from service.cases.raising.sightings import Sighting
from service.findings.models import ScreeningRun
from service.findings.runs import RunFacts
from service.screening.candidates import GroundFinder
from service.screening.overlapping import overlapped
from service.screening.patches import LoadedPatches, by_place, load_patches
from service.screening.storing import store_findings, store_outcomes, store_pieces
from service.screening.versions import BaseVersions
from service.settings import ScreeningDefaults
from spatial.overlay.model import Ground, OverlaySettings
from spatial.overlay.parallel import thread_count
from spatial.rules import RuleTable, load_rule_table
from spatial.screening import Screening, screen

PATCHES_AT_ONCE = 400
"""Bounds memory and lets the database and the kernel work side by side: patches are judged one by
one, so that cutting a batch changes nothing. A part is work for one thread, and there are as many
parts in work as processors: none waits for the other half of its part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What the findings of a run follow from, beside the patches."""

    versions: BaseVersions
    table: RuleTable
    settings: OverlaySettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a run found. ``outcomes`` counts patches by what became of them."""

    facts: RunFacts
    screened: list[int]
    sightings: list[Sighting] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Part:
    """Some patches of a run and the ground under them."""

    loaded: LoadedPatches
    ground: Ground


def run_overlay(
    session: Session,
    patch_ids: Sequence[int],
    *,
    reason: str,
    batch_id: int | None,
    versions: BaseVersions,
    limits: ScreeningDefaults,
) -> Run:
    """Screen patches against the versions given and store pieces, findings and the run itself.

    The same patches, versions, rules and limits give the same findings, in the same order.
    """
    settings = OverlaySettings(
        tolerance_m=limits.tolerance_m,
        dust_area_m2=limits.dust_area_m2,
        dust_width_m=limits.dust_width_m,
    )
    basis = Basis(versions=versions, table=_table(limits), settings=settings)
    record = _record(reason, batch_id, basis)
    session.add(record)
    session.flush()
    run = Run(facts=_facts(record), screened=sorted(patch_ids))
    loaded = _loaded(session, run.screened, basis)
    parts = overlapped(loaded, lambda part: _screened(part, basis), thread_count())
    for part, screening in parts:
        _store(session, run, part, screening)
    record.counts = dict(run.outcomes)
    return run


def _loaded(session: Session, ids: Sequence[int], basis: Basis) -> Iterator[Part]:
    """The patches, so many at once, with the ground under them.

    Neighbours come together: they lie in the same villages and zones, whose outlines are then
    taken up for a few parts and not for all of them.
    """
    ids = by_place(session, ids)
    finder = GroundFinder(session, basis.versions, basis.table, basis.settings.tolerance_m)
    for start in range(0, len(ids), PATCHES_AT_ONCE):
        patches = load_patches(session, ids[start : start + PATCHES_AT_ONCE])
        yield Part(patches, finder.under(patches.patches))


def _screened(part: Part, basis: Basis) -> Screening:
    return screen(part.loaded.patches, part.ground, basis.table, basis.settings)


def _store(session: Session, run: Run, part: Part, screening: Screening) -> None:
    patches = part.loaded.patches
    store_pieces(session, run.facts.id, patches, part.ground, screening.pieces)
    run.sightings.extend(store_findings(session, run.facts, part.loaded, screening.findings))
    run.outcomes.update(store_outcomes(session, patches, screening.findings))


def _table(limits: ScreeningDefaults) -> RuleTable:
    table = load_rule_table(limits.rules)
    thresholds = table.thresholds.model_copy(update={"small_suspect_m2": limits.sliver_area_m2})
    return replace(table, thresholds=thresholds)


def _record(reason: str, batch_id: int | None, basis: Basis) -> ScreeningRun:
    return ScreeningRun(
        id=uuid.uuid4(),
        batch_id=batch_id,
        reason=reason,
        rule_version=basis.table.version,
        settings={
            "tolerance_m": basis.settings.tolerance_m,
            "dust_area_m2": basis.settings.dust_area_m2,
            "dust_width_m": basis.settings.dust_width_m,
            **basis.table.thresholds.model_dump(),
        },
        started_at=clock.now(),
        counts={},
        **basis.versions.numbers(),
    )


def _facts(record: ScreeningRun) -> RunFacts:
    return RunFacts(
        id=record.id,
        rule_version=record.rule_version,
        plots_version=record.plots_version,
        villages_version=record.villages_version,
        zones_versions=record.zones_versions,
        settings=record.settings,
    )
