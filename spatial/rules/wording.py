"""The sentence that tells a village what is suspected, put together from the table's texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from string import Formatter
from typing import Literal

from spatial.area import to_mu
from spatial.messages import Message
from spatial.rules.deciding import Decision
from spatial.rules.model import Exemption
from spatial.rules.places import FARMLAND, ByClass, Place
from spatial.rules.severity import Grade
from spatial.rules.table import RuleTable
from spatial.words import Protection

Language = Literal["zh", "en"]
Value = Callable[[Language], str]
SHOWN_M2 = 10 / 3
"""Less is 0.00 亩 and not worth a word."""


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence of several parts in both languages, and the placeholders in it."""

    text: Message
    names: tuple[str, ...]

    def fill(self, values: dict[str, Value]) -> Message:
        """The sentence with its placeholders filled; values not named in it are not asked."""
        return Message(
            self.text.zh.format_map({name: values[name]("zh") for name in self.names}),
            self.text.en.format_map({name: values[name]("en") for name in self.names}),
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
        values = self._values() | {
            "documents": lambda language: self._documents(named, language),
            "exempting": lambda language: self._documents(taking, language),
        }
        return join_parts(*parts, sentences.end).fill(values)

    def hint(self) -> Message:
        """What is said of recoverable land."""
        values = self._values(classes=(*FARMLAND, Protection.RECOVERABLE))
        return join_parts(self.table.hint.reason, self.table.sentences.end).fill(values)

    def sliver(self) -> Message:
        """Why a patch that only touches farmland raises no case."""
        sentences = self.table.sentences
        return join_parts(sentences.sliver, sentences.end).fill(self._values())

    def _values(self, classes: Sequence[Protection] = FARMLAND) -> dict[str, Value]:
        place, table = self.place, self.table
        return {
            "village": lambda language: village_name(table, self.village, language),
            "ground": lambda language: self._ground(place.suspect_by_class, classes, language),
            "farmland": lambda language: self._ground(place.by_class, classes, language),
            "mu": lambda _: _mu(place.suspect),
            "exempt_mu": lambda _: _mu(place.farmland - place.suspect),
            "small_m2": lambda _: f"{table.thresholds.small_suspect_m2:g}",
        }

    def _ground(self, areas: ByClass, classes: Sequence[Protection], language: Language) -> str:
        """Ground by its classes: one class by its name, several as farmland with the strongest."""
        shown = [place for place in range(len(classes)) if areas[place] >= SHOWN_M2]
        first = shown[0] if shown else max(range(len(classes)), key=areas.__getitem__)
        protection = getattr(classes[first].label, language)
        if len(shown) < 2:
            template = getattr(self.table.sentences.ground, language)
            return str(template.format(protection=protection, mu=_mu(areas[first])))
        template = getattr(self.table.sentences.mixed_ground, language)
        whole = _mu(sum(areas[place] for place in shown))
        return str(template.format(protection=protection, mu=whole, part_mu=_mu(areas[first])))

    def _documents(self, exemptions: Sequence[Exemption], language: Language) -> str:
        sentences = self.table.sentences
        template = getattr(sentences.document, language)
        texts = (
            template.format(
                kind=getattr(document.kind.label, language),
                number=document.document_no or getattr(sentences.no_number, language),
            )
            for document in exemptions
        )
        return ("、" if language == "zh" else ", ").join(dict.fromkeys(texts))


def village_name(table: RuleTable, name: str | None, language: Language) -> str:
    """A village as sentences name it."""
    return name or str(getattr(table.sentences.nowhere, language))


def not_farmland(table: RuleTable, village: str | None) -> Message:
    """Why a patch without farmland raises no case."""
    template = join_parts(table.sentences.not_farmland, table.sentences.end)
    return template.fill({"village": lambda language: village_name(table, village, language)})


def _mu(area_m2: float) -> str:
    return f"{to_mu(area_m2):.2f}"
