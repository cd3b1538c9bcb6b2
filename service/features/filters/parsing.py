"""CQL2 text and JSON into one tree, within limits that keep the parser safe."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import cql2

from service.errors import InvalidParameter
from service.features.filters.syntax import json_fault, text_fault
from spatial.messages import Message

MAX_LENGTH = 16_000
MAX_DEPTH = 60
"""The parser recurses on the machine's stack and would end the process far above this."""
LANGUAGES = ("cql2-text", "cql2-json")

Node = Any
"""CQL2 JSON: an object with ``op`` and ``args``, a literal, or a list of them."""


def invalid_filter(zh: str, en: str) -> InvalidParameter:
    """A filter that cannot be used, and why."""
    return InvalidParameter("filter", Message(f"过滤条件无效：{zh}", f"The filter is wrong: {en}"))


def parse_filter(text: str, language: str | None) -> Node:
    """The tree of a filter; ``language`` is told by the text's first character when absent.

    Raises:
        InvalidParameter: naming ``filter`` or ``filter-lang``.
    """
    if language is None:
        language = LANGUAGES[text.lstrip().startswith("{")]
    if language not in LANGUAGES:
        raise InvalidParameter(
            "filter-lang",
            Message(
                f"filter-lang 只能是 {LANGUAGES[0]} 或 {LANGUAGES[1]}。",
                f"filter-lang must be {LANGUAGES[0]} or {LANGUAGES[1]}.",
            ),
        )
    _check_size(text)
    parse = cql2.parse_text if language == "cql2-text" else cql2.parse_json
    try:
        tree = parse(text).to_json()
    # The library has no narrower error for geometries that it cannot read.
    except Exception as error:
        fault = text_fault(text, error) if language == LANGUAGES[0] else json_fault(text)
        raise invalid_filter(fault.zh, fault.en) from error
    _check_depth(tree)
    return tree


def _check_size(text: str) -> None:
    depth = deepest = 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        deepest = max(deepest, depth)
    if len(text) > MAX_LENGTH or deepest > MAX_DEPTH:
        raise TOO_LARGE


def _check_depth(tree: Node) -> None:
    level, depth = [tree], 0
    while level:
        depth += 1
        level = [child for node in level for child in _children(node)]
        if depth > 2 * MAX_DEPTH:
            raise TOO_LARGE


def _children(node: Node) -> Iterable[Node]:
    if isinstance(node, dict):
        return node.values()
    return node if isinstance(node, list) else ()


TOO_LARGE = invalid_filter(
    f"最长 {MAX_LENGTH} 字符、最多 {MAX_DEPTH} 层嵌套。",
    f"at most {MAX_LENGTH} characters and {MAX_DEPTH} levels of nesting.",
)
