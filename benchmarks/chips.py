"""Pictures of cases: pairs a second over 2,000 cases of a made-up township.

    python -m benchmarks.chips [CASES]

Every pair is drawn from two 10 m scenes that lie on disk as the service keeps them, and encoded as
one PNG; nothing comes from a cache. One processor, then two.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from spatial.imagery.files.cog import write_cog
from spatial.imagery.files.scenes import open_scene
from spatial.imagery.pictures.chips import ChipScene, chips, place_of, side_by_side
from spatial.messages import Message

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
WEST, SOUTH, EAST, NORTH = 105.885, 29.338, 105.918, 29.362
NAMES = ("blue", "green", "red", "near_infrared")
DAYS = (date(2026, 1, 10), date(2026, 4, 20))


def cases(count: int) -> list[BaseGeometry]:
    """Squares of 30 to 120 m all over the township."""
    random = np.random.default_rng(20260425)
    x, y = random.uniform(WEST, EAST, count), random.uniform(SOUTH, NORTH, count)
    side = random.uniform(0.0003, 0.0012, count)
    return list(shapely.box(x, y, x + side, y + side))


def draw(folder: Path, grounds: Sequence[BaseGeometry]) -> int:
    """Draw and encode the pair of each; returns the bytes of the pictures."""
    scenes = [
        ChipScene(folder / f"{day:%Y%m%d}.tif", day, str(number), Message("前", "before"), NAMES)
        for number, day in enumerate(DAYS, start=1)
    ]
    written = 0
    for ground in grounds:
        content = io.BytesIO()
        side_by_side(chips(place_of(ground), scenes)).save(content, "PNG", compress_level=2)
        written += content.tell()
    return written


def measured(folder: Path, grounds: Sequence[BaseGeometry], processes: int) -> dict[str, float]:
    """Pairs a second with so many processes, and the mean size of a picture."""
    parts = [grounds[at::processes] for at in range(processes)]
    begun = time.perf_counter()
    if processes == 1:
        written = draw(folder, grounds)
    else:
        with ProcessPoolExecutor(processes) as pool:
            written = sum(pool.map(draw, [folder] * processes, parts))
    seconds = time.perf_counter() - begun
    return {
        "processes": processes,
        "pairs": len(grounds),
        "pairs_a_second": round(len(grounds) / seconds, 1),
        "kilobytes_each": round(written / len(grounds) / 1000, 1),
    }


def main() -> None:
    """Draw the pairs and print what they took."""
    grounds = cases(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for day in DAYS:
            with open_scene(SAMPLES / f"scene-10m-{day:%Y%m%d}.tif") as dataset:
                write_cog(dataset, folder / f"{day:%Y%m%d}.tif")
        for processes in (1, 2):
            print(json.dumps(measured(folder, grounds, processes)))


if __name__ == "__main__":
    main()
