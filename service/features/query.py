"""Query parameters, taken one by one; what is left over at the end is refused."""

from __future__ import annotations

from collections.abc import Iterable

from service.errors import InvalidParameter, UnknownParameter
from service.features.types import FeatureType, Property
from service.paging import DEFAULT_LIMIT, LARGEST_ID, natural_number, parse_limit
from spatial.messages import Message


class QueryParameters:
    """The parameters of one request; each may stand once."""

    def __init__(self, items: Iterable[tuple[str, str]]) -> None:
        """``items`` are the decoded pairs in their order.

        Raises:
            InvalidParameter: when one is repeated, or holds a NUL, which no text may.
        """
        self._left: dict[str, str] = {}
        self._known: set[str] = set()
        for name, value in items:
            if name in self._left:
                raise InvalidParameter(
                    name,
                    Message(f"参数 {name} 重复出现。", f"The parameter '{name}' is repeated."),
                )
            if "\0" in value or "\0" in name:
                raise InvalidParameter(
                    name.replace("\0", ""),
                    Message("参数含有非法字符。", "A parameter holds a NUL character."),
                )
            self._left[name] = value

    def take(self, name: str) -> str | None:
        """The value of a parameter, which then counts as understood."""
        self._known.add(name)
        return self._left.pop(name, None)

    def take_limit(self, *, capped: bool = False) -> int:
        """How many features a page may have; see :func:`service.paging.parse_limit`.

        Raises:
            InvalidParameter: when it cannot be used.
        """
        text = self.take("limit")
        return DEFAULT_LIMIT if text is None else parse_limit(text, capped=capped)

    def take_number(self, name: str) -> int | None:
        """The number of something, from 1 on; None without one.

        Raises:
            InvalidParameter: when it is none.
        """
        text = self.take(name)
        if text is None:
            return None
        number = natural_number(text)
        if not 1 <= number <= LARGEST_ID:
            raise InvalidParameter(
                name,
                Message(
                    f"参数 {name} 必须是不小于 1 的整数。",
                    f"The parameter '{name}' must be an integer of at least 1.",
                ),
            )
        return number

    def take_flag(self, name: str) -> bool:
        """``true`` or ``false``; false without one.

        Raises:
            InvalidParameter: for anything else.
        """
        text = self.take(name)
        if text not in (None, "true", "false"):
            raise InvalidParameter(
                name,
                Message(
                    f"参数 {name} 只能是 true 或 false。",
                    f"The parameter '{name}' must be true or false.",
                ),
            )
        return text == "true"

    def take_list(self, name: str) -> tuple[str, ...] | None:
        """A comma-separated list; None without the parameter.

        Raises:
            InvalidParameter: when an entry is empty.
        """
        text = self.take(name)
        if text is None:
            return None
        entries = tuple(entry.strip() for entry in text.split(","))
        if not all(entries):
            raise InvalidParameter(
                name,
                Message(f"参数 {name} 中有空的项。", f"The list '{name}' has an empty entry."),
            )
        return entries

    def take_properties(self, name: str, kind: FeatureType) -> tuple[Property, ...]:
        """The properties a list names, in the type's order; the listed ones without it.

        Raises:
            InvalidParameter: for a name the type does not have.
        """
        names = self.take_list(name)
        if names is None:
            return tuple(prop for prop in kind.properties if prop.listed)
        for wanted in names:
            if wanted not in kind.by_name:
                known = ", ".join(kind.by_name)
                raise InvalidParameter(
                    name,
                    Message(
                        f"没有属性 {wanted}；可用：{known}。",
                        f"There is no property '{wanted}'; there are: {known}.",
                    ),
                )
        return tuple(prop for prop in kind.properties if prop.name in names)

    def refuse_rest(self) -> None:
        """Refuse parameters that nobody took.

        Raises:
            InvalidParameter: naming the first of them.
        """
        for name in self._left:
            raise UnknownParameter(name, self._known)
