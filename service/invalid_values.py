"""What is wrong with a value that does not fit its type, Chinese beside the English of pydantic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from spatial.messages import Message

DAY = "应为日期，如 2026-04-01"
MOMENT = "应为带时区的时间，如 2026-04-01T08:00:00+08:00"
WHOLE, NUMBER, TEXT = "应为整数", "应为数值", "应为文本"
FLAG, LIST, OBJECT = "应为 true 或 false", "应为列表", "应为 JSON 对象"
CHOICE = "可用：{expected}"

CHINESE: Mapping[str, str] = {
    "missing": "必须填写",
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float", "int_parsing_size"), WHOLE),
    **dict.fromkeys(("float_parsing", "float_type", "finite_number"), NUMBER),
    **dict.fromkeys(("bool_parsing", "bool_type"), FLAG),
    **dict.fromkeys(("date_parsing", "date_type", "date_from_datetime_parsing"), DAY),
    "date_from_datetime_inexact": DAY,
    **dict.fromkeys(("datetime_parsing", "datetime_type", "timezone_aware"), MOMENT),
    **dict.fromkeys(("datetime_from_date_parsing", "datetime_object_invalid"), MOMENT),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), OBJECT),
    **dict.fromkeys(("enum", "literal_error"), CHOICE),
    **dict.fromkeys(("uuid_parsing", "uuid_type"), "应为 UUID"),
    "string_type": TEXT,
    "string_unicode": "文本不是 UTF-8",
    "string_pattern_mismatch": "格式不对，或含有不允许的字符",
    "string_too_long": "最多 {max_length} 个字符",
    "string_too_short": "至少 {min_length} 个字符",
    "list_type": LIST,
    "too_long": "最多 {max_length} 项",
    "too_short": "至少 {min_length} 项",
    "greater_than": "必须大于 {gt}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than": "必须小于 {lt}",
    "less_than_equal": "不能大于 {le}",
    "json_invalid": "不是有效的 JSON",
}


def what_is_wrong(error: Mapping[str, Any]) -> Message:
    """What one of the errors that pydantic lists says; English only where the list has no words."""
    english = str(error["msg"])
    words = CHINESE.get(error["type"], english)
    given = dict(error.get("ctx", {}))
    if "expected" in given:
        given["expected"] = _listed(str(given["expected"]))
    return Message(words.format_map(given) if words is not english else english, english)


def _listed(expected: str) -> str:
    """Pydantic's ``'one', 'two' or 'three'`` as Chinese lists things."""
    return expected.replace("' or '", "', '").replace("', '", "、").strip("'")
