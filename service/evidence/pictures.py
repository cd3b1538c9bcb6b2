"""Pictures: recognised by their content, refused before they can do harm, made fit to serve."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from zoneinfo import ZoneInfo

import pillow_heif
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.ExifTags import Base

from service.errors import InvalidParameter, TooLarge
from service.evidence.exif import location_only, read_shot
from service.evidence.model import Shot
from service.settings import EvidenceSettings
from spatial.messages import Message

pillow_heif.register_heif_opener(thumbnails=False)

FORMATS = ("JPEG", "PNG", "HEIF")
THUMBNAIL = (320, 320)
SERVED_QUALITY = 90
SMALLEST_SIDE = 16
LYING = frozenset({5, 6, 7, 8})
"""EXIF orientations in which width and height change places."""
# A picture of 100 megapixels takes 300 MB when decoded.
_at_once = BoundedSemaphore(2)

UNREADABLE = Message(
    "照片无法读取，请上传 JPEG、HEIC 或 PNG 照片，或 PDF 文件。",
    "This picture cannot be read; send a JPEG, HEIC or PNG photo, or a PDF document.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture made fit to serve, and what its EXIF says."""

    media_type: str
    width: int
    height: int
    shot: Shot
    served: bytes
    thumbnail: bytes


def read_picture(path: Path, settings: EvidenceSettings, zone: ZoneInfo) -> Picture:
    """Decode a picture, strip it, and make its thumbnail.

    Served are JPEG (also for HEIC, which browsers do not show) and PNG, with time and place as
    their only EXIF.

    Raises:
        InvalidParameter: when it is no picture, or is broken.
        TooLarge: when it has more pixels than allowed; it is not decoded then.
    """
    with _at_once, warnings.catch_warnings():
        # The limit of the settings, checked below before decoding, takes this warning's place.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(path, formats=FORMATS) as image:
                _check_size(image, settings)
                return _made(image, zone)
        except Image.DecompressionBombError as error:
            raise _too_large(settings) from error
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
            raise InvalidParameter("file", UNREADABLE, code="not-a-picture") from error


def _check_size(image: Image.Image, settings: EvidenceSettings) -> None:
    width, height = image.size
    if width * height > settings.megapixels * 1_000_000:
        raise _too_large(settings)
    if min(width, height) < SMALLEST_SIDE or getattr(image, "n_frames", 1) > 8:
        raise ValueError("no photo")


def _too_large(settings: EvidenceSettings) -> TooLarge:
    return TooLarge(
        Message(
            f"照片像素过大，不能超过 {settings.megapixels} 百万像素。",
            f"The picture has more than {settings.megapixels} megapixels.",
        ),
        code="too-many-pixels",
    )


def _made(image: Image.Image, zone: ZoneInfo) -> Picture:
    exif = image.getexif()
    shot = read_shot(exif, zone)
    # As bytes: PNG takes an Exif without tags of its own, but with a position, for empty.
    kept = location_only(exif).tobytes()
    as_png = image.format == "PNG"
    profile = image.info.get("icc_profile")
    image.load()
    plain = image if as_png or image.mode in ("RGB", "L") else image.convert("RGB")
    # Saved is what is given here and nothing the file brought: no XMP, comments or clips.
    plain.info = {}
    served = io.BytesIO()
    if as_png:
        plain.save(served, "PNG", exif=kept, icc_profile=profile)
    else:
        plain.save(served, "JPEG", quality=SERVED_QUALITY, exif=kept, icc_profile=profile)
    lying = exif.get(Base.Orientation, 1) in LYING
    width, height = reversed(plain.size) if lying else plain.size
    return Picture(
        media_type="image/png" if as_png else "image/jpeg",
        width=width,
        height=height,
        shot=shot,
        served=served.getvalue(),
        thumbnail=_thumbnail(plain, exif.get(Base.Orientation, 1)),
    )


def _thumbnail(image: Image.Image, orientation: int) -> bytes:
    """A small upright JPEG without EXIF. Shrinks the image in place: it may be very large."""
    image.thumbnail(THUMBNAIL)
    small = image.convert("RGB")
    small.getexif()[Base.Orientation] = orientation
    upright = ImageOps.exif_transpose(small)
    upright.info = {}
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=80)
    return out.getvalue()
