"""The overlay kernel against ``geopandas.overlay``, arrays in memory, in one run.

    python -m benchmarks.overlay_kernel [--patches 5000] [--plots 350000] [--repeat 3]

Ground: a gapless coverage of winding plots of 21 vertices, of which a share is farmland, in
villages of 2 km; patches are blobs of 21 vertices that meet about three plots each. Three things
are timed, taking turns:

kernel      ``spatial.overlay.overlay``: pieces by patch, village and protection, dissolved, each
            with its ellipsoidal area and its range under the tolerance
overlay     ``geopandas.overlay(patches, farmland, "intersection")`` and nothing else
same pieces what geopandas takes to give the kernel's pieces: the overlay with farmland, the
            overlay with villages, the dissolve, and both again for the shrunk and the grown patch

The best time of each counts; processor time, which a busy machine disturbs less, stands beside
it. Peers are given farmland only, in a GeoDataFrame with a ready index.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass

import geopandas
import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.overlay import (
    Ground,
    OverlaySettings,
    Patches,
    Pieces,
    Plots,
    Villages,
    Zones,
    overlay,
)
from spatial.overlay.parallel import thread_count
from spatial.overlay.planes import shrink_and_grow

Geometries = NDArray[np.object_]
Times = tuple[float, float]
"""Seconds by the clock, and of processor time of all threads."""
WEST, SOUTH = 105.4, 29.0
METRE = np.array([1 / 97_400.0, 1 / 110_850.0])
CELL_M, POINTS = 60.0, 5
VILLAGE_M = 2_000.0
SETTINGS = OverlaySettings()


@dataclass(frozen=True)
class Scene:
    """One ground for both: as the kernel's arrays and as frames."""

    patches: Patches
    ground: Ground
    patch_frame: geopandas.GeoDataFrame
    plot_frame: geopandas.GeoDataFrame
    village_frame: geopandas.GeoDataFrame


def winding_plots(count: int, seed: int = 1) -> Geometries:
    """A gapless square coverage of about ``count`` plots that share winding boundaries."""
    return placed_plots(winding_rings(count, seed))


def placed_plots(rings: NDArray[np.float64]) -> Geometries:
    """Rings of :func:`winding_rings` where they lie, as polygons in degrees."""
    return np.asarray(shapely.polygons(_place(rings * CELL_M)))


def winding_rings(count: int, seed: int = 1) -> NDArray[np.float64]:
    """The rings of :func:`winding_plots`, (plots, positions, 2), in cells from the southwest."""
    side = round(count**0.5)
    random = np.random.default_rng(seed)
    nodes = np.stack(np.meshgrid(np.arange(side + 1.0), np.arange(side + 1.0)), axis=-1)
    nodes += random.uniform(-0.2, 0.2, nodes.shape)
    across = _wind(nodes[:, :-1], nodes[:, 1:], random)
    along = _wind(nodes[:-1], nodes[1:], random)
    corner = nodes[:, :, None]
    ring = (
        corner[:-1, :-1], across[:-1], corner[:-1, 1:], along[:, 1:],
        corner[1:, 1:], across[1:, :, ::-1], corner[1:, :-1], along[:, :-1, ::-1],
        corner[:-1, :-1],
    )  # fmt: skip
    return np.concatenate(ring, axis=2).reshape(side * side, -1, 2)


def blobs(count: int, extent_m: float, seed: int = 2) -> Geometries:
    """Patches of 9 to 45 m radius at random places."""
    random = np.random.default_rng(seed)
    middle = random.uniform(CELL_M, extent_m - CELL_M, (count, 1, 2))
    angle = np.linspace(0, 2 * np.pi, 4 * POINTS + 1, endpoint=False)
    radius = random.uniform(12, 36, (count, 1)) * random.uniform(0.75, 1.25, (count, len(angle)))
    around = np.stack((radius * np.cos(angle), radius * np.sin(angle)), axis=-1)
    return np.asarray(shapely.polygons(_place(middle + around)))


def make_scene(patch_count: int, plot_count: int, farmland_share: float) -> Scene:
    """The ground of the benchmark."""
    outlines = winding_plots(plot_count)
    extent = CELL_M * round(plot_count**0.5)
    farmland = np.random.default_rng(3).random(len(outlines)) < farmland_share
    protection = np.where(farmland, "cropland", "none").astype(object)
    villages = _villages(extent)
    shapes = blobs(patch_count, extent)
    patches = Patches(
        ids=np.arange(patch_count),
        geometry=shapes,
        change_group=np.full(patch_count, "building", dtype=object),
        after_date=np.full(patch_count, "2026-04-02", dtype="datetime64[D]"),
    )
    plots = Plots(ids=np.arange(len(outlines)), geometry=outlines, protection=protection)
    ground = Ground(plots=plots, zones=_no_zones(), villages=villages)
    return Scene(
        patches=patches,
        ground=ground,
        patch_frame=geopandas.GeoDataFrame({"patch": patches.ids}, geometry=shapes, crs=4490),
        plot_frame=geopandas.GeoDataFrame(
            {"plot": plots.ids[farmland]}, geometry=outlines[farmland], crs=4490
        ),
        village_frame=geopandas.GeoDataFrame(
            {"village": np.arange(len(villages.codes))}, geometry=villages.geometry, crs=4490
        ),
    )


def plain_overlay(scene: Scene) -> geopandas.GeoDataFrame:
    """The overlay of patches and farmland, one row for each pair."""
    return geopandas.overlay(scene.patch_frame, scene.plot_frame, how="intersection")


def same_pieces(scene: Scene) -> list[geopandas.GeoDataFrame]:
    """The kernel's pieces, and those of the shrunk and the grown patches, with geopandas."""
    shrunk, grown = shrink_and_grow(scene.patches.geometry, SETTINGS.tolerance_m)
    results = []
    for shapes in (scene.patches.geometry, shrunk, grown):
        frame = scene.patch_frame.set_geometry(geopandas.GeoSeries(shapes, crs=4490))
        pairs = geopandas.overlay(frame, scene.plot_frame, how="intersection")
        parts = geopandas.overlay(pairs, scene.village_frame, how="intersection")
        results.append(parts.dissolve(["patch", "village"]))
    return results


def main() -> None:
    """Print times and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patches", type=int, default=5_000)
    parser.add_argument("--plots", type=int, default=350_000)
    parser.add_argument("--farmland", type=float, default=0.7, help="share of plots")
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    scene = make_scene(given.patches, round(given.plots / given.farmland), given.farmland)
    for frame in (scene.plot_frame, scene.village_frame):
        frame.sindex.query(scene.patches.geometry[:1])
    pieces = overlay(scene.patches, scene.ground, SETTINGS)
    _compare(pieces, scene)
    rounds = [_round(scene) for _ in range(given.repeat)]
    kernel, plain, same = (
        tuple(min(times) for times in zip(*best, strict=True)) for best in zip(*rounds, strict=True)
    )
    print(f"{len(pieces)} pieces of {given.patches} patches on {len(scene.plot_frame)} farmland")
    print(f"plots of {len(scene.ground.plots.ids)}; {thread_count()} threads")
    print(f"{'':12}{'time':>8}{'processor':>12}{'kernel to it: time':>22}{'processor':>12}")
    for name, times in (("kernel", kernel), ("overlay", plain), ("same pieces", same)):
        shares = [ours / theirs for ours, theirs in zip(kernel, times, strict=True)]
        print(f"{name:12}{times[0]:8.2f}{times[1]:12.2f}{shares[0]:22.2f}{shares[1]:12.2f}")


def _round(scene: Scene) -> tuple[Times, Times, Times]:
    return (
        _times(lambda: overlay(scene.patches, scene.ground, SETTINGS)),
        _times(lambda: plain_overlay(scene)),
        _times(lambda: same_pieces(scene)),
    )


def _compare(pieces: Pieces, scene: Scene) -> None:
    """Stop unless the peer's pieces have the kernel's areas."""
    peer = same_pieces(scene)[0]
    both = shapely.area(pieces.geometry).sum(), peer.area.sum()
    if abs(both[0] / both[1] - 1) > 1e-6 or abs(len(pieces) / len(peer) - 1) > 1e-2:
        raise SystemExit(f"the pieces differ: {both}, {len(pieces)}, {len(peer)}")


def _times(work: Callable[[], object]) -> Times:
    start, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - used


def _wind(
    start: NDArray[np.float64], end: NDArray[np.float64], random: np.random.Generator
) -> NDArray[np.float64]:
    share = np.arange(1, POINTS)[:, None] / POINTS
    line = start[:, :, None] + (end - start)[:, :, None] * share
    return np.asarray(line + random.uniform(-0.06, 0.06, line.shape))


def _place(metres: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(metres * METRE + (WEST, SOUTH))


def _villages(extent_m: float) -> Villages:
    steps = np.arange(0, extent_m, VILLAGE_M)
    west, south = (axis.ravel() for axis in np.meshgrid(steps, steps))
    corners = _place(np.stack((west, south), axis=-1))
    size = METRE * VILLAGE_M
    boxes = shapely.box(*corners.T, *(corners + size).T)
    codes = np.array([f"{number:012d}" for number in range(len(boxes))], dtype=object)
    return Villages(codes=codes, names=codes, geometry=np.asarray(boxes))


def _no_zones() -> Zones:
    nothing = np.empty(0, dtype=object)
    never = np.empty(0, dtype="datetime64[D]")
    return Zones(
        ids=np.empty(0, dtype=np.int64),
        geometry=nothing,
        kind=nothing,
        document_no=nothing,
        valid_from=never,
        valid_to=never,
        use=nothing,
    )


if __name__ == "__main__":
    main()
