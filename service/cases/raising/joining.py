"""One place, one case: what a run's sightings mean for the cases there are.

Everything here is decided from values, without a database. Sightings of one place (see
``sameness``) belong to one case; places are found anew from all sightings involved, so that the
same set of files leads to the same cases in whatever order they arrive. What people have begun is
never merged away, redrawn or withdrawn; see ``service.cases.life.standing``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from service.cases.life.standing import Standing
from service.cases.raising.sameness import Thresholds, places, same_ground_as_earlier
from service.cases.raising.sightings import Sighting
from service.findings.judgements import says_the_same


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCase:
    """A case as joining sees it."""

    id: int
    standing: Standing
    patch_id: int
    """The patch whose finding decides it."""
    recurrence_of: int | None = None
    said: Mapping[int, str] = field(default_factory=dict)
    """By patch, what was said otherwise since people answered it."""

    @property
    def is_loose(self) -> bool:
        """Whether it may be merged, taken apart or withdrawn."""
        return self.standing is Standing.UNTOUCHED


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A sighting that belongs to a case already."""

    case_id: int
    sighting: Sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A sighting that takes part, with the case it belonged to so far."""

    sighting: Sighting
    owner: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What becomes of one place.

    ``home``: the case that answers for it, None for a new one. ``sightings``: all of them.
    ``arrived``: those that ``home`` did not have. ``merged``: cases it takes over. ``beside``:
    cases that people work on and that saw this ground, too.
    """

    home: int | None
    sightings: list[Sighting]
    arrived: list[Sighting] = field(default_factory=list)
    merged: list[int] = field(default_factory=list)
    beside: list[int] = field(default_factory=list)
    recurrence_of: int | None = None


class Remark(StrEnum):
    """Why a case is annotated instead of changed."""

    JUDGED_ANEW = "judged_anew"
    NO_LONGER_SUSPECT = "no_longer_suspect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something a run says of a case that it may not change."""

    case_id: int
    remark: Remark
    before: Sighting
    now: Sighting | None


@dataclass(slots=True)
class Plan:
    """Everything that a run's sightings change."""

    places: list[Place] = field(default_factory=list)
    withdrawn: list[int] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def plan_cases(
    cases: Mapping[int, KnownCase],
    held: Sequence[Held],
    found: Sequence[Sighting],
    screened: frozenset[int],
    thresholds: Thresholds,
) -> Plan:
    """Decide what becomes of the cases and of the sightings found.

    ``cases``: every case that may be concerned; ``held``: all of their sightings. ``found``: what
    the run says now of the patches ``screened``; what these patches said before no longer counts.
    """
    plan = Plan()
    nodes = _carry_over(plan, cases, held, found, screened, thresholds)
    members = places([node.sighting for node in nodes], _bonds(cases, nodes), thresholds)
    claims = _claims(cases, nodes, members)
    recurrences = _recurrences(cases, held, nodes, thresholds)
    for number, positions in enumerate(members):
        plan.places.extend(_places(cases, nodes, positions, claims[number], recurrences))
    open_cases = {known.id for known in cases.values() if known.standing is not Standing.CLOSED}
    plan.withdrawn = sorted(open_cases - {case_id for claim in claims for case_id in claim})
    return plan


def _carry_over(
    plan: Plan,
    cases: Mapping[int, KnownCase],
    held: Sequence[Held],
    found: Sequence[Sighting],
    screened: frozenset[int],
    thresholds: Thresholds,
) -> list[Node]:
    """The sightings that take part: earlier ones, their successors, and fresh ones."""
    now = {sighting.key: sighting for sighting in found}
    answered = _still_there(cases, held, now, thresholds)
    nodes: list[Node] = []
    taken: set[tuple[int, str]] = set()
    for position, one in enumerate(held):
        known, successor = cases[one.case_id], now.get(one.sighting.key)
        kept: Sighting | None = one.sighting
        remark: Remark | None = None
        if one.sighting.patch_id in screened:
            kept, remark = _screened_again(one, known, successor, position in answered)
        if successor and (kept is successor or remark is Remark.JUDGED_ANEW):
            taken.add(successor.key)
        if remark:
            _note(plan, remark, one, successor, known)
        if kept and known.standing is not Standing.CLOSED:
            nodes.append(Node(sighting=kept, owner=known.id))
    return nodes + [Node(sighting=new, owner=None) for new in found if new.key not in taken]


def _screened_again(
    one: Held, known: KnownCase, successor: Sighting | None, still_there: bool
) -> tuple[Sighting | None, Remark | None]:
    """What goes on of a sighting whose patch was screened again, and what is remarked of it.

    ``successor``: what the run says of its patch and village; ``still_there``: on the same ground.
    """
    if successor and known.standing in (Standing.WORKED, Standing.UNTOUCHED):
        return successor, None
    if known.is_loose:
        return None, None
    if not successor:
        return one.sighting, Remark.NO_LONGER_SUSPECT
    return one.sighting, Remark.JUDGED_ANEW if still_there else None


def _still_there(
    cases: Mapping[int, KnownCase],
    held: Sequence[Held],
    now: Mapping[tuple[int, str], Sighting],
    thresholds: Thresholds,
) -> set[int]:
    """Positions of sightings of answered cases whose patch still lies on the same ground."""
    answered = (Standing.SETTLED, Standing.CLOSED)
    positions = [
        position
        for position, one in enumerate(held)
        if cases[one.case_id].standing in answered and one.sighting.key in now
    ]
    before = [held[position].sighting for position in positions]
    successors = [now[sighting.key] for sighting in before]
    pairs = same_ground_as_earlier(successors, before, thresholds)
    return {positions[new] for new, old in pairs if new == old}


def _note(plan: Plan, remark: Remark, one: Held, now: Sighting | None, known: KnownCase) -> None:
    same = now is not None and says_the_same(now.judgement, one.sighting.judgement)
    if not same or one.sighting.patch_id in known.said:
        plan.notes.append(Note(case_id=one.case_id, remark=remark, before=one.sighting, now=now))


def _bonds(cases: Mapping[int, KnownCase], nodes: Sequence[Node]) -> list[tuple[int, int]]:
    """Pairs of positions that hold the sightings of a case together that people work on."""
    first: dict[int, int] = {}
    bonds = []
    for position, node in enumerate(nodes):
        if node.owner is not None and not cases[node.owner].is_loose:
            bonds.append((first.setdefault(node.owner, position), position))
    return bonds


def _claims(
    cases: Mapping[int, KnownCase], nodes: Sequence[Node], members: Sequence[Sequence[int]]
) -> list[list[int]]:
    """For each place the cases it is the place of, by id.

    A case whose sightings have come apart keeps the place of the one that decided it, or else
    of most of them.
    """
    votes: dict[int, Counter[int]] = defaultdict(Counter)
    for number, positions in enumerate(members):
        for node in (nodes[position] for position in positions):
            if node.owner is not None:
                decided = node.sighting.patch_id == cases[node.owner].patch_id
                votes[node.owner][number] += len(nodes) if decided else 1
    claims: list[list[int]] = [[] for _ in members]
    for case_id in sorted(votes):
        numbers = votes[case_id]
        claims[min(numbers, key=lambda number: (-numbers[number], number))].append(case_id)
    return claims


def _recurrences(
    cases: Mapping[int, KnownCase],
    held: Sequence[Held],
    nodes: Sequence[Node],
    thresholds: Thresholds,
) -> dict[int, int]:
    """For positions of fresh sightings the latest closed case whose ground they saw."""
    fresh = [position for position, node in enumerate(nodes) if node.owner is None]
    closed = [one for one in held if cases[one.case_id].standing is Standing.CLOSED]
    pairs = same_ground_as_earlier(
        [nodes[position].sighting for position in fresh],
        [one.sighting for one in closed],
        thresholds,
        across_villages=True,
    )
    latest: dict[int, int] = {}
    for new, old in pairs:
        latest[fresh[new]] = max(latest.get(fresh[new], 0), closed[old].case_id)
    return latest


def _places(
    cases: Mapping[int, KnownCase],
    nodes: Sequence[Node],
    positions: Sequence[int],
    claimants: Sequence[int],
    recurrences: Mapping[int, int],
) -> Iterator[Place]:
    """The place of one group of sightings, and one for every other case at work on its ground."""
    firm = [case_id for case_id in claimants if not cases[case_id].is_loose]
    loose = [case_id for case_id in claimants if cases[case_id].is_loose]
    home = next(iter(firm + loose), None)
    beside = firm[1:]
    own = [nodes[position] for position in positions if nodes[position].owner not in beside]
    merged = [case_id for case_id in loose if case_id != home]
    links = [recurrences.get(position) for position in positions]
    links += [cases[case_id].recurrence_of for case_id in (home, *merged) if case_id is not None]
    yield Place(
        home=home,
        sightings=[node.sighting for node in own],
        arrived=[node.sighting for node in own if home is None or node.owner != home],
        merged=merged,
        beside=beside,
        recurrence_of=max((link for link in links if link is not None), default=None),
    )
    for case_id in beside:
        kept = [nodes[position] for position in positions if nodes[position].owner == case_id]
        yield Place(
            home=case_id,
            sightings=[node.sighting for node in kept],
            recurrence_of=cases[case_id].recurrence_of,
        )
