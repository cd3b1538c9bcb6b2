"""What a kind of feature is: its properties, its rows, who may see them, when they changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from service.accounts.roles import Principal
from service.features.fragments import TRUE, Fragment
from service.features.state import DataState, PublishedVersion
from spatial.messages import Message
from spatial.words import LabelledEnum


class Kind(StrEnum):
    """What the values of a property are."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    INSTANT = "instant"
    BOOLEAN = "boolean"
    JSON = "json"

    @property
    def label(self) -> Message:
        """What people call it."""
        return Message(_KINDS[self], self.value)


_KINDS = {
    Kind.TEXT: "文本",
    Kind.INTEGER: "整数",
    Kind.NUMBER: "数值",
    Kind.DATE: "日期",
    Kind.INSTANT: "时刻",
    Kind.BOOLEAN: "真假值",
    Kind.JSON: "JSON",
}


@dataclass(frozen=True, slots=True)
class Property:
    """One property; ``expression`` is its SQL over the type's table.

    ``words`` are all values it can have; a property that is not ``listed`` is served on request
    only; ``editable`` ones a client may write.
    """

    name: str
    expression: str
    kind: Kind
    label: Message
    words: type[LabelledEnum] | None = None
    listed: bool = True

    @property
    def filterable(self) -> bool:
        """Whether filters may compare it."""
        return self.kind is not Kind.JSON

    def other_word(self, value: object) -> Message | None:
        """What to say of a value that it can never have; None of one that it may have."""
        if self.words is None or value in {word.value for word in self.words}:
            return None
        zh = "、".join(f"{word.value}（{word.label.zh}）" for word in self.words)
        en = ", ".join(word.value for word in self.words)
        return Message(
            f"{self.name} 没有值 {value}；可用：{zh}",
            f"'{self.name}' is never '{value}'; there are: {en}",
        )


Source = Callable[[Sequence[PublishedVersion]], Fragment | None]


def everyone(principal: Principal) -> Fragment:
    """The scope of what all who may read the map see whole."""
    return TRUE


@dataclass(frozen=True, slots=True)
class FeatureType:
    """A kind of feature.

    ``source`` gives the FROM item for the versions to read, aliased ``table``, or None while
    nothing is published. ``period`` holds SQL for the first and last day or moment of a feature,
    where features rather than versions have a time. ``base`` names the layers whose versions hold
    the rows, ``changes`` the revisions they depend on beside, and ``by_clock`` says that a
    property changes by time alone.
    """

    name: str
    label: Message
    description: Message
    table: str
    properties: tuple[Property, ...]
    source: Source
    scope: Callable[[Principal], Fragment] = everyone
    period: tuple[str, str] | None = None
    period_kind: Kind = Kind.DATE
    base: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    by_clock: bool = False
    by_name: dict[str, Property] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        named = {prop.name: prop for prop in self.properties}
        object.__setattr__(self, "by_name", named)

    @property
    def versioned(self) -> bool:
        """Whether one version of one layer holds all rows, so that a reader may choose it."""
        return len(self.base) == 1

    def shown_whole(self, principal: Principal) -> bool:
        """Whether nothing of it is hidden from the caller."""
        return self.scope(principal) == TRUE

    def current(self, state: DataState) -> tuple[PublishedVersion, ...]:
        """The versions in force."""
        found = (state.current(layer) for layer in self.base)
        return tuple(version for version in found if version is not None)


def partitions(table: str) -> Source:
    """Rows of the versions' own partitions, named directly: no planning of all the others."""

    def source(versions: Sequence[PublishedVersion]) -> Fragment | None:
        names = [f"{table}_v{version.id}" for version in versions]
        if len(names) == 1:
            return Fragment(f"{names[0]} AS {table}")
        union = " UNION ALL ".join(f"SELECT * FROM {name}" for name in names)
        return Fragment(f"({union}) AS {table}") if names else None

    return source
