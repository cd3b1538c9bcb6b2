"""Sightings: what one patch says of one place, as cases are raised and joined from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from shapely import MultiPolygon

from service.findings.runs import RunFacts

NO_VILLAGE = ""
"""The village code of ground outside every village."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A finding that asks for an answer: the suspect ground of one patch in one village.

    ``ground`` is EPSG:4490, ``ewkb`` the same as stored; ``judgement`` is the JSON that
    ``service.findings.judgements`` writes.
    """

    finding_id: int
    patch_id: int
    patch_no: str
    batch_id: int
    village_code: str
    after_date: date | None
    judgement: Mapping[str, Any]
    ground: MultiPolygon
    ewkb: bytes
    run: RunFacts

    @property
    def key(self) -> tuple[int, str]:
        """What makes it the same sighting when it is screened again."""
        return self.patch_id, self.village_code

    @property
    def age(self) -> tuple[date, str, int]:
        """Sort key from the earliest image to the latest, whatever the order of arrival."""
        return self.after_date or date.min, self.patch_no, self.patch_id

    @property
    def weight(self) -> tuple[int, date, str, int]:
        """Sort key of what decides a case: severity first, then the latest image."""
        return self.judgement["severity"], *self.age


def deciding(sightings: list[Sighting]) -> Sighting:
    """The sighting whose finding a case shows: the gravest, of equal ones the latest image.

    The last resort is the patch's number, so that no order of arrival changes the choice.
    """
    return max(sightings, key=lambda sighting: sighting.weight)
