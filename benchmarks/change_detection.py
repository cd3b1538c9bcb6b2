"""Change detection on made-up townships: precision and recall by polygon and by area.

    python -m benchmarks.change_detection [--seeds 3] [--pixel 2.0]
    python -m benchmarks.change_detection --size 3000 [--alone]
    python -m benchmarks.change_detection --pair BEFORE AFTER LABELS

``--size``: time and memory for a pair of so many pixels a side, beside plain NumPy (or without).
``--pair``: how well the change magnitude of two real scenes ranks pixels that somebody labelled, as
the area under the ROC curve. Labels: 1 unchanged, 2 changed, on the pixels of the first scene.

A patch counts as found when a detected outline has an intersection over union of at least 0.5 with
it. Patches under cloud or shadow count as missed; those below the least area are left out.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import rasterio
import shapely
from rasterio.windows import Window
from scipy.stats import mannwhitneyu

from benchmarks.large_scenes import compare
from data.samples.generator import make_world
from data.samples.generator.projecting import to_degrees
from data.samples.generator.scenes import Disturbance, scene_pair, write_scene
from spatial.area import ellipsoidal_area
from spatial.imagery.change.detection import detect_changes
from spatial.imagery.change.magnitude import magnitude
from spatial.imagery.change.normalisation import normalisation
from spatial.imagery.change.options import DetectionOptions
from spatial.imagery.change.pairing import paired
from spatial.imagery.change.survey import survey
from spatial.imagery.files.scenes import open_scene

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
    arguments.add_argument("--size", type=int)
    arguments.add_argument("--alone", action="store_true")
    arguments.add_argument("--pair", nargs=3, type=Path)
    options = arguments.parse_args()
    if options.size:
        compare(options.size, plain=not options.alone)
        return
    if options.pair:
        print(f"AUC {labelled_auc(*options.pair):.4f}")
        return
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


def labelled_auc(before: Path, after: Path, labels: Path) -> float:
    with open_scene(before) as first, open_scene(after) as second, paired(first, second) as pair:
        look = survey(pair)
        how = normalisation(look.before, look.after)
        found = magnitude(*pair.read(Window(0, 0, pair.grid.columns, pair.grid.rows)), how)
    with rasterio.open(labels) as dataset:
        truth = dataset.read(1)
    changed, unchanged = found[truth == 2], found[truth == 1]
    return float(mannwhitneyu(changed, unchanged).statistic / changed.size / unchanged.size)


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
