"""What the village addresses answer."""

from __future__ import annotations

from datetime import date
from typing import Self

from pydantic import BaseModel

from service.villages.queries import ListedVillage


class VillageAnswer(BaseModel):
    """A village: its area in m² and extent (west, south, east, north in EPSG:4490 degrees) when
    its boundary is known; ``valid_to`` once it is no longer on the map."""

    code: str
    name: str
    township_code: str
    valid_from: date | None
    valid_to: date | None
    area: float | None
    bbox: tuple[float, float, float, float] | None

    @classmethod
    def of(cls, listed: ListedVillage) -> Self:
        """As kept."""
        village = listed.village
        return cls(
            code=village.code,
            name=village.name,
            township_code=village.township_code,
            valid_from=village.valid_from,
            valid_to=village.valid_to,
            area=listed.area_m2,
            bbox=listed.bbox,
        )


class VillageList(BaseModel):
    """Villages by code."""

    items: list[VillageAnswer]
