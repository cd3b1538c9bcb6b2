"""Common areas against those of an overlay."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from shapely import affinity

from spatial.overlay import common_area
from spatial.overlay.common_area import MOST_EDGE_PAIRS, common_areas

WEST, SOUTH = 105.9, 29.3
METRE = 1e-5


def blob(
    seed: int, vertices: int = 20, radius_m: float = 30.0, hole: bool = False
) -> shapely.Polygon:
    """A star-shaped polygon somewhere around the same place, going either way round."""
    random = np.random.default_rng(seed)
    angle = np.linspace(0, 2 * np.pi, vertices, endpoint=False) * random.choice((-1, 1))
    radius = radius_m * random.uniform(0.5, 1.0, vertices)
    middle = random.uniform(-radius_m / 2, radius_m / 2, 2)
    ring = np.column_stack((radius * np.cos(angle), radius * np.sin(angle))) + middle
    holes = [(ring - middle) * 0.3 + middle] if hole else []
    placed = [line * METRE + (WEST, SOUTH) for line in (ring, *holes)]
    return shapely.Polygon(placed[0], placed[1:])


def several(*shapes: shapely.Geometry) -> NDArray[np.object_]:
    """Geometries as an array."""
    array = np.empty(len(shapes), dtype=np.object_)
    array[:] = shapes
    return array


def by_overlay(outlines: NDArray[np.object_], ground: NDArray[np.object_]) -> NDArray[np.float64]:
    """The same areas the long way."""
    return np.asarray(shapely.area(shapely.intersection(outlines, ground)))


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.booleans(), st.booleans())
def test_common_areas_are_those_of_an_overlay(
    first: int, second: int, hole: bool, in_parts: bool
) -> None:
    parts = [blob(second, vertices=33, hole=hole)]
    if in_parts:
        parts.append(affinity.translate(blob(second + 1), xoff=100 * METRE))
    outlines, grounds = several(blob(first, hole=hole)), several(shapely.MultiPolygon(parts))
    (common,) = common_areas([outlines], grounds, np.array([0]))
    assert common == pytest.approx(by_overlay(outlines, grounds), rel=1e-9, abs=1e-9 * METRE**2)


def test_upright_edges_and_shared_boundaries_are_no_special_case() -> None:
    west = shapely.box(WEST, SOUTH, WEST + 10 * METRE, SOUTH + 10 * METRE)
    outlines = several(west)
    grounds = several(
        west,
        affinity.translate(west, xoff=10 * METRE),
        affinity.translate(west, xoff=5 * METRE),
        affinity.translate(west, yoff=4 * METRE),
        shapely.Polygon(),
    )
    (common,) = common_areas([outlines], grounds, np.zeros(5, dtype=np.int64))
    assert common / west.area == pytest.approx([1, 0, 0.5, 0.6, 0], abs=1e-9)


def test_each_way_of_drawing_is_measured_and_an_empty_one_has_nothing() -> None:
    outlines = several(blob(1), blob(2))
    gone = several(shapely.Polygon(), blob(3))
    grounds = several(blob(4), blob(5), blob(6))
    outline = np.array([1, 0, 1])
    drawn, shrunk = common_areas([outlines, gone], grounds, outline)
    assert drawn == pytest.approx(by_overlay(outlines[outline], grounds), rel=1e-9)
    assert shrunk == pytest.approx(by_overlay(gone[outline], grounds), rel=1e-9)
    assert shrunk[1] == 0


def test_what_is_too_much_for_a_sum_is_overlaid() -> None:
    outlines, grounds = several(blob(7, vertices=MOST_EDGE_PAIRS // 10)), several(blob(8))
    (common,) = common_areas([outlines], grounds, np.array([0]))
    assert common == pytest.approx(by_overlay(outlines, grounds), rel=1e-12)


def test_nothing_to_measure_is_measured() -> None:
    nothing = np.empty(0, dtype=np.object_)
    (common,) = common_areas([nothing], nothing, np.empty(0, dtype=np.int64))
    assert len(common) == 0


def test_few_edges_beside_many_take_no_room_of_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tables: list[tuple[int, int]] = []

    def table(edges: Any, geometry: NDArray[np.int64]) -> NDArray[np.int64]:
        made = plain(edges, geometry)
        tables.append((made.shape[0], made.shape[1]))
        return made

    plain = common_area._table
    monkeypatch.setattr(common_area, "_table", table)
    many = MOST_EDGE_PAIRS // 8
    outlines = several(blob(1, vertices=many - 1), *(blob(n, vertices=6) for n in range(2, 40)))
    grounds = several(blob(40, vertices=6), *(blob(n, vertices=many // 2) for n in range(41, 79)))
    outline = np.arange(len(outlines))
    (common,) = common_areas([outlines], grounds, outline)
    assert common == pytest.approx(by_overlay(outlines, grounds), rel=1e-9, abs=1e-9 * METRE**2)
    pairs = zip(tables[::2], tables[1::2], strict=True)
    assert sum(rows * ours * theirs for (rows, ours), (_, theirs) in pairs) < 39 * MOST_EDGE_PAIRS
