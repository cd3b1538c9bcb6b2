"""The coordinate system of a layer: stated, implied or found by value, and always checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from spatial.crs import (
    CoordinateSystem,
    Identified,
    Refusal,
    candidates_by_range,
    identify,
    only_offset_differs,
)
from spatial.errors import CrsError
from spatial.intake.model import Decision
from spatial.intake.placing import words
from spatial.intake.placing.ground import KnownGround
from spatial.intake.tables.table import DeclaredCrs
from spatial.messages import Message

Floats = NDArray[np.float64]

_LEAST_NEAR = 0.5
"""Share of positions near the villages that confirms a system."""
_LEAST_INSIDE = 0.8
_LEAST_LEAD = 0.05
"""Lead in the share inside that tells two systems apart that both lie near."""
_FEWEST_POINTS = 20
_MOST_CHOICES = 6


@dataclass(frozen=True, slots=True)
class _Trial:
    """A system tried on the sample: shares of positions near and inside the villages."""

    system: CoordinateSystem
    near: float = 0.0
    inside: float = 0.0

    def evidence(self) -> dict[str, float]:
        return {"near": round(self.near, 4), "inside": round(self.inside, 4)}


@dataclass(frozen=True, slots=True)
class _Question:
    """What there is to decide on."""

    points: Floats
    ground: KnownGround | None
    file: str | None
    candidates: tuple[CoordinateSystem, ...] = field(default=())

    def trials(self, systems: tuple[CoordinateSystem, ...]) -> list[_Trial]:
        """Systems tried on the sample, the best first."""
        tried = [self._trial(system) for system in systems]
        return sorted(tried, key=lambda trial: (trial.near, trial.inside), reverse=True)

    def _trial(self, system: CoordinateSystem) -> _Trial:
        degrees = system.to_degrees(self.points)
        if self.ground is None or not len(degrees):
            return _Trial(system)
        near, inside = self.ground.near(degrees), self.ground.inside(degrees)
        return _Trial(system, float(near.mean()), float(inside.mean()))

    def refuse(self, message: Message, code: str = "crs-unclear", **values: object) -> CrsError:
        """A refusal that offers what the coordinates may be in."""
        choices = tuple(dict.fromkeys(s.label for s in self._plausible()))[:_MOST_CHOICES]
        return CrsError(message.format(**values), code=code, file=self.file, choices=choices)

    def _plausible(self) -> tuple[CoordinateSystem, ...]:
        if self.ground is None:
            return self.candidates
        trials = self.trials(self.candidates)
        return tuple(trial.system for trial in trials if trial.near > 0) or self.candidates


def resolve_crs(
    declared: DeclaredCrs,
    wanted: str | None,
    points: Floats,
    ground: KnownGround | None,
    *,
    file: str | None = None,
) -> tuple[CoordinateSystem, Decision]:
    """Decide a layer's system.

    ``points``: float64 (n, 2), vertices spread over the layer, in its own coordinates. ``ground``:
    the loaded villages, None before the first. Raises ``CrsError`` when the system is refused, is
    contradicted by the coordinates or the ground, or cannot be told with certainty.
    """
    question = _Question(points, ground, file, _candidates(points, ground))
    if not len(points):
        system = _stated(question, wanted or declared.text or "EPSG:4490").system
        if system is not None:
            return system, Decision(name="crs", value=system.key, how=words.NO_POSITIONS)
    if wanted is not None:
        return _by_word(question, wanted, words.BY_SENDER, "crs")
    identified = identify(declared.text) if declared.text else None
    if identified is None:
        return _by_value(question, unread=declared.text)
    if declared.implied and not _fits(question.points, identified.system):
        return _by_value(question, unread=None)
    if not _fits(question.points, identified.system):
        return _contradicted(question, identified)
    return _by_word(question, declared.text or "", words.BY_FILE, declared.origin)


def _candidates(points: Floats, ground: KnownGround | None) -> tuple[CoordinateSystem, ...]:
    """Systems by range, those only that are used where the villages are."""
    systems = candidates_by_range(points)
    if ground is None:
        return systems
    centre = ground.centre
    return tuple(system for system in systems if system.accepts(centre).all())


def _stated(question: _Question, text: str) -> Identified:
    identified = identify(text)
    if identified is None:
        raise question.refuse(words.NOT_UNDERSTOOD, "crs-unknown", text=text[:80])
    if identified.refusal is not None:
        message = words.REFUSALS[identified.refusal]
        code = _REFUSAL_CODES[identified.refusal]
        if identified.refusal in _OLD_DATUMS:
            # Any system offered instead would fit the numbers and stand a hundred metres off.
            question = replace(question, candidates=())
        raise question.refuse(message, code, name=identified.name)
    return identified


_OLD_DATUMS = (Refusal.XIAN_80, Refusal.BEIJING_54)
_REFUSAL_CODES: Mapping[Refusal, str] = {
    Refusal.XIAN_80: "crs-xian-80",
    Refusal.BEIJING_54: "crs-beijing-54",
    Refusal.OTHER_DATUM: "crs-other-datum",
    Refusal.NOT_A_MAP: "crs-unknown",
}


def _by_word(
    question: _Question, text: str, how: Message, origin: str
) -> tuple[CoordinateSystem, Decision]:
    """A system that somebody states, held against the coordinates and the ground."""
    identified = _stated(question, text)
    system = identified.system
    if system is None or not _fits(question.points, system):
        raise question.refuse(words.DOES_NOT_FIT, "crs-contradicted", name=identified.name)
    evidence: dict[str, object] = {"name": identified.name, "origin": origin}
    if question.ground is not None:
        trial = question.trials((system,))[0]
        evidence |= trial.evidence()
        _check_ground(question, trial)
    value = system.key
    return system, Decision(name="crs", value=value, how=how, evidence=evidence)


def _check_ground(question: _Question, trial: _Trial) -> None:
    """Refuse a stated system under which the layer lies elsewhere than the villages."""
    others = [o for o in question.trials(question.candidates) if o.system != trial.system]
    better = next((o for o in others if o.near >= _LEAST_NEAR), None)
    if trial.near == 0.0:
        message = words.ELSEWHERE if better is None else words.ELSEWHERE_BUT
        other = "" if better is None else better.system.key
        code = "crs-outside-villages"
        raise question.refuse(message, code, name=trial.system.key, other=other)
    lead = 0.0 if better is None else better.inside - trial.inside
    if better is not None and lead >= 2 * _LEAST_LEAD and len(question.points) >= _FEWEST_POINTS:
        raise question.refuse(
            words.OTHER_FITS_BETTER,
            "crs-contradicted",
            name=trial.system.key,
            own=f"{trial.inside:.1%}",
            other=better.system.key,
            better=f"{better.inside:.1%}",
        )


def _contradicted(question: _Question, identified: Identified) -> tuple[CoordinateSystem, Decision]:
    """The file states a system that its own coordinates cannot be in."""
    if question.ground is None:
        raise question.refuse(words.DOES_NOT_FIT, "crs-contradicted", name=identified.name)
    system, decision = _by_value(_same_zone(question, identified.system), unread=None)
    return system, Decision(
        name="crs",
        value=decision.value,
        how=words.STATED_WRONGLY.format(name=identified.name),
        evidence={"name": identified.name, **decision.evidence},
        warning=True,
    )


def _same_zone(question: _Question, stated: CoordinateSystem | None) -> _Question:
    """The question with the stated zone alone, when only its number in the easting is wrong."""
    if stated is None:
        return question
    same = tuple(s for s in question.candidates if only_offset_differs(s, stated))
    near = any(trial.near >= _LEAST_NEAR for trial in question.trials(same))
    return replace(question, candidates=same) if near else question


def _by_value(question: _Question, *, unread: str | None) -> tuple[CoordinateSystem, Decision]:
    """Nothing usable is stated: coordinate ranges, confirmed on the ground."""
    if not question.candidates:
        raise question.refuse(words.NO_SYSTEM_FITS)
    if question.ground is None:
        raise question.refuse(words.NOT_CERTAIN)
    trials = question.trials(question.candidates)
    near = [trial for trial in trials if trial.near >= _LEAST_NEAR]
    if not near:
        raise question.refuse(words.NONE_ON_GROUND, "crs-outside-villages")
    near.sort(key=lambda trial: trial.inside, reverse=True)
    best = near[0]
    if len(near) > 1 and not _tells_apart(best, near[1], len(question.points)):
        raise question.refuse(words.TWO_FIT, one=best.system.key, other=near[1].system.key)
    evidence: dict[str, object] = {
        "tried": {trial.system.key: trial.evidence() for trial in trials[:_MOST_CHOICES]},
        "positions": len(question.points),
    }
    if unread:
        evidence["unread"] = unread[:200]
    how = words.BY_VALUE_SWAPPED if best.system.swapped else words.BY_VALUE
    return best.system, Decision(
        name="crs", value=best.system.key, how=how, evidence=evidence, warning=True
    )


def _tells_apart(best: _Trial, second: _Trial, points: int) -> bool:
    clear = best.inside >= _LEAST_INSIDE and best.inside - second.inside >= _LEAST_LEAD
    return clear and points >= _FEWEST_POINTS


def _fits(points: Floats, system: CoordinateSystem | None) -> bool:
    """Whether most positions lie where the system may be used."""
    if system is None:
        return True
    return not len(points) or bool(system.accepts(system.to_degrees(points)).mean() >= 0.5)
