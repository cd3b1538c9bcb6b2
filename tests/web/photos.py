"""Photos as a phone takes them: a picture with time and place in its EXIF."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

from PIL import Image
from playwright.sync_api import FilePayload

GPS = 0x8825
TAKEN = 0x9003
EXIF = 0x8769


def photo(number: int, longitude: float, latitude: float) -> FilePayload:
    """A photo that differs from every other number's, taken at a place (degrees)."""
    picture = Image.effect_noise((640, 480), 40 + number).convert("RGB")
    exif = Image.Exif()
    taken = datetime(2026, 11, 24, 9, 30) + timedelta(minutes=number)
    exif.get_ifd(EXIF)[TAKEN] = taken.strftime("%Y:%m:%d %H:%M:%S")
    exif.get_ifd(GPS).update(
        {1: "N", 2: sexagesimal(latitude), 3: "E", 4: sexagesimal(longitude), 17: 90.0}
    )
    content = io.BytesIO()
    picture.save(content, "JPEG", exif=exif, quality=80)
    return {"name": f"IMG_{number}.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}


def sexagesimal(degrees: float) -> tuple[float, float, float]:
    """Degrees, minutes and seconds."""
    minutes = (degrees % 1) * 60
    return float(int(degrees)), float(int(minutes)), (minutes % 1) * 60
