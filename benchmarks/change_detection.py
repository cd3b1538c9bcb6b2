"""Change detection on made-up townships: precision and recall by polygon and by area.

    python -m benchmarks.change_detection [--seeds 3] [--pixel 2.0]

A patch counts as found when a detected outline has an intersection over union of at least 0.5 with
it. Patches under cloud or shadow count as missed; those below the least area are left out.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import shapely

from data.samples.generator import make_world
from data.samples.generator.projecting import to_degrees
from data.samples.generator.scenes import Disturbance, scene_pair, write_scene
from spatial.area import ellipsoidal_area
from spatial.imagery.detection import detect_changes
from spatial.imagery.options import DetectionOptions

CASES = {
    "nothing but the changes": Disturbance(season=False, haze=False, cloud=False, shift_px=(0, 0)),
    "season": Disturbance(haze=False, cloud=False, shift_px=(0, 0)),
    "haze": Disturbance(season=False, cloud=False, shift_px=(0, 0)),
    "shift": Disturbance(season=False, haze=False, cloud=False),
    "season, haze and shift": Disturbance(cloud=False),
    "all of them, and a cloud": Disturbance(),
}
LEAST_M2 = 200.0


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seeds", type=int, default=3)
    arguments.add_argument("--first", type=int, default=1)
    arguments.add_argument("--pixel", type=float, default=2.0)
    options = arguments.parse_args()
    results: dict[str, list[list[float]]] = {name: [] for name in CASES}
    for seed in range(options.first, options.first + options.seeds):
        world = make_world(seed)
        for name, between in CASES.items():
            results[name].append(score(world, options.pixel, between))
    print(f"{'':26} precision  recall   by area: precision  recall  seconds")
    for name, rows in results.items():
        figures = np.mean(rows, axis=0)
        print(
            f"{name:26} {figures[0]:9.2f} {figures[1]:7.2f} {figures[2]:19.2f} {figures[3]:7.2f}"
            f" {figures[4]:8.1f}"
        )


def score(world, pixel: float, between: Disturbance) -> list[float]:  # noqa: ANN001
    before, after, transform = scene_pair(world, pixel, between=between)
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / "before.tif", Path(folder) / "after.tif"]
        for path, bands, day in zip(
            paths, (before, after), ("2026-01-04", "2026-04-02"), strict=True
        ):
            write_scene(path, bands, transform, "EPSG:4523", day)
        started = time.perf_counter()
        found = detect_changes(*paths, DetectionOptions(least_area_m2=LEAST_M2))
        seconds = time.perf_counter() - started
    truth = to_degrees(world.patches.geometry[world.patches.batch == 1])
    truth = truth[ellipsoidal_area(truth) >= LEAST_M2]
    outlines = np.array([outline.ground for outline in found.outlines], dtype=object)
    return [*polygon_score(truth, outlines), *area_score(truth, outlines), seconds]


def polygon_score(truth: np.ndarray, found: np.ndarray) -> tuple[float, float]:
    if not len(found):
        return 0.0, 0.0
    left, right = shapely.STRtree(truth).query(found, predicate="intersects")
    shared = shapely.area(shapely.intersection(found[left], truth[right]))
    union = shapely.area(shapely.union(found[left], truth[right]))
    good = shared / union >= 0.5
    return len(set(left[good])) / len(found), len(set(right[good])) / len(truth)


def area_score(truth: np.ndarray, found: np.ndarray) -> tuple[float, float]:
    if not len(found):
        return 0.0, 0.0
    everything, detected = shapely.union_all(truth), shapely.union_all(found)
    both = shapely.intersection(everything, detected).area
    return both / detected.area, both / everything.area


if __name__ == "__main__":
    main()
