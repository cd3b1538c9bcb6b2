"""Which of the scenes that cover a case show it before and after its patch's dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from service.scenes.models import Scene

GRACE = timedelta(days=15)
"""A patch's dates are those of mosaics, taken over some weeks."""

ALIKE_DAYS = 30
"""Scenes whose distances to a day differ by less show the ground about alike."""


@dataclass(frozen=True, slots=True)
class Serving:
    """The scenes that show a case before and after; None where none fits.

    ``before_beneath`` and ``after_beneath``: coarser ones that are shown where those end.
    """

    before: Scene | None
    after: Scene | None
    before_beneath: Scene | None = None
    after_beneath: Scene | None = None


@dataclass(frozen=True, slots=True)
class Candidates:
    """Scenes that may show a case before and after, best first."""

    before: Sequence[Scene]
    after: Sequence[Scene]

    def best(self) -> Serving:
        """The first of each."""
        return self.with_these(next(iter(self.before), None), next(iter(self.after), None))

    def with_these(self, before: Scene | None, after: Scene | None) -> Serving:
        """Scenes that were chosen, and what else shows the ground around their edges."""
        return Serving(before, after, _beneath(before, self.before), _beneath(after, self.after))


def candidates(scenes: Sequence[Scene], before: date | None, after: date | None) -> Candidates:
    """The scenes that suit two days, best first; a scene never stands on both sides.

    Of scenes that are about as near to the day the finest is the best.

    ``scenes`` come in the order of their days. Where a day is not known, the other decides; where
    neither is, the oldest scene is shown before the newest.
    """
    earlier = [s for s in scenes if _is_before(s.taken_on, before, after)]
    later = [s for s in scenes if _is_after(s.taken_on, before, after)]
    if before is None and after is None:
        return Candidates(scenes[:1] if len(scenes) > 1 else [], scenes[:0:-1] or scenes)
    shared = {s.id for s in earlier} & {s.id for s in later}
    first = [s for s in earlier if s.id not in shared or _nearer_before(s.taken_on, before, after)]
    taken = {s.id for s in first}
    second = [s for s in later if s.id not in taken]
    return Candidates(_ranked(first, before or after), _ranked(second, after or before))


def _beneath(chosen: Scene | None, others: Sequence[Scene]) -> Scene | None:
    if chosen is None or chosen.resolution_m is None:
        return None
    coarser = (s for s in others if (s.resolution_m or 0) > chosen.resolution_m)
    return next(coarser, None)


def _ranked(scenes: Sequence[Scene], day: date | None) -> Sequence[Scene]:
    def rank(scene: Scene) -> tuple[int, float, int]:
        apart = abs(scene.taken_on - day).days if day else 0
        return apart // ALIKE_DAYS, scene.resolution_m or float("inf"), apart

    return sorted(scenes, key=rank)


def _is_before(day: date, before: date | None, after: date | None) -> bool:
    if before is not None:
        return day <= before + GRACE
    return after is not None and day < after - GRACE


def _is_after(day: date, before: date | None, after: date | None) -> bool:
    if after is not None:
        return day >= after - GRACE
    return before is not None and day > before + GRACE


def _nearer_before(day: date, before: date | None, after: date | None) -> bool:
    return before is not None and (after is None or abs(day - before) <= abs(day - after))
