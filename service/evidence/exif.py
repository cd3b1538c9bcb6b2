"""What a photo's EXIF says: when, where, in which direction; and what of it is served."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from service.evidence.model import Shot

KEPT = frozenset({Base.Orientation})
KEPT_IN_EXIF = frozenset({Base.DateTimeOriginal, Base.OffsetTimeOriginal, Base.SubsecTimeOriginal})
KEPT_OF_GPS = frozenset(
    {
        GPS.GPSLatitudeRef,
        GPS.GPSLatitude,
        GPS.GPSLongitudeRef,
        GPS.GPSLongitude,
        GPS.GPSImgDirection,
        GPS.GPSImgDirectionRef,
        GPS.GPSDateStamp,
        GPS.GPSTimeStamp,
    }
)


def read_shot(exif: Image.Exif, zone: ZoneInfo) -> Shot:
    """What the EXIF says; anything missing, broken or impossible is None.

    The camera's clock carries an offset in newer photos; without one it is taken to be in
    ``zone``.
    """
    gps = exif.get_ifd(IFD.GPSInfo)
    lat = _degrees(gps.get(GPS.GPSLatitude), gps.get(GPS.GPSLatitudeRef), "S", 90)
    lon = _degrees(gps.get(GPS.GPSLongitude), gps.get(GPS.GPSLongitudeRef), "W", 180)
    if lat is None or lon is None or (lat == 0 and lon == 0):
        # Phones without a fix write zeros.
        lat = lon = None
    return Shot(
        taken_at=_local_time(exif, zone) or _satellite_time(gps),
        lon=lon,
        lat=lat,
        azimuth=_azimuth(gps),
    )


def location_only(exif: Image.Exif) -> Image.Exif:
    """EXIF with orientation, time and position alone: no device, serial number or maker's note."""
    kept = Image.Exif()
    for tag in KEPT & set(exif):
        kept[tag] = exif[tag]
    _keep(kept, exif, IFD.Exif, KEPT_IN_EXIF)
    _keep(kept, exif, IFD.GPSInfo, KEPT_OF_GPS)
    return kept


def _keep(kept: Image.Exif, exif: Image.Exif, block: int, tags: frozenset[int]) -> None:
    found = exif.get_ifd(block)
    values = {tag: found[tag] for tag in tags if tag in found}
    if values:
        kept.get_ifd(block).update(values)


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return number if math.isfinite(number) else None


def _degrees(value: Any, reference: Any, negative: str, largest: int) -> float | None:
    """Degrees, minutes and seconds as decimal degrees."""
    if not isinstance(value, tuple) or not 1 <= len(value) <= 3:
        return None
    parts = [part for part in map(_number, value) if part is not None and part >= 0]
    degrees = math.fsum(part / 60**place for place, part in enumerate(parts))
    if len(parts) < len(value) or degrees > largest:
        return None
    return -degrees if str(reference).strip("\0 ").upper() == negative else degrees


def _azimuth(gps: Mapping[int, Any]) -> float | None:
    direction = _number(gps.get(GPS.GPSImgDirection))
    if direction is None or not 0 <= direction <= 360:
        return None
    return direction % 360


def _local_time(exif: Image.Exif, zone: ZoneInfo) -> datetime | None:
    block = exif.get_ifd(IFD.Exif)
    text = str(block.get(Base.DateTimeOriginal) or exif.get(Base.DateTime) or "")
    try:
        moment = datetime.strptime(text.strip("\0 "), "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None
    offset = _offset(str(block.get(Base.OffsetTimeOriginal) or ""))
    return moment.replace(tzinfo=offset or zone)


def _offset(text: str) -> timezone | None:
    found = re.fullmatch(r"([+-])(\d\d):(\d\d)", text.strip("\0 "))
    if found is None or int(found[2]) > 14:
        return None
    by = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(-by if found[1] == "-" else by)


def _satellite_time(gps: Mapping[int, Any]) -> datetime | None:
    clock = gps.get(GPS.GPSTimeStamp)
    try:
        day = datetime.strptime(str(gps.get(GPS.GPSDateStamp)).strip("\0 "), "%Y:%m:%d")
        hours, minutes, seconds = (float(part) for part in clock or ())
        return day.replace(tzinfo=UTC) + timedelta(hours=hours, minutes=minutes, seconds=seconds)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
