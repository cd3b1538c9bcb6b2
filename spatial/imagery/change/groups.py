"""What a change may be, from the bands before and after: a guess with a confidence, no verdict."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from spatial.imagery.indices import index
from spatial.words import ChangeGroup

WATER_NDWI = 0.05
GREEN_NDVI = 0.35
GREENER = 0.15
LEAST_BRIGHTER = 1.0
GREY = 0.12


def change_group(
    before: NDArray[np.floating],
    after: NDArray[np.floating],
    names: Sequence[str],
    spread: NDArray[np.floating],
) -> tuple[ChangeGroup, float]:
    """The likeliest group and how sure it is, 0 to 1, from mean band values (bands,).

    ``before`` is what the second scene would show without the change; ``spread``: standard
    deviation of no change per band.
    Water is told by NDWI, vegetation by NDVI; bright and grey is built or hardened, bright and
    red is bare earth.
    """
    ndvi = [index("ndvi", scene.astype(np.float32), names) for scene in (before, after)]
    ndwi = index("ndwi", after.astype(np.float32), names)
    if ndvi[0] is None or ndvi[1] is None or ndwi is None:
        return ChangeGroup.UNKNOWN, 0.3
    gained = float(ndvi[1]) - float(ndvi[0])
    if float(ndwi) > WATER_NDWI:
        return ChangeGroup.WATER, _sure(float(ndwi) - WATER_NDWI, 0.3)
    if float(ndvi[1]) > GREEN_NDVI or gained > GREENER:
        return ChangeGroup.FOREST, _sure(max(gained, 0.0), 0.4)
    visible = [at for at, name in enumerate(names) if name in ("blue", "green", "red")]
    brighter = float(((after - before) / spread)[visible].mean())
    colours = after[visible]
    greyness = float((colours.max() - colours.min()) / max(float(colours.mean()), 1e-6))
    if brighter > LEAST_BRIGHTER and greyness < GREY:
        return ChangeGroup.BUILDING, _sure(brighter, 8.0)
    return ChangeGroup.EARTHWORK, _sure(-gained, 0.4)


def _sure(distance: float, certain_at: float) -> float:
    return float(np.clip(0.4 + 0.6 * distance / certain_at, 0.2, 1.0))
