"""The collections: which feature types are served, in the order people meet them."""

from __future__ import annotations

from collections.abc import Mapping

from service.cases.features import CASES
from service.errors import NotFound
from service.features.types import FeatureType
from service.patches.features import PATCHES
from service.plots.features import PLOTS
from service.villages.features import VILLAGES
from service.zones.features import ZONES
from spatial.messages import Message

COLLECTIONS: Mapping[str, FeatureType] = {
    kind.name: kind for kind in (VILLAGES, PLOTS, ZONES, PATCHES, CASES)
}


def collection_named(name: str) -> FeatureType:
    """The collection of that name.

    Raises:
        NotFound: listing those there are.
    """
    kind = COLLECTIONS.get(name)
    if kind is None:
        known = ", ".join(COLLECTIONS)
        raise NotFound(
            Message(
                f"没有集合 {name}；可用：{known}。", f"No collection {name}; there are: {known}."
            )
        )
    return kind
