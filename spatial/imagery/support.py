"""What figures of a case's ground say for or against what was declared; never a verdict.

Scenes differ by season, haze and sensor, so that a value alone says little: a loss of vegetation
counts as far as it goes beyond that of the ground around.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from spatial.words import ChangeGroup, LabelledEnum

CONSTRUCTION = frozenset(
    {
        ChangeGroup.BUILDING,
        ChangeGroup.HARDENED,
        ChangeGroup.EARTHWORK,
        ChangeGroup.ROAD,
        ChangeGroup.RURAL_ROAD,
        ChangeGroup.PHOTOVOLTAIC,
        ChangeGroup.MINING,
        ChangeGroup.FACILITY,
    }
)
"""Changes that leave no vegetation."""
LEAST_PIXELS = 4.0
"""Ground of fewer pixels shows its surroundings as much as itself."""
MOST_HIDDEN = 0.2
"""Of ground that is hidden further nothing is said."""
VEGETATED = 0.2
"""NDVI of ground that bears some vegetation."""
SAME = 0.08
"""NDVI that two scenes differ by over unchanged ground, once the surroundings are taken out."""
BARE_BESIDE = 0.1


class Contradiction(LabelledEnum):
    """What a reviewer should look at."""

    VEGETATION_UNCHANGED = (
        "vegetation-unchanged",
        "图斑申报为建设类变化，但前后影像植被未见变化，待核实",
        "declared as construction, but the vegetation looks unchanged; to be verified",
    )
    NOT_RECOVERED = (
        "not-recovered",
        "申报已恢复，但影像上未见植被恢复，待核实",
        "declared as restored, but no vegetation is seen yet; to be verified",
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """NDVI of ground and of what surrounds it in one scene; None where it cannot be told."""

    ndvi: float | None
    around_ndvi: float | None
    hidden_share: float
    pixels: float

    @classmethod
    def of(cls, figures: Mapping[str, float | None]) -> Seen:
        """From figures as they are stored."""
        hidden = (figures["nodata_share"] or 0.0) + (figures["cloud_share"] or 0.0)
        pixels = figures["pixels"] or 0.0
        return cls(figures["ndvi"], figures["around_ndvi"], hidden, pixels)

    @property
    def tells(self) -> bool:
        """Whether it shows enough of the ground to say anything."""
        return self.hidden_share <= MOST_HIDDEN and self.pixels >= LEAST_PIXELS


def contradictions(
    group: ChangeGroup,
    before: Seen | None,
    after: Seen | None,
    latest: Seen | None,
    *,
    said_restored: bool,
) -> list[Contradiction]:
    """What speaks against a declared change, or against ground that is said to be restored.

    ``latest`` is the newest scene, which may be the one after.
    """
    found = []
    if group in CONSTRUCTION and before and after and _unchanged(before, after):
        found.append(Contradiction.VEGETATION_UNCHANGED)
    said_restored = said_restored or group is ChangeGroup.RESTORED
    if said_restored and latest and _bare(latest):
        found.append(Contradiction.NOT_RECOVERED)
    return found


def _unchanged(before: Seen, after: Seen) -> bool:
    if not (before.tells and after.tells) or before.ndvi is None or after.ndvi is None:
        return False
    loss = before.ndvi - after.ndvi
    if before.around_ndvi is not None and after.around_ndvi is not None:
        loss -= before.around_ndvi - after.around_ndvi
    return min(before.ndvi, after.ndvi) >= VEGETATED and loss <= SAME


def _bare(seen: Seen) -> bool:
    if not seen.tells or seen.ndvi is None or seen.around_ndvi is None:
        return False
    return seen.ndvi < VEGETATED and seen.ndvi < seen.around_ndvi - BARE_BESIDE
