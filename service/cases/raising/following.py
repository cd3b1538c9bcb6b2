"""Cases follow their ground: when villages merge or boundaries move, they go along.

A sighting is one of a patch in a village. When the same ground of the same patch is found in
another village, that is the same sighting still, of whatever state its case is: nobody is asked
anew. While no village has the ground, the case stays with the one that had it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from service.cases.life.standing import Standing
from service.cases.raising.joining import Held, KnownCase
from service.cases.raising.sameness import Thresholds, same_ground_as_earlier
from service.cases.raising.sightings import NO_VILLAGE, Sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """Sightings held and found, brought to the same villages, and the open cases that go to
    another one: by id its code."""

    held: list[Held]
    found: list[Sighting]
    moved: dict[int, str]


def follow_ground(
    cases: Mapping[int, KnownCase],
    held: Sequence[Held],
    found: Sequence[Sighting],
    thresholds: Thresholds,
) -> Followed:
    """Find out which sightings went to another village with their ground."""
    successors = _successors(held, found, thresholds)
    moved = {
        one.case_id: successor.village_code
        for one, successor in ((held[position], new) for position, new in successors.items())
        if successor.village_code != NO_VILLAGE and _decides(cases[one.case_id], one)
    }
    return Followed(
        held=[
            _held_now(one, moved.get(one.case_id), successors.get(position))
            for position, one in enumerate(held)
        ],
        found=_placed(found, held, successors),
        moved=moved,
    )


def _successors(
    held: Sequence[Held], found: Sequence[Sighting], thresholds: Thresholds
) -> dict[int, Sighting]:
    """For positions of held sightings that are found in another village now, what is found."""
    before = {one.sighting.key for one in held}
    now = {sighting.key for sighting in found}
    fresh = [sighting for sighting in found if sighting.key not in before]
    patches = {sighting.patch_id for sighting in fresh}
    astray = [
        position
        for position, one in enumerate(held)
        if one.sighting.patch_id in patches and one.sighting.key not in now
    ]
    earlier = [held[position].sighting for position in astray]
    pairs = same_ground_as_earlier(fresh, earlier, thresholds, across_villages=True)
    return {
        astray[old]: fresh[new]
        for new, old in pairs
        if fresh[new].patch_id == earlier[old].patch_id
    }


def _decides(known: KnownCase, one: Held) -> bool:
    return known.standing is not Standing.CLOSED and known.patch_id == one.sighting.patch_id


def _held_now(one: Held, village_code: str | None, successor: Sighting | None) -> Held:
    """A held sighting in the village where its case, or else its ground, is now."""
    if village_code is None and successor and successor.village_code != NO_VILLAGE:
        village_code = successor.village_code
    if village_code is None:
        return one
    return replace(one, sighting=replace(one.sighting, village_code=village_code))


def _placed(
    found: Sequence[Sighting], held: Sequence[Held], successors: Mapping[int, Sighting]
) -> list[Sighting]:
    """What was found; what lies in no village stays where it was held, or asks nobody."""
    homes = {
        new.key: held[position].sighting.village_code
        for position, new in successors.items()
        if new.village_code == NO_VILLAGE
    }
    return [
        replace(sighting, village_code=homes.get(sighting.key, sighting.village_code))
        for sighting in found
        if sighting.village_code != NO_VILLAGE or sighting.key in homes
    ]
