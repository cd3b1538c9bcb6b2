"""Photos made for tests, with the EXIF that phones write."""

from __future__ import annotations

import io
import struct
import zlib
from fractions import Fraction
from typing import Any

import pillow_heif
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base
from PIL.TiffImagePlugin import IFDRational

pillow_heif.register_heif_opener()


def sexagesimal(degrees: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    """Degrees, minutes and seconds as EXIF keeps them."""
    seconds = Fraction(abs(degrees)).limit_denominator(10**8) * 3600
    whole = int(seconds // 3600), int(seconds % 3600 // 60)
    rest = round(float(seconds % 60) * 10_000)
    return IFDRational(whole[0]), IFDRational(whole[1]), IFDRational(rest, 10_000)


def exif(
    lon: float | None = None,
    lat: float | None = None,
    azimuth: float | None = None,
    taken: str | None = None,
    offset: str | None = "+08:00",
    orientation: int | None = None,
) -> Image.Exif:
    """EXIF of a phone, with its maker and serial number."""
    made = Image.Exif()
    made[Base.Make] = "Maker of Phones"
    made[Base.Model] = "Phone 12"
    if orientation:
        made[Base.Orientation] = orientation
    block = made.get_ifd(IFD.Exif)
    block[Base.BodySerialNumber] = "SERIAL-1234"
    if taken:
        block[Base.DateTimeOriginal] = taken
        if offset:
            block[Base.OffsetTimeOriginal] = offset
    gps = made.get_ifd(IFD.GPSInfo)
    if lon is not None and lat is not None:
        gps[GPS.GPSLatitudeRef], gps[GPS.GPSLatitude] = "S" if lat < 0 else "N", sexagesimal(lat)
        gps[GPS.GPSLongitudeRef], gps[GPS.GPSLongitude] = "W" if lon < 0 else "E", sexagesimal(lon)
    if azimuth is not None:
        gps[GPS.GPSImgDirectionRef] = "T"
        gps[GPS.GPSImgDirection] = IFDRational(round(azimuth * 100), 100)
    return made


def picture(
    made: Image.Exif | None = None,
    form: str = "JPEG",
    size: tuple[int, int] = (640, 480),
    colour: Any = (90, 140, 60),
    **options: Any,
) -> bytes:
    """A picture of one colour; another colour is another file."""
    out = io.BytesIO()
    options |= {"exif": made} if made else {}
    Image.new("RGB", size, colour).save(out, form, **options)
    return out.getvalue()


def pixel_bomb(side: int = 60_000) -> bytes:
    """A PNG of a few kilobytes that would take gigabytes when decoded."""
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * (side // 8 + 1) * 2000, 9)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", rows)
        + _chunk(b"IEND", b"")
    )


def text_bomb() -> bytes:
    """A PNG whose comment would take far more room when unpacked."""
    header = struct.pack(">IIBBBBB", 64, 64, 8, 0, 0, 0, 0)
    comment = b"Comment\0\0" + zlib.compress(b"\0" * (1 << 24), 9)
    rows = zlib.compress(b"\0" * 65 * 64)
    chunks = ((b"IHDR", header), (b"zTXt", comment), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)
