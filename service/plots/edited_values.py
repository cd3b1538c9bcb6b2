"""The values that an editor may give a plot, and how a client writes them."""

from __future__ import annotations

import math
from collections.abc import Mapping

from service.errors import InvalidParameter
from service.features.types import Kind
from service.plots.features import PLOTS
from spatial.messages import Message

EDITABLE = (
    "plot_no", "village_code", "land_class", "planting", "slope_grade", "ownership",
    "area_reported_m2",
)  # fmt: skip
"""Columns that an editor may set; all others follow from them."""

LONGEST = 1000
"""Characters of one value; the longest code of the field has a few dozen."""

Value = str | float | None


def empty_values() -> dict[str, Value]:
    """Every editable column, empty."""
    return dict.fromkeys(EDITABLE)


def editable_values(properties: Mapping[str, object]) -> dict[str, Value]:
    """The editable columns that a client's properties name, with their values checked.

    An empty text is taken as none, which is how desktop forms clear a field.

    Raises:
        InvalidParameter: naming the property whose value is of the wrong kind.
    """
    return {name: _value(name, properties[name]) for name in EDITABLE if name in properties}


def refuse_others(properties: Mapping[str, object], also: frozenset[str]) -> None:
    """Refuse what nobody can set, so that no change is lost without a word.

    Raises:
        InvalidParameter: naming the first property that is neither editable nor in ``also``.
    """
    for name in properties:
        if name not in EDITABLE and name not in also:
            raise InvalidParameter(name, _not_settable(name))


def refuse_unknown(properties: Mapping[str, object], also: frozenset[str]) -> None:
    """Refuse a misspelt property; those that follow from others come back with a whole feature.

    Raises:
        InvalidParameter: naming the first property with a value that plots do not have.
    """
    for name, value in properties.items():
        if value is not None and name not in PLOTS.by_name and name not in also:
            raise InvalidParameter(name, _not_settable(name))


def _not_settable(name: str) -> Message:
    known = PLOTS.by_name.get(name)
    if known is None:
        return Message(
            f"没有属性 {name}；可填写：{'、'.join(EDITABLE)}。",
            f"There is no property '{name}'; one may set: {', '.join(EDITABLE)}.",
        )
    return Message(
        f"{known.label.zh}（{name}）由系统得出，不能修改。", f"'{name}' follows from the others."
    )


def _value(name: str, given: object) -> Value:
    prop = PLOTS.by_name[name]
    if given is None or given == "":
        return None
    value = _number(given) if prop.kind is Kind.NUMBER else _text(given)
    if value is None:
        wanted = "非负数" if prop.kind is Kind.NUMBER else f"不超过 {LONGEST} 字的文字"
        raise InvalidParameter(
            name,
            Message(
                f"{prop.label.zh}（{name}）必须是{wanted}。",
                f"The value of '{name}' is no {prop.kind} that can be stored.",
            ),
        )
    return value


def _number(given: object) -> float | None:
    # A desktop that saw only empty values takes the field for text and sends digits in quotes.
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        return None
    try:
        number = float(given)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and number >= 0 else None


def _text(given: object) -> str | None:
    if not isinstance(given, str) or "\0" in given or len(given) > LONGEST:
        return None
    return given
