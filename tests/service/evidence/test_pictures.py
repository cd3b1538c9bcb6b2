"""Photos are recognised by content, read for time and place, and stripped of the rest."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base
from PIL.TiffImagePlugin import IFDRational

from service.errors import InvalidParameter, TooLarge
from service.evidence.pictures import Picture, read_picture
from service.settings import EvidenceSettings
from tests.service.evidence.pictures import exif, picture, pixel_bomb, text_bomb

SHANGHAI = ZoneInfo("Asia/Shanghai")
WHOLE = {"lon": 105.9, "lat": 29.35, "azimuth": 123.25, "taken": "2026:11:25 10:30:00"}


def read(tmp_path: Path, content: bytes, **limits: int) -> Picture:
    path = tmp_path / "anything.bin"
    path.write_bytes(content)
    return read_picture(path, EvidenceSettings(**limits), SHANGHAI)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "HEIF"])
def test_time_place_and_direction_are_read(tmp_path: Path, form: str) -> None:
    shot = read(tmp_path, picture(exif(**WHOLE), form)).shot
    assert shot.lon == pytest.approx(105.9, abs=1e-7)
    assert shot.lat == pytest.approx(29.35, abs=1e-7)
    assert shot.azimuth == 123.25
    assert shot.taken_at == datetime(2026, 11, 25, 2, 30, tzinfo=UTC)


def test_south_and_west_are_negative(tmp_path: Path) -> None:
    shot = read(tmp_path, picture(exif(lon=-70.5, lat=-33.25))).shot
    assert (shot.lon, shot.lat) == pytest.approx((-70.5, -33.25), abs=1e-7)


def test_a_clock_without_offset_is_in_the_configured_zone(tmp_path: Path) -> None:
    shot = read(tmp_path, picture(exif(taken="2026:11:25 10:30:00", offset=None))).shot
    assert shot.taken_at == datetime(2026, 11, 25, 10, 30, tzinfo=SHANGHAI)


@pytest.mark.parametrize("taken", ["0000:00:00 00:00:00", "yesterday", "2026:13:45 99:00:00"])
def test_an_impossible_time_is_no_time(tmp_path: Path, taken: str) -> None:
    assert read(tmp_path, picture(exif(taken=taken))).shot.taken_at is None


def test_a_phone_without_a_fix_says_no_place(tmp_path: Path) -> None:
    shot = read(tmp_path, picture(exif(lon=0.0, lat=0.0))).shot
    assert (shot.lon, shot.lat) == (None, None)


def test_broken_positions_are_no_positions(tmp_path: Path) -> None:
    broken = exif()
    gps = broken.get_ifd(IFD.GPSInfo)
    gps[GPS.GPSLatitude], gps[GPS.GPSLongitude] = (IFDRational(1, 0), 2.0, 3.0), (181.0, 2.0, 3.0)
    shot = read(tmp_path, picture(broken)).shot
    assert (shot.lon, shot.lat) == (None, None)


@pytest.mark.parametrize(
    ("form", "served_as"), [("JPEG", "JPEG"), ("PNG", "PNG"), ("HEIF", "JPEG")]
)
def test_what_is_served_tells_time_and_place_and_nothing_of_the_phone(
    tmp_path: Path, form: str, served_as: str
) -> None:
    made = exif(**WHOLE)
    options = {"comment": b"SERIAL-1234"} if form == "JPEG" else {}
    shown = read(tmp_path, picture(made, form, **options))
    assert b"SERIAL-1234" not in shown.served
    assert b"Maker of Phones" not in shown.served
    with Image.open(io.BytesIO(shown.served)) as image:
        kept = image.getexif()
        assert image.format == served_as
        assert Base.Make not in kept
        assert kept.get_ifd(IFD.Exif)[Base.DateTimeOriginal] == "2026:11:25 10:30:00"
        assert float(kept.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude][0]) == 29.0


def test_the_thumbnail_is_small_upright_and_silent(tmp_path: Path) -> None:
    shown = read(tmp_path, picture(exif(orientation=6, **WHOLE), size=(1200, 600)))
    assert (shown.width, shown.height) == (600, 1200)
    with Image.open(io.BytesIO(shown.thumbnail)) as image:
        assert image.size == (160, 320)
        assert not image.getexif()


def test_a_pixel_bomb_is_refused_without_being_decoded(tmp_path: Path) -> None:
    bomb = pixel_bomb()
    assert len(bomb) < 100_000
    with pytest.raises(TooLarge) as refused:
        read(tmp_path, bomb)
    assert refused.value.problem_code == "too-many-pixels"


def test_a_comment_bomb_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidParameter):
        read(tmp_path, text_bomb())


def test_the_limit_of_pixels_is_the_settings(tmp_path: Path) -> None:
    large = picture(size=(1100, 1000))
    with pytest.raises(TooLarge):
        read(tmp_path, large, megapixels=1)
    assert read(tmp_path, large, megapixels=2).width == 1100


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b"PK\x03\x04" + b"\0" * 100,
        b"GIF89a" + b"\0" * 100,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        picture()[:200],
        picture(form="PNG")[:60],
        picture(form="HEIF")[:300],
        picture(form="TIFF"),
        picture(size=(4, 4)),
    ],
)
def test_what_is_no_photo_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InvalidParameter):
        read(tmp_path, content)
