"""A pair of large scenes through the detector and through plain NumPy: time and memory of each."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import rasterio
from rasterio.transform import from_origin
from rasterio.windows import Window

BANDS, BLOCK, FIELD = 4, 512, 64
DETECT = """
import sys
from pathlib import Path
from spatial.imagery.change.detection import detect_changes
from spatial.imagery.change.options import DetectionOptions
print(len(detect_changes(*map(Path, sys.argv[1:]), DetectionOptions(least_area_m2=2000)).outlines))
"""
ALONE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""The plain version runs on one core."""


def compare(size: int, *, plain: bool) -> None:
    """Print what both need for a pair of ``size`` × ``size`` pixels in four bands."""
    with tempfile.TemporaryDirectory() as folder:
        pair = write_pair(Path(folder), size)
        ours = _measured([sys.executable, "-c", DETECT, *pair], {})
        print(_line(f"detector, {size} px", ours), flush=True)
        if plain:
            theirs = _measured([sys.executable, "-m", "benchmarks.plain_detection", *pair], ALONE)
            print(_line("plain NumPy, one thread", theirs))
            ratios = (ours[at] / theirs[at] for at in range(3))
            print("ratios: time {:.2f}, processor {:.2f}, memory {:.2f}".format(*ratios))


def write_pair(folder: Path, size: int) -> list[str]:
    """Fields of 64 pixels with noise, a little haze, and a bright site here and there."""
    random = np.random.default_rng(1)
    fields = random.normal(1000, 150, (BANDS, size // FIELD + 1, size // FIELD + 1))
    paths = [str(folder / "before.tif"), str(folder / "after.tif")]
    profile = {
        "driver": "GTiff", "width": size, "height": size, "count": BANDS, "dtype": "uint16",
        "crs": "EPSG:4523", "transform": from_origin(35_587_000, 3_258_000, 10, 10),
        "tiled": True, "blockxsize": BLOCK, "blockysize": BLOCK, "compress": "deflate",
        "zlevel": 1, "nodata": 0,
    }  # fmt: skip
    columns = np.arange(size) // FIELD
    with (
        rasterio.open(paths[0], "w", **profile) as before,
        rasterio.open(paths[1], "w", **profile) as after,
    ):
        for top in range(0, size, BLOCK):
            height = min(BLOCK, size - top)
            ground = fields[:, np.arange(top, top + height) // FIELD][:, :, columns]
            first = ground + random.normal(0, 20, ground.shape)
            second = ground * 1.05 + 30 + random.normal(0, 20, ground.shape)
            for left in range(200, size, 3 * BLOCK):
                second[:, 100:130, left : left + 40] = 2500
            window = Window(0, top, size, height)
            for dataset, values in ((before, first), (after, second)):
                dataset.write(np.clip(values, 1, 65535).astype("uint16"), window=window)
    return paths


def _measured(command: list[str], surroundings: dict[str, str]) -> tuple[float, float, float, int]:
    """Seconds, seconds of processor, greatest memory in MB of a process, and what it found."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ | surroundings
    )
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{command[:3]} ended with {status}")
    seconds = time.perf_counter() - started
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, int(said)


def _line(name: str, figures: tuple[float, float, float, int]) -> str:
    seconds, processor, memory, found = figures
    return (
        f"{name:26} {seconds:7.1f} s, {processor:7.1f} s of processor, {memory:6.0f} MB, "
        f"{found} changes"
    )
