"""What the names of images say."""

from __future__ import annotations

from datetime import date

import pytest

from spatial.imagery.bands import band_names, canonical_band
from spatial.imagery.files.naming import band_in, day_in, sensor_in


@pytest.mark.parametrize(
    ("name", "sensor", "day"),
    [
        ("GF2_PMS1_E105.9_N29.3_20260328_L1A0001-MSS1.tiff", "GF-2", date(2026, 3, 28)),
        ("T48RXT_20260328T032541_B04_10m.jp2", "Sentinel-2", date(2026, 3, 28)),
        ("S2B_MSIL2A_20260711T032539.tif", "Sentinel-2B", date(2026, 7, 11)),
        ("LC09_L2SP_128040_20260402_SR_B4.TIF", "Landsat 9", date(2026, 4, 2)),
        ("某镇正射 2026-07-11.tif", None, date(2026, 7, 11)),
        ("20269999_20260102.tif", None, date(2026, 1, 2)),
        ("ortho.tif", None, None),
    ],
)
def test_sensor_and_day_are_read_from_a_name(
    name: str, sensor: str | None, day: date | None
) -> None:
    assert (sensor_in(name), day_in(name)) == (sensor, day)


@pytest.mark.parametrize(
    ("stem", "band"),
    [
        ("T48RXT_20260328T032541_B02", "blue"),
        ("T48RXT_20260328T032541_B08_10m", "near_infrared"),
        ("T48RXT_20260328T032541_B8A_20m", None),
        ("LC09_L2SP_128040_20260402_SR_B5", "near_infrared"),
        ("LE07_L2SP_128040_20260402_SR_B5", None),
        ("ortho_B2", None),
    ],
)
def test_the_band_of_a_single_file_depends_on_the_sensor(stem: str, band: str | None) -> None:
    assert band_in(stem) == band


def test_bands_are_known_by_what_people_call_them() -> None:
    assert [canonical_band(name) for name in ("NIR", " 红 ", "swir1", "Coastal")] == [
        "near_infrared", "red", "shortwave_infrared", "coastal",
    ]  # fmt: skip
    assert band_names(2, ("R", "NIR")) == ("red", "near_infrared")
