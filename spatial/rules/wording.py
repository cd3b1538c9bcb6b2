"""The sentence that tells a village what is suspected, put together from the table's texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from string import Formatter

from spatial.area import to_mu
from spatial.messages import Message
from spatial.rules.deciding import Decision
from spatial.rules.model import Exemption
from spatial.rules.places import FARMLAND, ByClass, Place
from spatial.rules.severity import Grade
from spatial.rules.table import RuleTable
from spatial.words import Protection

Values = Mapping[str, Callable[[], Message]]
"""What may stand for a placeholder, asked only where a sentence has it."""
SHOWN_M2 = 10 / 3
"""Less is 0.00 亩 and not worth a word."""


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence of several parts in both languages, and the placeholders in it."""

    text: Message
    names: tuple[str, ...]

    def fill(self, values: Values) -> Message:
        """The sentence with its placeholders filled; values not named in it are not asked."""
        said = [(name, values[name]()) for name in self.names]
        return Message(
            self.text.zh.format_map({name: value.zh for name, value in said}),
            self.text.en.format_map({name: value.en for name, value in said}),
        )


@cache
def join_parts(*parts: Message) -> Template:
    """One sentence of several parts."""
    text = Message("".join(part.zh for part in parts), "".join(part.en for part in parts))
    names = {name for _, name, _, _ in Formatter().parse(text.zh + text.en) if name}
    return Template(text, tuple(sorted(names)))


@dataclass(frozen=True, slots=True)
class Wording:
    """Sentences of one place. ``village``: its name, None outside every village."""

    table: RuleTable
    place: Place
    village: str | None

    def case(self, decision: Decision, grade: Grade, exemptions: Sequence[Exemption]) -> Message:
        """What a row says of the place."""
        row, sentences = decision.row, self.table.sentences
        taking = [document for document in exemptions if document.exempts]
        other = [document for document in exemptions if not document.exempts]
        parts = [row.reason or row.label]
        if taking and not decision.exempt:
            parts.append(sentences.partial)
        if other and not decision.exempt and "{documents}" not in parts[0].zh:
            parts.append(sentences.unsettled)
        if grade.small:
            parts.append(sentences.small)
        if grade.clue:
            parts.append(sentences.clue)
        named = taking if decision.exempt else other
        documents: Values = {
            "documents": lambda: self._documents(named),
            "exempting": lambda: self._documents(taking),
        }
        return join_parts(*parts, sentences.end).fill({**self._values(), **documents})

    def hint(self) -> Message:
        """What is said of recoverable land."""
        values = self._values(classes=(*FARMLAND, Protection.RECOVERABLE))
        return join_parts(self.table.hint.reason, self.table.sentences.end).fill(values)

    def sliver(self) -> Message:
        """Why a patch that only touches farmland raises no case."""
        sentences = self.table.sentences
        return join_parts(sentences.sliver, sentences.end).fill(self._values())

    def _values(self, classes: Sequence[Protection] = FARMLAND) -> Values:
        place, table = self.place, self.table
        return {
            "village": lambda: village_name(table, self.village),
            "ground": lambda: self._ground(place.suspect_by_class, classes),
            "farmland": lambda: self._ground(place.by_class, classes),
            "mu": lambda: _figure(_mu(place.suspect)),
            "exempt_mu": lambda: _figure(_mu(place.farmland - place.suspect)),
            "small_m2": lambda: _figure(f"{table.thresholds.small_suspect_m2:g}"),
        }

    def _ground(self, areas: ByClass, classes: Sequence[Protection]) -> Message:
        """Ground by its classes: one class by its name, several as farmland with the strongest."""
        sentences = self.table.sentences
        shown = [place for place in range(len(classes)) if areas[place] >= SHOWN_M2]
        first = shown[0] if shown else max(range(len(classes)), key=areas.__getitem__)
        name, part = classes[first].label, _mu(areas[first])
        if len(shown) < 2:
            template, whole = sentences.ground, part
        else:
            template, whole = sentences.mixed_ground, _mu(sum(areas[place] for place in shown))
        return Message(
            template.zh.format(protection=name.zh, mu=whole, part_mu=part),
            template.en.format(protection=name.en, mu=whole, part_mu=part),
        )

    def _documents(self, exemptions: Sequence[Exemption]) -> Message:
        sentences = self.table.sentences
        texts = [
            Message(
                sentences.document.zh.format(
                    kind=document.kind.label.zh,
                    number=document.document_no or sentences.no_number.zh,
                ),
                sentences.document.en.format(
                    kind=document.kind.label.en,
                    number=document.document_no or sentences.no_number.en,
                ),
            )
            for document in exemptions
        ]
        return Message(
            "、".join(dict.fromkeys(text.zh for text in texts)),
            ", ".join(dict.fromkeys(text.en for text in texts)),
        )


def village_name(table: RuleTable, name: str | None) -> Message:
    """A village as sentences name it."""
    return _figure(name) if name else table.sentences.nowhere


def not_farmland(table: RuleTable, village: str | None) -> Message:
    """Why a patch without farmland raises no case."""
    template = join_parts(table.sentences.not_farmland, table.sentences.end)
    return template.fill({"village": lambda: village_name(table, village)})


def _figure(text: str) -> Message:
    """What reads the same in both languages."""
    return Message(text, text)


def _mu(area_m2: float) -> str:
    return f"{to_mu(area_m2):.2f}"
