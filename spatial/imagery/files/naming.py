"""What the name of an image says: the day it was taken, the sensor, the band of a single file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from rasterio.io import DatasetReader

from spatial.messages import Message

DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_]?(\d\d)[-_]?(\d\d)(?!\d)")
SENSORS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<![A-Z0-9])GF(\d[A-Z]?)_", re.I), "GF-{}"),
    (re.compile(r"(?<![A-Z0-9])S2([ABC])_", re.I), "Sentinel-2{}"),
    (re.compile(r"(?<![A-Z0-9])T\d\d[A-Z]{3}_\d{8}T", re.I), "Sentinel-2"),
    (re.compile(r"(?<![A-Z0-9])L[COTE]0?(\d)_", re.I), "Landsat {}"),
    (re.compile(r"(?<![A-Z0-9])ZY0?(\d)[A-Z]*_", re.I), "ZY-{}"),
    (re.compile(r"(?<![A-Z0-9])(?:DJI|UAV)_|无人机", re.I), "无人机 drone"),
)
BAND = re.compile(r"_B(\d{1,2}A?)(?:_\d{2}m)?$", re.I)
SENTINEL_BANDS: Mapping[str, str] = {
    "2": "blue",
    "3": "green",
    "4": "red",
    "8": "near_infrared",
    "11": "shortwave_infrared",
    "12": "shortwave_infrared_2",
}
LANDSAT_BANDS: Mapping[str, str] = {
    "2": "blue",
    "3": "green",
    "4": "red",
    "5": "near_infrared",
    "6": "shortwave_infrared",
    "7": "shortwave_infrared_2",
}
"""Of Landsat 8 and 9."""
WRONG_ORDER = Message(
    "前时相影像（{before}）必须早于后时相影像（{after}），请交换或另选。",
    "The scene before ({before}) must be older than the one after ({after}); swap them.",
)


def day_in(text: str) -> date | None:
    """The first day that a text names, such as 20260328 or 2026-03-28."""
    for match in DATE.finditer(text):
        try:
            return date(*map(int, match.groups()))
        except ValueError:
            continue
    return None


def day_taken(dataset: DatasetReader, name: str) -> date | None:
    """The day on which an open image was taken: as it says itself, or its name does."""
    written = str(dataset.tags().get("TIFFTAG_DATETIME", "")).replace(":", "-")
    return day_in(written[:10]) or day_in(name)


def sensor_in(name: str) -> str | None:
    """The sensor that a file name stands for."""
    for pattern, label in SENSORS:
        match = pattern.search(name)
        if match:
            return label.format(*(group.upper() for group in match.groups()))
    return None


def band_in(stem: str) -> str | None:
    """The band that a file of one band holds, by its name without suffix; None when unknown."""
    match = BAND.search(stem)
    if match is None:
        return None
    sensor = sensor_in(stem) or ""
    number = match[1].upper().lstrip("0")
    if sensor.startswith("Sentinel-2"):
        return SENTINEL_BANDS.get(number)
    return LANDSAT_BANDS.get(number) if sensor in ("Landsat 8", "Landsat 9") else None
