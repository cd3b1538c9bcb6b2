"""The sentence that tells a village what is suspected, put together from the table's texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spatial.area import to_mu
from spatial.messages import Message
from spatial.rules.deciding import Decision
from spatial.rules.model import Exemption
from spatial.rules.places import FARMLAND, ByClass, Place
from spatial.rules.severity import Grade
from spatial.rules.table import RuleTable
from spatial.words import Protection

Values = dict[str, Message]
_SHOWN_MU = 0.005


@dataclass(frozen=True, slots=True)
class Wording:
    """Sentences of one place. ``village``: its name, None outside every village."""

    table: RuleTable
    place: Place
    village: str | None

    def case(self, decision: Decision, grade: Grade, exemptions: Sequence[Exemption]) -> Message:
        """What a row says of the place."""
        row, place, sentences = decision.row, self.place, self.table.sentences
        taking = [document for document in exemptions if document.exempts]
        other = [document for document in exemptions if not document.exempts]
        named = (taking if decision.exempt else other) or exemptions
        template = row.reason or row.label
        values = self._values() | {"documents": self._documents(named)}
        parts = [template]
        if taking and not decision.exempt:
            values["taking"] = self._documents(taking)
            parts.append(_rename(sentences.partial, "documents", "taking"))
        if other and not decision.exempt and "{documents}" not in template.zh:
            values["lying"] = self._documents(other)
            parts.append(_rename(sentences.unsettled, "documents", "lying"))
        if grade.small:
            parts.append(sentences.small)
        if grade.clue:
            parts.append(sentences.clue)
        values["exempt_mu"] = _number(place.farmland - place.suspect)
        return self._fill(parts, values)

    def hint(self) -> Message:
        """What is said of recoverable land."""
        return self._fill([self.table.hint.reason], self._values(recoverable=True))

    def sliver(self) -> Message:
        """Why a patch that only touches farmland raises no case."""
        return self._fill([self.table.sentences.sliver], self._values())

    def _values(self, *, recoverable: bool = False) -> Values:
        place = self.place
        classes = (*FARMLAND, Protection.RECOVERABLE) if recoverable else FARMLAND
        suspect = place.suspect_by_class[len(FARMLAND)] if recoverable else place.suspect
        small = f"{self.table.thresholds.small_suspect_m2:g}"
        return {
            "village": village_name(self.table, self.village),
            "ground": self._ground(place.suspect_by_class, classes),
            "farmland": self._ground(place.by_class, classes),
            "mu": _number(suspect),
            "small_m2": Message(small, small),
        }

    def _ground(self, by_class: ByClass, classes: Sequence[Protection]) -> Message:
        """Ground by its classes: one class by its name, several as farmland with the strongest."""
        sentences = self.table.sentences
        present = [
            (protection, area)
            for protection, area in zip(classes, by_class, strict=False)
            if area * 3 / 2000 >= _SHOWN_MU
        ]
        if not present:
            present = [max(zip(classes, by_class, strict=False), key=lambda pair: pair[1])]
        protection, area = present[0]
        values = {"protection": protection.label}
        if len(present) == 1:
            return _filled(sentences.ground, values | {"mu": _number(area)})
        whole = sum(area for _, area in present)
        return _filled(
            sentences.mixed_ground, values | {"mu": _number(whole), "part_mu": _number(area)}
        )

    def _documents(self, exemptions: Sequence[Exemption]) -> Message:
        sentences = self.table.sentences
        texts = []
        for document in exemptions:
            number = document.document_no
            values = {
                "kind": document.kind.label,
                "number": Message(number, number) if number else sentences.no_number,
            }
            text = _filled(sentences.document, values)
            if text not in texts:
                texts.append(text)
        return Message("、".join(text.zh for text in texts), ", ".join(text.en for text in texts))

    def _fill(self, parts: Sequence[Message], values: Values) -> Message:
        whole = [*parts, self.table.sentences.end]
        joined = Message("".join(part.zh for part in whole), "".join(part.en for part in whole))
        return _filled(joined, values)


def village_name(table: RuleTable, name: str | None) -> Message:
    """A village as sentences name it."""
    return Message(name, name) if name else table.sentences.nowhere


def not_farmland(table: RuleTable, village: str | None) -> Message:
    """Why a patch without farmland raises no case."""
    sentences = table.sentences
    template = Message(
        sentences.not_farmland.zh + sentences.end.zh, sentences.not_farmland.en + sentences.end.en
    )
    return _filled(template, {"village": village_name(table, village)})


def _filled(template: Message, values: Values) -> Message:
    return Message(
        template.zh.format_map({name: value.zh for name, value in values.items()}),
        template.en.format_map({name: value.en for name, value in values.items()}),
    )


def _rename(template: Message, old: str, new: str) -> Message:
    return Message(
        template.zh.replace(f"{{{old}}}", f"{{{new}}}"),
        template.en.replace(f"{{{old}}}", f"{{{new}}}"),
    )


def _number(area_m2: float) -> Message:
    text = f"{to_mu(area_m2):.2f}"
    return Message(text, text)
