"""What is wrong with the writing of a filter, said with its place.

The parser's own words name its grammar, in English; here they are only read for the place and
for the kind of thing that it had expected there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from spatial.messages import Message

_PLACE = re.compile(r"-->\s*(\d+):(\d+)")
_EXPECTED = re.compile(r"expected (.+)")
_EXCERPT = 24
_FULL_WIDTH = {
    "（": "(", "）": ")", "，": ",", "‘": "'", "’": "'", "“": "'", "”": "'", "＝": "=", "＞": ">",
    "＜": "<", "＇": "'", "　": " ",
}  # fmt: skip
_TEXTS = re.compile(r"'(?:[^']|'')*'")
_VALUES = frozenset({"Identifier", "DECIMAL", "SingleQuotedString", "Expr"})
_NODES = frozenset(
    {"property", "date", "timestamp", "interval", "bbox", "coordinates", "geometries"}
)


def text_fault(text: str, error: Exception) -> Message:
    """Where CQL2 text stops making sense, what was expected there, and the likely slip."""
    if not text.strip():
        return Message("过滤条件是空的。", "it is empty.")
    at = _offset(text, str(error))
    where = _where(text, at)
    expected = _EXPECTED.search(str(error))
    return _joined(where, _wanted(expected[1] if expected else ""), *_slips(text, at))


def json_fault(text: str) -> Message:
    """Where CQL2 JSON is no JSON, or which part of it is no expression."""
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError) as error:
        at = error.pos if isinstance(error, json.JSONDecodeError) else 0
        no_json = Message("这不是完好的 JSON", "this is no sound JSON")
        return _joined(_where(text, at), no_json)
    path, node = next(_strangers(tree, ""), ("", tree))
    shown = _short(json.dumps(node, ensure_ascii=False))
    return Message(
        f"{path or '最外层'}处的 {shown} 不是 CQL2 的表达式；"
        '应为值、{"property": …}、{"date": …} 或 {"op": …, "args": […]}。',
        f"{shown} at {path or 'the outermost level'} is no expression of CQL2; it has to be a "
        'value, {"property": …}, {"date": …} or {"op": …, "args": […]}.',
    )


def _offset(text: str, error: str) -> int:
    place = _PLACE.search(error)
    if place is None:
        return 0
    line, column = int(place[1]), int(place[2])
    before = text.splitlines(keepends=True)[: line - 1]
    return min(sum(map(len, before)) + column - 1, len(text))


def _where(text: str, at: int) -> Message:
    rest = text[at:].strip()
    if not rest:
        return Message(
            f"写到“{_tail(text.rstrip())}”就结束了，没有写完",
            f"it ends after “{_tail(text.rstrip())}” and is not complete",
        )
    number = at + 1 + len(text[at:]) - len(text[at:].lstrip())
    return Message(
        f"第 {number} 个字符起的“{_short(rest)}”看不懂",
        f"“{_short(rest)}”, from character {number}, makes no sense",
    )


def _wanted(expected: str) -> Message:
    names = set(re.split(r", (?:or )?| or ", expected))
    if names & _VALUES:
        return Message(
            "这里应为属性名、数值或单引号中的文本",
            "here belongs a property, a number or a text in single quotes",
        )
    if {"And", "Or"} & names:
        return Message(
            "这里应为 AND、OR、比较符或末尾", "here belongs AND, OR, a comparison or the end"
        )
    if "NotFlag" in names:
        return Message("这里应为 NULL 或 NOT NULL", "here belongs NULL or NOT NULL")
    return Message("", "")


def _slips(text: str, at: int) -> Iterator[Message]:
    bare = _TEXTS.sub("", text)
    wide = {sign for sign in _FULL_WIDTH if sign in bare}
    if wide:
        signs = "".join(sorted(wide))
        yield Message(f"全角的 {signs} 请改为半角", f"write {signs} as the signs of plain ASCII")
    if "'" in bare:
        yield Message("单引号没有成对", "a single quote has no partner")
    if bare.count("(") != bare.count(")"):
        yield Message("括号没有成对", "a parenthesis has no partner")
    if text[at : at + 1] == "=" and text[:at].endswith("="):
        yield Message("等号只写一个", "equality is written with one =")


def _strangers(node: Any, path: str) -> Iterator[tuple[str, Any]]:
    """The parts that are no expressions, the innermost first, with the way to them."""
    match node:
        case {"op": str(), "args": [*parts]}:
            for place, part in enumerate(parts):
                yield from _strangers(part, f"{path}.args[{place}]".lstrip("."))
        case list():
            for place, part in enumerate(node):
                yield from _strangers(part, f"{path}[{place}]")
        case dict() if not _NODES & node.keys():
            yield path, node
        case None:
            yield path, node


def _joined(*parts: Message) -> Message:
    said = [part for part in parts if part.zh]
    return Message(
        "；".join(part.zh for part in said) + "。", "; ".join(part.en for part in said) + "."
    )


def _short(text: str) -> str:
    return text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}…"


def _tail(text: str) -> str:
    return text if len(text) <= _EXCERPT else f"…{text[-_EXCERPT:]}"
