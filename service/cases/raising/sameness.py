"""Which sightings are of one place: the same ground in the same village."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from service.cases.raising.sightings import Sighting
from spatial.overlay.sameness import compare_ground, touching_among, touching_pairs

Index = NDArray[np.int64]
ROUNDING = 1e-6
"""Degrees hold the share of a ground of some metres to about this: what reaches a threshold on
paper must not miss it by its last digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """From when on two grounds are one place: either share suffices (0 to 1)."""

    iou: float = 0.5
    cover: float = 0.8


def same_ground_pairs(
    sightings: Sequence[Sighting], thresholds: Thresholds
) -> list[tuple[int, int]]:
    """Positions of all pairs, later one first, that saw the same ground of one village.

    Which of two is the earlier follows from their images, not from their arrival.
    """
    first, second = touching_among(_grounds(sightings))
    ages = _ranks(sightings)
    in_order = ages[first] < ages[second]
    earlier, later = np.where(in_order, (first, second), (second, first))
    later, earlier = _of_one_village(sightings, sightings, later, earlier)
    return _same(sightings, sightings, later, earlier, thresholds)


def same_ground_as_earlier(
    new: Sequence[Sighting],
    earlier: Sequence[Sighting],
    thresholds: Thresholds,
    *,
    across_villages: bool = False,
) -> list[tuple[int, int]]:
    """Positions of all pairs of a new sighting and one known before on the same ground.

    ``across_villages``: also where the ground was another village's then.
    """
    first, second = touching_pairs(_grounds(new), _grounds(earlier))
    if not across_villages:
        first, second = _of_one_village(new, earlier, first, second)
    return _same(new, earlier, first, second, thresholds)


def places(
    sightings: Sequence[Sighting], bonds: Sequence[tuple[int, int]], thresholds: Thresholds
) -> list[list[int]]:
    """Positions of the sightings of each place, chains included: A like B and B like C is one.

    ``bonds`` are pairs that belong together whatever their ground. A place does not depend on
    the order of the sightings; the list is ordered by each place's first position.
    """
    if not sightings:
        return []
    pairs = np.array([*same_ground_pairs(sightings, thresholds), *bonds], np.int64).reshape(-1, 2)
    size = len(sightings)
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(size, size))
    count, labels = connected_components(graph, directed=False)
    members: list[list[int]] = [[] for _ in range(count)]
    for position, label in enumerate(labels.tolist()):
        members[label].append(position)
    return sorted(members, key=lambda positions: positions[0])


def _of_one_village(
    new: Sequence[Sighting], earlier: Sequence[Sighting], new_index: Index, earlier_index: Index
) -> tuple[Index, Index]:
    villages = np.array([sighting.village_code for sighting in new], dtype=np.object_)
    others = np.array([sighting.village_code for sighting in earlier], dtype=np.object_)
    together = villages[new_index] == others[earlier_index]
    return new_index[together], earlier_index[together]


def _same(
    new: Sequence[Sighting],
    earlier: Sequence[Sighting],
    new_index: Index,
    earlier_index: Index,
    thresholds: Thresholds,
) -> list[tuple[int, int]]:
    if not len(new_index):
        return []
    shares = compare_ground(_grounds(new), _grounds(earlier), new_index, earlier_index)
    same = shares.is_same(iou=thresholds.iou - ROUNDING, cover=thresholds.cover - ROUNDING)
    return list(zip(new_index[same].tolist(), earlier_index[same].tolist(), strict=True))


def _grounds(sightings: Sequence[Sighting]) -> NDArray[np.object_]:
    ground = np.empty(len(sightings), dtype=np.object_)
    ground[:] = [sighting.ground for sighting in sightings]
    return ground


def _ranks(sightings: Sequence[Sighting]) -> Index:
    order = sorted(range(len(sightings)), key=lambda position: sightings[position].age)
    ranks = np.empty(len(sightings), dtype=np.int64)
    ranks[order] = np.arange(len(sightings))
    return ranks
