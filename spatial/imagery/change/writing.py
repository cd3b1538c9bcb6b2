"""Detected changes as a patch file that goes through the ordinary import (自检批次)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from spatial.crs import STORAGE_CRS
from spatial.intake.fields.profile import product_data
from spatial.words import ChangeGroup

if TYPE_CHECKING:
    from spatial.imagery.change.outlines import Outline

LAYER = "自检图斑"


def write_patches(
    target: Path,
    outlines: Sequence[Outline],
    before_date: date | None,
    after_date: date | None,
    *,
    series: str = "",
    note: str | None = None,
) -> None:
    """Write a GeoPackage with the fields of a district's change layer, and the confidence.

    ``series`` keeps the numbers of one comparison apart from those of another of the same day;
    ``note`` goes with every patch.
    """
    # A service that compares scenes now and then need not carry pandas all the time.
    import geopandas

    prefix = f"ZJ{after_date:%Y%m%d}{series}" if after_date else f"ZJ{series}"
    rows = {
        "JCBH": [f"{prefix}{number:05d}" for number in range(1, len(outlines) + 1)],
        "TBLX": [change_code(outline.group) for outline in outlines],
        "QSX": [f"{before_date:%Y%m%d}" if before_date else None] * len(outlines),
        "HSX": [f"{after_date:%Y%m%d}" if after_date else None] * len(outlines),
        "MJ": [round(outline.area_m2, 2) for outline in outlines],
        "ZXD": [outline.confidence for outline in outlines],
        "BZ": [note] * len(outlines),
    }
    ground = [outline.ground for outline in outlines]
    frame = geopandas.GeoDataFrame(rows, geometry=ground, crs=STORAGE_CRS)
    target.unlink(missing_ok=True)
    frame.to_file(target, layer=LAYER, driver="GPKG", engine="pyogrio")


def change_code(group: ChangeGroup) -> str:
    """The code (TBLX) that stands for a change group, the first that the product's table lists."""
    codes = product_data("change-codes")["groups"].get(group.value, ())
    return str(codes[0]) if codes else "QT"
