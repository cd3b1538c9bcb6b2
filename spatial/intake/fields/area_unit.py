"""The unit of reported areas, told by the areas computed from the shapes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spatial.intake.fields.profile import AREA_UNITS
from spatial.intake.model import Decision
from spatial.messages import Message

Floats = NDArray[np.float64]

_TOLERANCE = 0.3
_FEWEST_AGREEING = 0.5
_WILDEST = 1e12
"""What is farther from the ground than this is no area in any unit."""


def decide_area_unit(
    reported: Floats, computed_m2: Floats, *, stated: str | None, wanted: str | None
) -> tuple[float, Decision]:
    """Square metres in one reported unit, NaN when it cannot be told.

    ``reported`` and ``computed_m2``: float64 of some rows, NaN or 0 where unknown. ``stated``: the
    unit in the heading itself; ``wanted``: the sender's.
    """
    known = wanted or stated
    if known is not None:
        how = _BY_SENDER if wanted else _BY_HEADING
        return AREA_UNITS[known], Decision(name="area_unit", value=known, how=how)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = reported / computed_m2
    ratio = ratio[(ratio > 0) & (ratio < _WILDEST)]
    if not len(ratio):
        return np.nan, Decision(name="area_unit", value=None, how=_NOTHING_REPORTED)
    shares = {unit: _agreeing(ratio * size) for unit, size in AREA_UNITS.items()}
    unit = max(shares, key=lambda name: shares[name])
    evidence = {"median_ratio": float(np.median(ratio)), "rows": len(ratio), "agree": shares[unit]}
    if shares[unit] < _FEWEST_AGREEING:
        decision = Decision(
            name="area_unit", value=None, how=_UNCLEAR, evidence=evidence, warning=True
        )
        return np.nan, decision
    return AREA_UNITS[unit], Decision(
        name="area_unit", value=unit, how=_BY_RATIO, evidence=evidence
    )


def _agreeing(ratio: Floats) -> float:
    return float(np.mean(np.abs(ratio - 1) <= _TOLERANCE))


_BY_SENDER = Message("按上传时指明的单位。", "As said with the upload.")
_BY_HEADING = Message("列名中写明了单位。", "The heading states the unit.")
_BY_RATIO = Message(
    "按上报面积与计算面积之比判断。", "Told by the ratio of reported to computed area."
)
_NOTHING_REPORTED = Message("没有上报面积。", "No areas are reported.")
_UNCLEAR = Message(
    "上报面积与计算面积之比不符合平方米、亩、公顷中的任何一种，上报面积未采用，只保留在属性中。",
    "Reported areas fit neither square metres nor mu nor hectares; they were not used and are kept "
    "among the attributes.",
)
