"""The rule table: read, checked, and looked up."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from spatial.errors import RuleError
from spatial.messages import Message
from spatial.rules.checks import find_faults
from spatial.rules.schema import (
    Floor,
    GreenBelts,
    Hint,
    ModifiedFloor,
    Modifier,
    Row,
    RuleFile,
    Sentences,
    Thresholds,
    When,
)
from spatial.words import ChangeGroup, Protection, ZoneKind

RULES = Path(__file__).parent / "rules-2026.1.toml"
"""The rule table in force."""

Ground = tuple[ChangeGroup, Protection]
DocumentedGround = tuple[ChangeGroup, Protection, ZoneKind]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTable:
    """A checked rule table. ``exemption_order``: exempting layers in the order they take ground."""

    version: str
    rows: Mapping[int, Row]
    thresholds: Thresholds
    exemption_order: tuple[ZoneKind, ...]
    green_belts: GreenBelts
    floors: tuple[Floor, ...]
    modifiers: Mapping[str, Modifier]
    modified_floor: ModifiedFloor
    sentences: Sentences
    hint: Hint
    _judging: Mapping[Ground, tuple[Row, ...]]
    _documents: Mapping[DocumentedGround, Row]
    _expired: Mapping[DocumentedGround, Row]

    def judging_rows(self, group: ChangeGroup, protection: Protection) -> tuple[Row, ...]:
        """Rows for ground that no document settles, those with a further condition first; the
        last has none."""
        return self._judging[group, protection]

    def document_row(
        self, group: ChangeGroup, protection: Protection, kind: ZoneKind
    ) -> Row | None:
        """The row for ground under a valid document, None when the document means nothing."""
        return self._documents.get((group, protection, kind))

    def expired_row(self, group: ChangeGroup, protection: Protection, kind: ZoneKind) -> Row | None:
        """The row for ground under a document that had ended."""
        return self._expired.get((group, protection, kind))

    def exempts(self, group: ChangeGroup, protection: Protection, kind: ZoneKind) -> bool:
        """Whether a valid document of this kind takes the ground out of suspicion."""
        row = self.document_row(group, protection, kind)
        return row is not None and row.when is When.EXEMPT

    @property
    def expirable(self) -> frozenset[tuple[ChangeGroup, ZoneKind]]:
        """Change groups and kinds of documents for which an ended document has a row."""
        return frozenset((group, kind) for group, _, kind in self._expired)


def load_rule_table(path: Path | None = None) -> RuleTable:
    """Read and check a rule table; the one in force without a path.

    Raises:
        RuleError: if the file cannot be read, or the table is not fit to judge by.
    """
    return _load(path or RULES)


@cache
def _load(path: Path) -> RuleTable:
    try:
        file = RuleFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise _broken(path, str(error)) from error
    faults = list(find_faults(file))
    if faults:
        raise _broken(path, "; ".join(faults))
    return _index(file)


def _index(file: RuleFile) -> RuleTable:
    judging: dict[Ground, tuple[Row, ...]] = {}
    documents: dict[DocumentedGround, Row] = {}
    expired: dict[DocumentedGround, Row] = {}
    for row in sorted(file.rules, key=lambda row: (not row.in_reserve, not row.conditional)):
        for ground in (
            (group, protection) for group in row.groups for protection in row.protections
        ):
            if row.when in (When.NONE, When.ANY):
                judging[ground] = (*judging.get(ground, ()), row)
            target = expired if row.when is When.EXPIRED else documents
            target.update({(*ground, kind): row for kind in row.kinds})
    return RuleTable(
        version=file.version,
        rows={row.number: row for row in file.rules},
        thresholds=file.thresholds,
        exemption_order=tuple(layer.kind for layer in file.exemptions),
        green_belts=file.green_belts,
        floors=file.floors,
        modifiers=file.modifiers,
        modified_floor=file.modified_floor,
        sentences=file.sentences,
        hint=file.hint,
        _judging=judging,
        _documents=documents,
        _expired=expired,
    )


def _broken(path: Path, what: str) -> RuleError:
    return RuleError(
        Message(
            f"规则表 {path.name} 有误：{what}", f"The rule table {path.name} is broken: {what}"
        ),
        file=path.name,
    )
