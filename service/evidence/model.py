"""What evidence is: kinds, what a picture says of itself, and photos as conditions see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from spatial.words import LabelledEnum


class EvidenceKind(LabelledEnum):
    """What a file shows."""

    PHOTO = "photo", "照片", "photo"
    FAR = "far", "远景照片", "far view"
    NEAR = "near", "近景照片", "near view"
    AFTER = "after", "整改后照片", "after rectification"
    DOCUMENT = "document", "文件", "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """When, where and in which direction a photo was taken, as far as something says so.

    ``taken_at`` is aware; ``lon`` and ``lat`` are WGS 84 degrees, which at this scale is
    CGCS2000; ``azimuth`` is in degrees clockwise from north.
    """

    taken_at: datetime | None = None
    lon: float | None = None
    lat: float | None = None
    azimuth: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A photo as the conditions of moves look at it."""

    kind: str
    distance_m: float | None
    uploaded_at: datetime
