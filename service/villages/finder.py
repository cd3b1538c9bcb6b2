"""Which village a place lies in, from arrays alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.intake.model import LayerFinding
from spatial.messages import Message

MOST_NAMED = 5
FOREIGN_CODES = Message(
    "{count} 个图斑的村代码（{named}）不在现行村界的名单中，已按图斑位置归入所在的村；"
    "原代码保留在属性 village_code 中。国土调查的村级调查区代码常与统计代码不同。",
    "{count} plots bear codes of no village in force ({named}); they were given to the village "
    "they lie in, and the code as it came is kept in the attribute village_code. Land surveys "
    "often have village codes of their own.",
)


class VillageFinder:
    """Villages by place: ``codes`` beside ``polygons`` (EPSG:4490 longitude and latitude)."""

    def __init__(self, codes: Sequence[str], polygons: NDArray[np.object_]) -> None:
        self._known = frozenset(codes)
        self._codes = np.array([*codes, None], object)
        # Prepared, a surveyed outline of thousands of vertices is asked in no time.
        self._polygons = shapely.force_2d(polygons)
        shapely.prepare(self._polygons)
        self._tree = shapely.STRtree(self._polygons)
        self._foreign: Counter[str] = Counter()

    def complete(
        self, codes: NDArray[np.object_], geometry: NDArray[np.object_]
    ) -> NDArray[np.object_]:
        """The codes as given; for None, and for what no village here has, that of the village a
        polygon lies in.

        A polygon that touches several belongs where a point of its inside is; outside all of
        them its code stays.
        """
        asked = np.flatnonzero([code not in self._known for code in codes])
        if not len(asked) or not self._known:
            return codes
        found = codes.copy()
        there = self._codes_at(shapely.point_on_surface(geometry[asked]))
        placed = there != None  # noqa: E711
        self._foreign.update(code for code in codes[asked[placed]] if code is not None)
        found[asked[placed]] = there[placed]
        return found

    def findings(self) -> list[LayerFinding]:
        """What is to be told of the codes that were replaced so far."""
        if not self._foreign:
            return []
        first = [code for code, _ in self._foreign.most_common(MOST_NAMED)]
        named = "、".join(first) + ("…" if len(self._foreign) > MOST_NAMED else "")
        message = FOREIGN_CODES.format(count=self._foreign.total(), named=named)
        return [LayerFinding(code="village-codes-foreign", message=message)]

    def _codes_at(self, points: NDArray[np.object_]) -> NDArray[np.object_]:
        inputs, villages = self._tree.query(points)
        meet = shapely.intersects(self._polygons[villages], points[inputs])
        inputs, villages = inputs[meet], villages[meet]
        which = np.full(len(points), -1)
        # Backwards, so that the first village of a point on a shared border is the one kept.
        which[inputs[::-1]] = villages[::-1]
        found: NDArray[np.object_] = self._codes[which]
        return found
