"""The judgement: one finding for every patch in every village where it has protected ground."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon

from spatial.area import ellipsoidal_area
from spatial.overlay.model import Ground, OverlaySettings, Patches, Pieces
from spatial.overlay.polygons import unite
from spatial.overlay.shares import VillageShares, village_shares
from spatial.rules.deciding import Decision, decide
from spatial.rules.documents import find_documents
from spatial.rules.findings import bare_finding, finding_of
from spatial.rules.model import Finding, Outcome
from spatial.rules.places import Place
from spatial.rules.question import Question, ask
from spatial.rules.summing import sum_up
from spatial.rules.surroundings import find_surroundings
from spatial.rules.table import RuleTable


def judge(
    patches: Patches, ground: Ground, pieces: Pieces, table: RuleTable, settings: OverlaySettings
) -> list[Finding]:
    """Judge the pieces that the overlay of these patches and this ground gave.

    Returns findings ordered by patch and village; a patch without any protected ground has one,
    in the village where most of it lies. Dust beyond every village has none. ``settings`` are
    those of the overlay.

    Raises:
        RuleError: for a change group, or a question, that the table has no row for.
    """
    question = ask(patches, ground, pieces, table, settings)
    documents = find_documents(question)
    shares = village_shares(patches.geometry, ground.villages)
    places = sum_up(question, documents, shares)
    suspect = question.farmland & ~documents.exempt
    around = find_surroundings(question, places, suspect)
    decisions = [
        decide(place, table, known) if place.is_farmland else None
        for place, known in zip(places, around, strict=True)
    ]
    grounds = _grounds(question, places, decisions, suspect)
    findings = [
        finding_of(question, place, decision, known, geometry)
        for place, decision, known, geometry in zip(places, decisions, around, grounds, strict=True)
    ]
    findings += _without_ground(question, shares)
    return sorted(_without_outer_dust(findings), key=lambda finding: finding.patch)


def _without_outer_dust(findings: list[Finding]) -> list[Finding]:
    """Leave out slivers beyond every village of patches that lie in one: nobody could answer for
    them, and village boundaries rarely match plots to the last millimetre."""
    inside = {finding.patch for finding in findings if finding.village_code is not None}
    return [
        finding
        for finding in findings
        if finding.outcome is not Outcome.SLIVER
        or finding.village_code is not None
        or finding.patch not in inside
    ]


def _grounds(
    question: Question,
    places: Sequence[Place],
    decisions: Sequence[Decision | None],
    suspect: NDArray[np.bool_],
) -> list[MultiPolygon]:
    """The ground each finding is about, as one geometry."""
    exempt = np.array([bool(decision and decision.exempt) for decision in decisions], dtype=bool)
    undecided = np.array([decision is None for decision in decisions], dtype=bool)
    hint = undecided & np.array([place.is_recoverable for place in places], dtype=bool)
    chosen = np.where(exempt[question.place], question.farmland, suspect)
    chosen = np.where(hint[question.place], ~question.farmland, chosen)
    chosen |= (undecided & ~hint)[question.place]
    united = unite(question.pieces.geometry[chosen], question.place[chosen])
    single = shapely.get_type_id(united) == shapely.GeometryType.POLYGON
    united[single] = shapely.multipolygons(united[single, None])
    return list(united)


def _without_ground(question: Question, shares: VillageShares) -> list[Finding]:
    """Findings of the patches that have no piece at all."""
    order = np.lexsort((-shares.area_m2, shares.patch))
    patches, first = np.unique(shares.patch[order], return_index=True)
    largest = order[first]
    bare = ~np.isin(patches, question.pieces.patch)
    patches, largest = patches[bare], largest[bare]
    areas = ellipsoidal_area(question.patches.geometry[patches])
    return [
        bare_finding(question, patch, village, area)
        for patch, village, area in zip(
            patches.tolist(), shares.village[largest].tolist(), areas.tolist(), strict=True
        )
    ]
