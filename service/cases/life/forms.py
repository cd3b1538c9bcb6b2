"""Forms: the fields that a transition asks for, and reading what was filled in."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from service.cases.life.pick_lists import pick_list
from service.errors import ServiceError
from spatial.messages import Message

LONGEST_TEXT = 2000
LARGEST_NUMBER = 1e9


class FieldType(StrEnum):
    """What a field holds; ``choice`` names a value of its pick list."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a form. ``needed_when``: another field and the values that make it needed."""

    name: str
    type: FieldType
    label: Message
    required: bool = False
    choices: str | None = None
    """The pick list of a choice."""
    many: bool = False
    """Whether a choice takes a list of several values, too."""
    needed_when: tuple[str, frozenset[Any]] | None = None
    asked_when: tuple[str, frozenset[Any]] | None = None
    """When there is a point in asking; always, without it."""


class BadForm(ServiceError):
    """Fields are missing or cannot be used; ``fields`` lists each with what to do."""

    code = "invalid-fields"


@dataclass(slots=True)
class _Reading:
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[dict[str, str]] = field(default_factory=list)

    def refuse(self, name: str, message: Message) -> None:
        self.problems.append({"field": name, "detail": message.zh, "detail_en": message.en})


def read_form(form: Sequence[Field], filled: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a form, typed; dates as ISO text, choices as lists when ``many``.

    Raises:
        BadForm: when a needed field is missing, a value does not fit, or a field is unknown.
    """
    reading = _Reading()
    given = {one.name: filled.get(one.name) for one in form}
    for one in form:
        if not _is_blank(given[one.name]):
            try:
                reading.values[one.name] = READERS[one.type](one, given[one.name])
            except _Misfit as misfit:
                reading.refuse(one.name, misfit.message)
    for one in form:
        if _is_blank(given[one.name]) and _needed(one, reading.values):
            label = one.label
            reading.refuse(one.name, Message(f"请填写：{label.zh}", f"Fill in: {label.en}"))
    for name in sorted(set(map(str, filled)) - {one.name for one in form}):
        reading.refuse(name, Message("没有这一栏。", "There is no such field."))
    if reading.problems:
        first = reading.problems[0]
        message = Message(
            f"{first['field']}：{first['detail']}", f"{first['field']}: {first['detail_en']}"
        )
        raise BadForm(message, fields=reading.problems)
    return reading.values


def _is_blank(value: Any) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def _needed(one: Field, values: Mapping[str, Any]) -> bool:
    if one.needed_when is None:
        return one.required
    other, wanted = one.needed_when
    return values.get(other) in wanted


class _Misfit(Exception):
    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Message(zh, en)


def _text(one: Field, value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or "\0" in value:
        raise _Misfit(
            f"应为不超过 {LONGEST_TEXT} 字的文本。", f"Has to be text of up to {LONGEST_TEXT}."
        )
    return value.strip()


def _number(one: Field, value: Any) -> float:
    usable = isinstance(value, int | float) and not isinstance(value, bool)
    if not usable or not math.isfinite(value) or not 0 <= value <= LARGEST_NUMBER:
        raise _Misfit("应为不小于 0 的数。", "Has to be a number of at least 0.")
    return float(value)


def _date(one: Field, value: Any) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError) as error:
        raise _Misfit("应为日期，如 2026-11-25。", "Has to be a date like 2026-11-25.") from error


def _boolean(one: Field, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Misfit("应为 true 或 false。", "Has to be true or false.")
    return value


def _choice(one: Field, value: Any) -> str | list[str]:
    given = value if isinstance(value, list) and one.many else [value]
    known = pick_list(one.choices or "")
    found = [known.find(item) if isinstance(item, str) else None for item in given]
    picked = [item for item in found if item is not None]
    if len(picked) != len(given) or not picked:
        options = "、".join(label.zh for label in known.labels.values())
        raise _Misfit(f"请从列表中选择：{options}", f"Choose one of: {', '.join(known.labels)}")
    return list(dict.fromkeys(picked)) if one.many else picked[0]


READERS: Mapping[FieldType, Callable[[Field, Any], Any]] = {
    FieldType.TEXT: _text,
    FieldType.NUMBER: _number,
    FieldType.DATE: _date,
    FieldType.BOOLEAN: _boolean,
    FieldType.CHOICE: _choice,
}
