"""Pieces summed up by patch and village."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spatial.area import ellipsoidal_area
from spatial.overlay.planes import is_dust
from spatial.overlay.polygons import unite
from spatial.overlay.shares import VillageShares
from spatial.rules.documents import Documents
from spatial.rules.places import FARMLAND, PROTECTIONS, ByClass, Place
from spatial.rules.question import Question
from spatial.words import Protection

CLASSES = len(PROTECTIONS) - 1
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def sum_up(question: Question, documents: Documents, shares: VillageShares) -> list[Place]:
    """Every patch in every village in which it has pieces, in their order."""
    pieces, suspect = question.pieces, ~documents.exempt
    everything = np.ones(len(pieces), dtype=bool)
    firm = question.farmland & ~pieces.dust
    patch, village = pieces.patch[question.first], pieces.village[question.first]
    columns = zip(
        patch.tolist(),
        village.tolist(),
        _patch_areas(patch, village, shares),
        _by_class(question, pieces.area_m2, everything),
        _by_class(question, pieces.area_m2, suspect),
        _by_class(question, pieces.area_low_m2, suspect),
        _by_class(question, pieces.area_high_m2, suspect),
        _strongest(question, firm),
        _strongest(question, firm & suspect),
        _has_farmland(question, firm).tolist(),
        _any(question, ~question.farmland & ~pieces.dust).tolist(),
        documents.of_place,
        documents.lapsed.tolist(),
        strict=True,
    )
    return [
        Place(
            patch=row[0],
            village=row[1],
            group=question.groups[row[0]],
            patch_area=row[2],
            by_class=row[3],
            suspect_by_class=row[4],
            low=row[5],
            high=row[6],
            farmland=sum(row[3][: len(FARMLAND)]),
            suspect=sum(row[4][: len(FARMLAND)]),
            strongest=row[7],
            strongest_suspect=row[8],
            is_farmland=row[9],
            is_recoverable=row[10],
            documents=row[11],
            lapsed=row[12],
        )
        for row in columns
    ]


def _patch_areas(
    patch: NDArray[np.int64], village: NDArray[np.int64], shares: VillageShares
) -> list[float]:
    """The patches' areas in the villages, found among all shares."""
    keys = zip(shares.patch.tolist(), shares.village.tolist(), strict=True)
    areas = dict(zip(keys, shares.area_m2.tolist(), strict=True))
    return [areas[key] for key in zip(patch.tolist(), village.tolist(), strict=True)]


def _by_class(question: Question, area: Floats, chosen: Flags) -> list[ByClass]:
    sums = np.zeros((len(question.first), CLASSES))
    np.add.at(sums, (question.place[chosen], question.protection[chosen]), area[chosen])
    return [tuple(row) for row in sums.tolist()]


def _strongest(question: Question, chosen: Flags) -> list[Protection | None]:
    ranks = np.full(len(question.first), len(PROTECTIONS))
    np.minimum.at(ranks, question.place[chosen], question.protection[chosen])
    words = [*PROTECTIONS, None]
    return [words[rank] for rank in ranks.tolist()]


def _any(question: Question, chosen: Flags) -> Flags:
    flags = np.zeros(len(question.first), dtype=bool)
    flags[question.place[chosen]] = True
    return flags


def _has_farmland(question: Question, firm: Flags) -> Flags:
    """Whether farmland is more than dust: in one piece, or in all its pieces together."""
    has = _any(question, firm)
    doubtful = np.flatnonzero(question.farmland & ~has[question.place])
    if len(doubtful):
        places, group = np.unique(question.place[doubtful], return_inverse=True)
        united = unite(question.pieces.geometry[doubtful], group)
        settings = question.settings
        dust = is_dust(
            united, ellipsoidal_area(united), settings.dust_area_m2, settings.dust_width_m
        )
        has[places] = ~dust
    return has
