"""What the sample patches show, read from ``scenarios.csv``: a line for each patch.

Columns of the file: ``ground`` is P1 permanent basic farmland, P2 high-standard farmland, P3 other
cropland, P4 recoverable, ``any`` of the first three, or a land class. ``shape`` is rectangle,
blob, field (a plot's own outline), strip-W (W metres wide), roadside-W, two-villages, edge (partly
outside the township), mixed (partly on ordinary cropland) or touching;
with ``like`` (an earlier scenario whose ground is seen again) it is same, shifted, grown, or
resent (the same patch number in a later file).
``verdict`` is row/severity of the rule table 2026.1, one for each class where ``ground`` is any;
or hint, dust, not_farmland, ``small N`` (too small to count under row N). ``document`` is the kind
of a zone made for the patch, covering ``cover`` of its farmland.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

BEFORE = {1: "2026-01-12", 2: "2026-04-18"}
AFTER = {1: "2026-04-18", 2: "2026-07-26"}
"""One pair of images for each batch, a quarter apart."""

ANYWHERE = "any"

CATEGORY_OF_ROW: Mapping[int, str] = {
    **dict.fromkeys((1, 2, 3, 7, 8, 10, 11, 12, 14, 15, 18, 19, 20, 21), "non_farm"),
    **dict.fromkeys((22, 23, 24, 25, 27, 28, 30, 31, 33), "non_grain"),
    **dict.fromkeys((4, 6, 13, 16, 32, 35, 38), "unverified"),
    **dict.fromkeys((5, 9, 17, 26, 34), "likely_legal"),
    29: "temporary_adjustment",
    36: "idle",
    37: "restored",
}


@dataclass(frozen=True, slots=True)
class Document:
    """An exempting zone; ``cover`` is the share of the patch's farmland it lies on."""

    kind: str
    cover: float = 1.0
    valid_from: str = "2025-06-01"
    valid_to: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a patch should become in each village it touches; ``row`` 0 where none decides."""

    row: int
    severity: int
    outcome: str = "case"
    category: str | None = None
    countable: bool = True


@dataclass(frozen=True, slots=True)
class Scenario:
    """A patch to be placed. ``verdicts``: by ground; under ``any`` where the ground is given."""

    batch: int
    name: str
    code: str
    group: str
    ground: str
    shape: str
    area: float
    verdicts: Mapping[str, Verdict]
    document: Document | None = None
    like: str | None = None

    def verdict(self, ground: str) -> Verdict:
        """What should come of it on a class of ground."""
        return self.verdicts.get(ground) or self.verdicts[ANYWHERE]


def load_scenarios() -> list[Scenario]:
    """Every scenario, the first batch first."""
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as lines:
        return [_scenario(row) for row in csv.DictReader(lines)]


def _scenario(row: Mapping[str, str]) -> Scenario:
    return Scenario(
        batch=int(row["batch"]),
        name=row["name"],
        code=row["code"],
        group=row["group"],
        ground=row["ground"],
        shape=row["shape"],
        area=float(row["area_m2"] or 0),
        verdicts=_verdicts(row["verdict"]),
        document=_document(row),
        like=row["like"] or None,
    )


def _document(row: Mapping[str, str]) -> Document | None:
    if not row["document"]:
        return None
    return Document(
        row["document"], float(row["cover"]), row["valid_from"], row["valid_to"] or None
    )


def _verdicts(words: str) -> dict[str, Verdict]:
    first, _, row = words.partition(" ")
    if first == "hint":
        return {ANYWHERE: Verdict(0, 0, category="hint", countable=False)}
    if first == "dust":
        return {ANYWHERE: Verdict(0, 0, outcome="sliver", countable=False)}
    if first == "not_farmland":
        return {ANYWHERE: Verdict(0, 0, outcome="not_farmland", countable=False)}
    if first == "small":
        return {ANYWHERE: Verdict(int(row), 0, category="unverified", countable=False)}
    verdicts = {}
    for word in words.split():
        ground, _, decided = word.rpartition(":")
        number, severity = (int(part) for part in decided.split("/"))
        verdicts[ground or ANYWHERE] = Verdict(number, severity, category=CATEGORY_OF_ROW[number])
    return verdicts
