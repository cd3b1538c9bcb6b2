"""Which zones may exempt ground of which patches, and in which order they take it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.overlay.candidates import Pairs, find_pairs
from spatial.overlay.model import Days, OverlaySettings, Patches, Zones


def exempting_pairs(
    tree: shapely.STRtree, zones: Zones, patches: Patches, settings: OverlaySettings
) -> Pairs:
    """Patches and the exempting zones around them that are valid on the after-image date.

    ``tree``: of the grown patches. Ordered by patch, then by the order in which zones take
    ground; ``feature`` is a position in ``zones``.
    """
    rank = claim_rank(zones, settings)
    exempting = np.flatnonzero(rank >= 0)
    pairs = find_pairs(tree, zones.geometry[exempting], rank[exempting])
    pairs = replace(pairs, feature=exempting[pairs.feature])
    valid = is_valid_on(
        patches.after_date[pairs.patch],
        zones.valid_from[pairs.feature],
        zones.valid_to[pairs.feature],
    )
    return pairs.take(valid)


def claim_rank(zones: Zones, settings: OverlaySettings) -> NDArray[np.int64]:
    """The place of each zone in the order of claims; -1 for zones that exempt nothing."""
    kinds = {kind.value: place for place, kind in enumerate(settings.exemption_order)}
    kind = np.array([kinds.get(str(kind), -1) for kind in zones.kind], dtype=np.int64)
    document = np.array([number or "" for number in zones.document_no], dtype=str)
    start = zones.valid_from.astype("datetime64[D]").astype(np.int64)
    order = np.lexsort((zones.ids, start, document, kind))
    rank = np.empty(len(kind), dtype=np.int64)
    rank[order] = np.arange(len(kind))
    rank[kind < 0] = -1
    return rank


def is_valid_on(day: Days, valid_from: Days, valid_to: Days) -> NDArray[np.bool_]:
    """Whether validity covers a day. No first day: since ever; no last day: until further notice.
    On an unknown day only what has no end is valid."""
    began = np.isnat(valid_from) | np.isnat(day) | (valid_from <= day)
    goes_on: NDArray[np.bool_] = np.isnat(valid_to) | (valid_to >= day)
    return began & goes_on
