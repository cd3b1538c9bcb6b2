"""Moves and measures on offer, and the fields that their forms ask for, as they are answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from service.cases.life.forms import Field as FormField
from service.cases.life.offering import Measure
from service.cases.life.pick_lists import pick_list
from service.cases.life.states import Move


class Choice(BaseModel):
    """A value of a pick list."""

    value: str
    label: str
    label_en: str


class Condition(BaseModel):
    """When a field is needed or asked: while another field has one of these values."""

    field: str
    values: list[Any]

    @classmethod
    def of(cls, condition: tuple[str, frozenset[Any]] | None) -> Condition | None:
        """The answer for a form's condition."""
        if condition is None:
            return None
        field, values = condition
        return cls(field=field, values=sorted(values))


class FieldAnswer(BaseModel):
    """A field to fill in."""

    name: str
    type: str
    label: str
    label_en: str
    required: bool
    many: bool
    required_when: Condition | None
    asked_when: Condition | None
    choices: list[Choice]

    @classmethod
    def of(cls, field: FormField) -> FieldAnswer:
        """The answer for a field of a form."""
        labels = pick_list(field.choices).labels if field.choices else {}
        return cls(
            name=field.name,
            type=field.type.value,
            label=field.label.zh,
            label_en=field.label.en,
            required=field.required,
            many=field.many,
            required_when=Condition.of(field.needed_when),
            asked_when=Condition.of(field.asked_when or field.needed_when),
            choices=[
                Choice(value=value, label=label.zh, label_en=label.en)
                for value, label in labels.items()
            ],
        )


class TransitionAnswer(BaseModel):
    """A move that the caller may attempt now."""

    to: str
    name: str
    label: str
    label_en: str
    note_required: bool
    fields: list[FieldAnswer]

    @classmethod
    def of(cls, move: Move) -> TransitionAnswer:
        """The answer for a row of the table."""
        return cls(
            to=move.target.value,
            name=move.name,
            label=move.label.zh,
            label_en=move.label.en,
            note_required=move.note_required,
            fields=[FieldAnswer.of(field) for field in move.form],
        )


class MeasureAnswer(BaseModel):
    """A measure that the caller may take now; its address ends in its name."""

    name: str
    label: str
    label_en: str
    note_required: bool
    fields: list[FieldAnswer]

    @classmethod
    def of(cls, measure: Measure) -> MeasureAnswer:
        """The answer for a measure."""
        return cls(
            name=measure.name,
            label=measure.label.zh,
            label_en=measure.label.en,
            note_required=measure.note_required,
            fields=[FieldAnswer.of(field) for field in measure.form],
        )


class TransitionList(BaseModel):
    """The moves and measures that the caller may attempt now, and the version they are of."""

    items: list[TransitionAnswer]
    measures: list[MeasureAnswer]
    version: int


class FieldWords(BaseModel):
    """What a field of any form is called, and every value that it can have, by its name."""

    name: str
    label: str
    label_en: str
    choices: list[Choice]

    @classmethod
    def of(cls, fields: Sequence[FormField]) -> FieldWords:
        """The answer for the fields of one name; each form may have a list of its own."""
        answers = [FieldAnswer.of(field) for field in fields]
        choices = {choice.value: choice for answer in answers for choice in answer.choices}
        first = answers[0]
        return cls(
            name=first.name,
            label=first.label,
            label_en=first.label_en,
            choices=list(choices.values()),
        )


class FormWords(BaseModel):
    """The words for what stands in a case's history."""

    items: list[FieldWords]
