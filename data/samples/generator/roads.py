"""Lines that follow the ground: the national road, lanes to the hamlets, ditches to the river."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Point
from skimage.graph import MCP_Geometric

from .model import SIZE_M
from .shapes import smooth_line
from .terrain import CELL_M, Terrain

COARSE = 4
"""Routes are found on every fourth cell."""

STREAM_SOURCES = (
    (0.16, 0.85),
    (0.34, 0.10),
    (0.45, 0.93),
    (0.66, 0.12),
    (0.62, 0.82),
    (0.87, 0.80),
)
"""Where ditches begin, as shares of the extent from the west and the south."""


class Roads:
    """Routes that follow the ground: steep steps cost, so they wind along the contours."""

    def __init__(self, terrain: Terrain) -> None:
        self._terrain = terrain
        half = COARSE // 2
        self._step = CELL_M * COARSE
        slope = terrain.slope[half::COARSE, half::COARSE]
        wet = terrain.river_distance[half::COARSE, half::COARSE] < 26.0
        rough = terrain.roughness[half::COARSE, half::COARSE]
        self._cost = 0.4 + 120.0 * slope * slope + 3.0 * (rough + 0.9) ** 2
        self._cost[wet] += 30.0
        self._elevation = terrain.elevation[half::COARSE, half::COARSE]

    def highway(self) -> LineString:
        """The national road, from the west edge to the east edge on the river's north side."""
        rows = self._cost.shape[0]
        start = (int(rows * 0.12), 0)
        end = (int(rows * 0.40), self._cost.shape[1] - 1)
        return self._line(self._route([start], end, self._cost), 9.0)

    def lanes(self, highway: LineString, ends: list[Point]) -> list[LineString]:
        """A lane from each hamlet to the network that is there before it."""
        cost = self._cost.copy()
        network = self._cells(highway)
        lanes = []
        for end in sorted(ends, key=highway.distance):
            cells = self._route(network, self._cell(end), cost)
            if len(cells) > 4:
                lanes.append(self._line(cells, 2.6))
            for cell in cells:
                cost[cell] = 0.3
            network.extend(cells)
        return lanes

    def streams(self, river: LineString) -> list[LineString]:
        """Ditches from hollows on the slopes down to the river."""
        low = self._elevation - self._elevation.min()
        cost = 0.15 + (low / 25.0) ** 2
        mouth = self._cells(river)
        streams = []
        for across, up in STREAM_SOURCES:
            source = self._cell(Point(across * SIZE_M[0], up * SIZE_M[1]))
            streams.append(self._line(self._route(mouth, source, cost), 2.2))
        return streams

    def _route(
        self, starts: list[tuple[int, int]], end: tuple[int, int], cost: NDArray[np.float64]
    ) -> list[tuple[int, int]]:
        search = MCP_Geometric(cost)
        search.find_costs(starts, [end])
        return [(int(row), int(column)) for row, column in search.traceback(end)]

    def _line(self, cells: list[tuple[int, int]], sigma: float) -> LineString:
        rows, columns = np.array(cells, dtype=float).T
        points = np.column_stack(
            [(columns + 0.5) * self._step, SIZE_M[1] - (rows + 0.5) * self._step]
        )
        return smooth_line(points, sigma, 0.6)

    def _cell(self, point: Point) -> tuple[int, int]:
        rows, columns = self._cost.shape
        row = int((SIZE_M[1] - point.y) / self._step)
        return min(max(row, 0), rows - 1), min(max(int(point.x / self._step), 0), columns - 1)

    def _cells(self, line: LineString) -> list[tuple[int, int]]:
        spaced = line.segmentize(self._step)
        cells = {self._cell(Point(point)) for point in shapely.get_coordinates(spaced)}
        return sorted(cells)
