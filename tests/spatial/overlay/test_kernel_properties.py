"""Laws the kernel keeps on any ground, and one plain computation it has to agree with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from unittest.mock import patch as replaced

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from spatial.area import ellipsoidal_area
from spatial.overlay import kernel, parallel
from spatial.overlay.kernel import overlay
from spatial.overlay.model import Ground, OverlaySettings, Patches, Pieces
from tests.spatial.overlay.building import (
    make_ground,
    make_patches,
    make_plots,
    make_villages,
    make_zones,
    place,
    rectangle,
)

SETTINGS = OverlaySettings()
FEW = settings(max_examples=25, deadline=None)
SQUARE_CENTIMETRE = 1e-4
KINDS = (
    "permanent-basic-farmland",
    "high-standard-farmland",
    "approved-construction",
    "temporary-land-use",
)
PROTECTIONS = ("cropland", "recoverable", "none")
VILLAGES = make_villages(
    ("500118001202", "三星村", rectangle(-500, -500, 40, 500)),
    ("500118001204", "望城村", rectangle(40, -500, 500, 60)),
)


@dataclass(frozen=True)
class Scene:
    """Patches and the ground under them."""

    patches: Patches
    ground: Ground

    def lay(self) -> Pieces:
        return overlay(self.patches, self.ground, SETTINGS)


@st.composite
def blobs(draw: st.DrawFn) -> shapely.Geometry:
    x, y = draw(st.integers(0, 90)), draw(st.integers(0, 90))
    radii = draw(st.lists(st.integers(4, 40), min_size=3, max_size=9))
    angles = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
    corners = np.column_stack((x + radii * np.cos(angles), y + radii * np.sin(angles)))
    return place(shapely.convex_hull(shapely.multipoints(corners)).buffer(0.5, quad_segs=1))


@st.composite
def boxes(draw: st.DrawFn) -> shapely.Geometry:
    # Whole tens share edges and corners with one another and with the village boundary.
    west, south = draw(st.integers(0, 9)) * 10, draw(st.integers(0, 9)) * 10
    width, height = draw(st.integers(1, 5)) * 10, draw(st.integers(1, 5)) * 10
    return rectangle(west, south, west + width, south + height)


SHAPES = st.one_of(blobs(), boxes())


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    plots = draw(st.lists(st.tuples(st.sampled_from(PROTECTIONS), SHAPES), max_size=7))
    zones = draw(st.lists(st.tuples(st.sampled_from(KINDS), SHAPES), max_size=5))
    numbered = [(kind, shape, f"文{i}") for i, (kind, shape) in enumerate(zones)]
    patches = draw(st.lists(SHAPES, min_size=1, max_size=3))
    ground = make_ground(make_plots(*plots), make_zones(*numbered), VILLAGES)
    return Scene(make_patches(*patches), ground)


def farmland_under(scene: Scene, patch: int) -> float:
    """The patch's ground on any protecting feature, by one plain union."""
    plots, zones = scene.ground.plots, scene.ground.zones
    protecting = [
        *plots.geometry[plots.protection != "none"],
        *zones.geometry[np.isin(zones.kind.astype(str), KINDS[:2])],
    ]
    ground = shapely.intersection(scene.patches.geometry[patch], shapely.union_all(protecting))
    return float(ellipsoidal_area(np.array([ground], dtype=object))[0])


def total(pieces: Pieces, patch: int) -> float:
    return float(pieces.area_m2[pieces.patch == patch].sum())


Label = tuple[int, str, int, int]


def measured(scene: Scene) -> dict[Label, tuple[float, float, float]]:
    """Areas by what the pieces are of, in ids that no order changes."""
    pieces = scene.lay()
    zones = np.append(scene.ground.zones.ids, -1)
    patches = scene.patches.ids
    return {
        (int(patches[p]), str(protection), int(village), int(zones[zone])): (area, low, high)
        for p, protection, village, zone, area, low, high in zip(
            pieces.patch,
            pieces.protection,
            pieces.village,
            pieces.zone,
            pieces.area_m2.tolist(),
            pieces.area_low_m2.tolist(),
            pieces.area_high_m2.tolist(),
            strict=True,
        )
    }


def assert_alike(first: Scene, second: Scene) -> None:
    """The same pieces with the same areas, but for grains of rounding."""
    ours, theirs = measured(first), measured(second)
    for label in ours.keys() | theirs.keys():
        one, other = ours.get(label, (0.0,) * 3), theirs.get(label, (0.0,) * 3)
        assert one == pytest.approx(other, rel=1e-6, abs=SQUARE_CENTIMETRE), label


@FEW
@given(scenes())
def test_the_pieces_of_a_patch_add_up_to_its_farmland(scene: Scene) -> None:
    pieces = scene.lay()
    for patch in range(len(scene.patches)):
        expected = farmland_under(scene, patch)
        assert total(pieces, patch) == pytest.approx(expected, rel=1e-6, abs=SQUARE_CENTIMETRE)


@FEW
@given(scenes())
def test_no_two_pieces_of_a_patch_overlap(scene: Scene) -> None:
    pieces = scene.lay()
    for patch in range(len(scene.patches)):
        union = shapely.union_all(pieces.geometry[pieces.patch == patch])
        area = float(ellipsoidal_area(np.array([union], dtype=object))[0])
        assert total(pieces, patch) == pytest.approx(area, rel=1e-6, abs=SQUARE_CENTIMETRE)


@FEW
@given(scenes())
def test_the_range_encloses_the_area(scene: Scene) -> None:
    pieces = scene.lay()
    assert (pieces.area_low_m2 <= pieces.area_m2 + SQUARE_CENTIMETRE).all()
    assert (pieces.area_high_m2 >= pieces.area_m2 - SQUARE_CENTIMETRE).all()


@FEW
@given(scenes(), st.randoms(use_true_random=False))
def test_the_order_of_anything_changes_nothing(scene: Scene, random: object) -> None:
    def shuffled(layer: object) -> object:
        order = np.arange(len(layer.ids))  # type: ignore[attr-defined]
        random.shuffle(order)  # type: ignore[attr-defined]
        columns = {name: getattr(layer, name)[order] for name in layer.__slots__}  # type: ignore[attr-defined]
        return type(layer)(**columns)

    ground = replace(
        scene.ground, plots=shuffled(scene.ground.plots), zones=shuffled(scene.ground.zones)
    )
    assert measured(scene) == measured(Scene(shuffled(scene.patches), ground))


@FEW
@given(scenes(), st.booleans())
def test_the_order_of_vertices_changes_nothing(scene: Scene, reverse: bool) -> None:
    def turned(geometry: np.ndarray) -> np.ndarray:
        turn = shapely.reverse if reverse else shapely.normalize
        return np.array([turn(item) for item in geometry] + [None], dtype=object)[:-1]

    plots, zones = scene.ground.plots, scene.ground.zones
    ground = replace(
        scene.ground,
        plots=replace(plots, geometry=turned(plots.geometry)),
        zones=replace(zones, geometry=turned(zones.geometry)),
    )
    patches = replace(scene.patches, geometry=turned(scene.patches.geometry))
    assert_alike(scene, Scene(patches, ground))


@FEW
@given(scenes(), st.integers(0, 90))
def test_splitting_the_plots_in_two_changes_nothing(scene: Scene, where: int) -> None:
    blades = (rectangle(-999, -999, where, 999), rectangle(where, -999, 999, 999))
    halves = [
        (str(protection), shapely.intersection(geometry, blade))
        for protection, geometry in zip(
            scene.ground.plots.protection, scene.ground.plots.geometry, strict=True
        )
        for blade in blades
    ]
    areal = [row for row in halves if row[1].area > 0]
    assert_alike(scene, Scene(scene.patches, replace(scene.ground, plots=make_plots(*areal))))


@FEW
@given(scenes(), st.integers(300, 5000))
def test_plots_far_away_change_nothing(scene: Scene, distance: int) -> None:
    plots = scene.ground.plots
    far = make_plots(
        *zip(plots.protection, plots.geometry, strict=True),
        ("cropland", place(Point(distance, 50).buffer(100))),
        ("cropland", place(Point(50, -distance).buffer(100))),
    )
    assert measured(Scene(scene.patches, replace(scene.ground, plots=far))) == measured(scene)


@FEW
@given(scenes())
def test_the_other_patches_change_nothing(scene: Scene) -> None:
    alone: dict[Label, tuple[float, float, float]] = {}
    for patch in range(len(scene.patches)):
        one = {name: getattr(scene.patches, name)[patch : patch + 1] for name in Patches.__slots__}
        alone |= measured(Scene(Patches(**one), scene.ground))
    assert alone == measured(scene)


@FEW
@given(scenes())
def test_laying_the_pieces_over_the_same_ground_again_changes_nothing(scene: Scene) -> None:
    pieces = scene.lay()
    again = overlay(make_patches(*pieces.geometry), scene.ground, SETTINGS)
    for piece in range(len(pieces)):
        parts = again.take(again.patch == piece)
        largest = int(np.argmax(parts.area_m2))
        expected = pieces.area_m2[piece]
        assert parts.area_m2.sum() == pytest.approx(expected, rel=1e-6, abs=SQUARE_CENTIMETRE)
        assert parts.area_m2[largest] == pytest.approx(expected, rel=1e-6, abs=SQUARE_CENTIMETRE)
        assert parts.protection[largest] == pieces.protection[piece]


@FEW
@given(scenes())
def test_the_number_of_threads_changes_nothing(scene: Scene) -> None:
    with (
        replaced.object(kernel, "thread_count", lambda: 3),
        replaced.object(parallel, "_SMALLEST_PART", 1),
    ):
        shared = scene.lay()
    alone = scene.lay()
    assert shared.patch.tolist() == alone.patch.tolist()
    for column in ("area_m2", "area_low_m2", "area_high_m2"):
        assert getattr(shared, column).tobytes() == getattr(alone, column).tobytes()
    assert (shapely.to_wkb(shared.geometry) == shapely.to_wkb(alone.geometry)).all()


@FEW
@given(scenes())
def test_two_runs_agree_to_the_last_bit(scene: Scene) -> None:
    first, second = scene.lay(), scene.lay()
    assert first.area_m2.tobytes() == second.area_m2.tobytes()
    assert (shapely.to_wkb(first.geometry) == shapely.to_wkb(second.geometry)).all()
