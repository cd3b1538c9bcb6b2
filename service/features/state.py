"""What is published at the moment: layer versions and how often each kind of data changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from spatial.words import LayerName

ZONE_LAYERS = tuple(layer.value for layer in LayerName if layer.zone_kind is not None)


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """One version of a base layer, as ``layer_version`` keeps it."""

    id: int
    layer: str
    version: int
    effective_on: date
    superseded_at: datetime | None
    feature_count: int
    edited_at: datetime

    @property
    def tag(self) -> str:
        """Changes with every publication and every edit."""
        return f"{self.layer}:{self.id}:{self.edited_at.timestamp()}"


@dataclass(frozen=True, slots=True)
class DataState:
    """Everything committed when a request was admitted, in brief."""

    revisions: Mapping[str, int]
    versions: tuple[PublishedVersion, ...]

    def current(self, layer: str) -> PublishedVersion | None:
        """The version in force, if the layer was ever published."""
        found = (v for v in self.versions if v.layer == layer and v.superseded_at is None)
        return next(found, None)

    def numbered(self, layer: str, version: int) -> PublishedVersion | None:
        """The version of that number."""
        found = (v for v in self.versions if v.layer == layer and v.version == version)
        return next(found, None)

    def effective(self, layer: str, on: date) -> PublishedVersion | None:
        """The version that was in effect on a day; None before the first."""
        known = [v for v in self.versions if v.layer == layer and v.effective_on <= on]
        return max(known, key=lambda v: (v.effective_on, v.version), default=None)


def entity_tag(parts: Iterable[object]) -> str:
    """A weak entity tag (compression may follow) that changes when any part does."""
    digest = hashlib.blake2b(repr(tuple(parts)).encode(), digest_size=12)
    return f'W/"{digest.hexdigest()}"'


def tag_matches(header: str | None, tag: str) -> bool:
    """Whether an ``If-None-Match`` header names the tag (weak comparison, RFC 9110)."""
    if header is None:
        return False
    wanted = tag.removeprefix("W/")
    known = (part.strip().removeprefix("W/") for part in header.split(","))
    return any(part in (wanted, "*") for part in known)
