"""Made-up satellite scenes of a township: its plots as a sensor would see them, before and after.

The second scene shows the first batch's patches. Between the two lie a season, haze, a cloud with
its shadow and a shift of a fraction of a pixel, each of which can be left out. A third, of summer
and clear, shows the second batch's as well.
"""

from __future__ import annotations

import math
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.features import rasterize
from rasterio.transform import Affine, from_origin
from scipy.ndimage import gaussian_filter

from .model import ORIGIN, SIZE_M, World

Bands = NDArray[np.uint8]
Extent = tuple[float, float, float, float]
"""West, south, east, north in EPSG:4523 metres."""

WHOLE: Extent = (ORIGIN[0], ORIGIN[1], ORIGIN[0] + SIZE_M[0], ORIGIN[1] + SIZE_M[1])

# Blue, green, red, near infrared as bytes, by the first digits of the land class.
GROUND = {
    "0101": (46, 66, 58, 132),
    "0103": (50, 71, 70, 122),
    "0102": (48, 68, 61, 128),
    "02": (36, 54, 43, 140),
    "03": (26, 41, 31, 118),
    "04": (44, 66, 56, 126),
    "07": (112, 116, 120, 122),
    "06": (104, 108, 112, 116),
    "10": (96, 98, 102, 104),
    "1104": (44, 48, 36, 20),
    "1101": (48, 54, 42, 22),
    "11": (50, 60, 48, 40),
    "1202": (128, 130, 132, 136),
    "12": (76, 86, 92, 104),
}
ELSE = (60, 70, 66, 100)
CHANGED = {
    "building": (150, 146, 143, 152),
    "hardened": (136, 138, 140, 142),
    "earthwork": (86, 108, 142, 150),
    "road": (120, 122, 126, 128),
    "rural_road": (120, 122, 124, 126),
    "photovoltaic": (70, 60, 56, 62),
    "mining": (104, 122, 146, 152),
    "park_lawn": (40, 84, 44, 178),
    "water": (46, 50, 36, 16),
    "orchard": (24, 46, 28, 168),
    "forest": (20, 36, 22, 158),
    "grass": (46, 88, 50, 172),
    "facility": (164, 168, 170, 176),
    "idle": (66, 88, 92, 96),
    "restored": (84, 98, 112, 118),
    "unknown": (98, 106, 118, 126),
}
VEGETATION = ("01", "02", "03", "04")
SUMMER = (0.88, 0.98, 0.82, 1.22)
SEASON = (0.94, 1.03, 0.90, 1.10)
HAZE = (16.0, 11.0, 8.0, 2.0)
PLOT_SPREAD = 5.0
HUE_SPREAD = 1.5
PIXEL_NOISE = 2.5
BUILT = ("07", "06", "10", "1202")
ROOF_M, ROOF_SPREAD = 7.0, 12.0
BED_M, PATCH_SPREAD = 13.0, 1.5
ROW_M, ROW_STRENGTH = 3.2, 2.0
"""Sides in metres, and how many grey levels lighter and darker what is drawn there becomes."""
CLOUD = (235.0, 236.0, 238.0, 240.0)
SHADOW = 0.55
FINE_M = 2.0
LEAST_PARTS = 2
"""Ground is drawn in parts of pixels, at most so large and so many along a side: a sensor sees the
mean of a pixel's ground, and a lane narrower than a pixel does not come and go with a shift."""


TAKEN = ("2026-01-10", "2026-04-20", "2026-07-28")
"""About the days of the batches' images."""
CUT_OUT: Extent = (35_587_092.0, 3_248_397.0, 35_587_732.0, 3_248_909.0)
"""Where most of the first batch's patches lie close together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disturbance:
    """What lies between the two scenes besides the changes."""

    season: bool = True
    haze: bool = True
    cloud: bool = True
    shift_px: tuple[float, float] = (0.4, -0.3)
    """Rows and columns by which the second scene's pixels lie off the first's."""


def scene_pair(
    world: World, pixel_m: float, extent: Extent = WHOLE, between: Disturbance | None = None
) -> tuple[Bands, Bands, Affine]:
    """Both scenes, uint8 (4, rows, columns), and their transform in EPSG:4523."""
    between = between or Disturbance()
    drawing = _Drawing.of(world, pixel_m, extent)
    before = drawing.ground(drawing.shades)
    season = SEASON if between.season else None
    moved = replace(drawing, shift_px=between.shift_px)
    after = moved.ground(drawing.later, season, batches=(1,))
    if between.haze:
        after = after * 0.92 + np.array(HAZE)[:, None, None]
    if between.cloud:
        after = _with_cloud(after, drawing.random)
    return _seen(before, drawing.random), _seen(after, drawing.random), drawing.transform


def summer_scene(world: World, pixel_m: float, extent: Extent = WHOLE) -> tuple[Bands, Affine]:
    """The third scene, clear, with the patches of both batches; see ``scene_pair``."""
    drawing = _Drawing.of(world, pixel_m, extent)
    scene = drawing.ground(drawing.later, SUMMER, batches=(1, 2))
    return _seen(scene, drawing.random), drawing.transform


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What the scenes of a township share: their pixels, and how light each plot is, at first and
    ``later``."""

    world: World
    random: np.random.Generator
    transform: Affine
    shape: tuple[int, int]
    parts: int
    shades: NDArray[np.float64]
    later: NDArray[np.float64]
    shift_px: tuple[float, float] = (0.0, 0.0)

    @classmethod
    def of(cls, world: World, pixel_m: float, extent: Extent) -> _Drawing:
        random = np.random.default_rng((world.township.seed, 8))
        transform = from_origin(extent[0], extent[3], pixel_m, pixel_m)
        parts = max(LEAST_PARTS, math.ceil(pixel_m / FINE_M))
        sides = (extent[3] - extent[1], extent[2] - extent[0])
        rows, columns = (round(side / pixel_m) * parts for side in sides)
        shades = _shades(random, len(world.township.plots))
        later = shades + _shades(random, len(world.township.plots)) / 3
        return cls(world, random, transform, (rows, columns), parts, shades, later)

    def ground(
        self,
        shades: NDArray[np.float64],
        season: tuple[float, ...] | None = None,
        batches: tuple[int, ...] = (),
    ) -> NDArray[np.float64]:
        """The plots, and the changes of some batches on them, as means of pixels."""
        down, right = self.shift_px
        moved = self.transform @ Affine.translation(right, down) @ Affine.scale(1 / self.parts)
        scene = _ground(self.world, self.shape, moved, shades, season)
        for batch in batches:
            scene = _with_changes(self.world, scene, moved, self.random, batch)
        return _averaged(scene, self.parts)


def scene_files(world: World) -> dict[str, bytes]:
    """The sample's scenes by their file names: the township at 10 m, a cut-out at 0.8 m."""
    first, second, place = scene_pair(world, 10.0)
    third, _ = summer_scene(world, 10.0)
    before, after, cut_out = scene_pair(world, 0.8, CUT_OUT, Disturbance(cloud=False))
    kinds = {"10m": ((first, second, third), place), "0.8m": ((before, after), cut_out)}
    files = {}
    with tempfile.TemporaryDirectory() as folder:
        for kind, (scenes, transform) in kinds.items():
            for bands, day in zip(scenes, TAKEN, strict=False):
                name = f"scene-{kind}-{day.replace('-', '')}.tif"
                path = Path(folder) / name
                write_scene(path, bands, transform, "EPSG:4523", day)
                files[name] = path.read_bytes()
    return files


def write_scene(path: Path, bands: Bands, transform: Affine, crs: str, taken_on: str) -> None:
    """Write a scene as a compressed GeoTIFF with named bands and its date."""
    with rasterio.open(
        path, "w", driver="GTiff", width=bands.shape[2], height=bands.shape[1], count=4,
        dtype="uint8", crs=crs, transform=transform, compress="deflate", predictor=2, tiled=True,
        blockxsize=256, blockysize=256, photometric="minisblack",
    ) as dataset:  # fmt: skip
        dataset.write(bands)
        for number, name in enumerate(("blue", "green", "red", "near_infrared"), start=1):
            dataset.set_band_description(number, name)
        dataset.update_tags(TIFFTAG_DATETIME=f"{taken_on.replace('-', ':')} 10:30:00")


def _averaged(scene: NDArray[np.float64], parts: int) -> NDArray[np.float64]:
    """Means of squares of so many pixels a side."""
    bands, rows, columns = scene.shape
    squares = scene.reshape(bands, rows // parts, parts, columns // parts, parts)
    return np.asarray(squares.mean(axis=(2, 4)))


def _ground(
    world: World,
    shape: tuple[int, int],
    transform: Affine,
    shades: NDArray[np.float64],
    season: tuple[float, ...] | None,
) -> NDArray[np.float64]:
    plots = world.township.plots
    number = rasterize(
        zip(plots.geometry, range(1, len(plots) + 1), strict=True),
        out_shape=shape,
        transform=transform,
        fill=0,
        dtype="int32",
    )
    colours = np.array([ELSE, *(_colour(code) for code in plots.land_class)], dtype=float)
    colours[1:] += shades
    texture = _texture(world, number, transform)
    if season is not None:
        green = [False, *(code.startswith(VEGETATION) for code in plots.land_class)]
        colours[green] *= np.array(season)
    return np.moveaxis(colours[number], 2, 0) + texture


def _shades(random: np.random.Generator, number: int) -> NDArray[np.float64]:
    """One field is lighter than the next in all bands alike, and hardly of another colour."""
    lightness = random.normal(0, PLOT_SPREAD, (number, 1))
    return lightness + random.normal(0, HUE_SPREAD, (number, 4))


def _texture(world: World, number: NDArray[np.int32], transform: Affine) -> NDArray[np.float64]:
    """What varies within a plot, in all bands alike: rows of crops, roofs, beds and lanes.

    It hangs on the ground and not on the pixels; what is narrower than pixels they do not show.
    """
    rows, columns = np.mgrid[: number.shape[0], : number.shape[1]] + 0.5
    x, y = transform.a * columns + transform.c, transform.e * rows + transform.f
    kinds = np.array(["", *(str(code) for code in world.township.plots.land_class)], dtype=object)
    planted = np.array([kind.startswith(VEGETATION) for kind in kinds])[number]
    built = np.array([kind.startswith(BUILT) for kind in kinds])[number]
    texture = np.where(
        built, ROOF_SPREAD * _cells(x, y, ROOF_M), PATCH_SPREAD * _cells(x, y, BED_M)
    )
    if transform.a <= ROW_M / 2:
        turned = number * 2.4
        along = np.cos(turned) * (x - ORIGIN[0]) + np.sin(turned) * (y - ORIGIN[1])
        texture = texture + planted * ROW_STRENGTH * np.sin(along * (2 * np.pi / ROW_M))
    return texture


def _cells(x: NDArray[np.float64], y: NDArray[np.float64], side: float) -> NDArray[np.float64]:
    """A number between -1 and 1 for each square of the ground."""
    across, down = (np.floor(at / side).astype(np.int64) for at in (x - ORIGIN[0], y - ORIGIN[1]))
    mixed = (across * 73_856_093) ^ (down * 19_349_663)
    return ((mixed * 2_654_435_761) % 65_536) / 32_768.0 - 1


def _colour(land_class: str) -> tuple[int, int, int, int]:
    for digits in (4, 2):
        found = GROUND.get(land_class[:digits])
        if found is not None:
            return found
    return ELSE


def _with_changes(
    world: World,
    scene: NDArray[np.float64],
    transform: Affine,
    random: np.random.Generator,
    batch: int,
) -> NDArray[np.float64]:
    patches = world.patches
    chosen = np.flatnonzero(patches.batch == batch)
    number = rasterize(
        [(patches.geometry[at], place) for place, at in enumerate(chosen, start=1)],
        out_shape=scene.shape[1:],
        transform=transform,
        fill=0,
        dtype="int32",
    )
    colours = np.array([CHANGED[str(patches.change_group[at])] for at in chosen], dtype=float)
    colours += _shades(random, len(colours))
    changed = number > 0
    scene[:, changed] = colours[number[changed] - 1].T
    return scene


def _with_cloud(scene: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
    rows, columns = scene.shape[1:]
    field = gaussian_filter(random.normal(0, 1, (rows, columns)), min(rows, columns) / 24)
    row, column = np.mgrid[0:rows, 0:columns]
    middle = np.exp(-(((row / rows - 0.75) / 0.10) ** 2 + ((column / columns - 0.8) / 0.09) ** 2))
    thickness = np.clip(middle * (1 + 0.4 * field / field.std()) * 1.6 - 0.35, 0, 1)
    shadow = np.roll(thickness, (rows // 24, -columns // 24), (0, 1))
    scene = scene * (1 - (1 - SHADOW) * shadow)
    return scene * (1 - thickness) + np.array(CLOUD)[:, None, None] * thickness


def _seen(scene: NDArray[np.float64], random: np.random.Generator) -> Bands:
    """As the sensor's optics and noise leave it."""
    blurred = np.stack([gaussian_filter(band, 0.5) for band in scene])
    noisy = blurred + random.normal(0, PIXEL_NOISE, scene.shape)
    return np.asarray(np.clip(np.round(noisy), 1, 255), dtype=np.uint8)
