"""Identity numbers and telephones inside text that is kept: taken out and counted."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

REMOVED = "［已去除］"
"""What stands where a number was."""

_IDENTITY = r"[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]"
_TELEPHONE = r"1[3-9]\d{9}"
_IN_TEXT = re.compile(rf"(?<![0-9A-Za-z])(?:({_IDENTITY})|({_TELEPHONE}))(?![0-9A-Za-z])")
_ANYWHERE = rf"(?:{_IDENTITY}|{_TELEPHONE})"
_SHORTEST = 11
_IDENTITY_LENGTH = 18
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"


def without_personal_numbers(
    columns: Mapping[str, pa.Array],
) -> tuple[dict[str, pa.Array], int]:
    """Text columns without identity numbers and telephones, and how many cells held one.

    An identity number counts when its check digit is right (GB 11643-1999). A cell that is nothing
    but eleven digits stays: it is as likely a code, and columns of telephones go by their heading.
    """
    cleaned: dict[str, pa.Array] = {}
    removed = 0
    for name, column in columns.items():
        cleaned[name], count = _cleaned(column)
        removed += count
    return cleaned, removed


def is_identity_number(text: str) -> bool:
    """Whether 18 characters are a number of a citizen, by their check digit."""
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _WEIGHTS, strict=True))
    return _CHECK_DIGITS[total % 11] == text[17].upper()


def _cleaned(column: pa.Array) -> tuple[pa.Array, int]:
    if pa.types.is_dictionary(column.type):
        values, count = _cleaned(column.dictionary)
        if not count:
            return column, 0
        changed = pc.not_equal(values, column.dictionary)
        cells = pc.sum(pc.fill_null(changed.take(column.indices), False)).as_py()
        return pa.DictionaryArray.from_arrays(column.indices, values), int(cells or 0)
    if not pa.types.is_string(column.type) or not _may_hold(column):
        return column, 0
    before = column.to_pylist()
    after = [None if text is None else _IN_TEXT.sub(_replacement, text) for text in before]
    count = sum(old != new for old, new in zip(before, after, strict=True))
    return (pa.array(after, pa.string()), count) if count else (column, 0)


def _may_hold(column: pa.Array) -> bool:
    longest = pc.max(pc.binary_length(column)).as_py()
    if (longest or 0) < _SHORTEST:
        return False
    # A column of digits can only hold identity numbers, and those have 18.
    if longest != _IDENTITY_LENGTH and pc.all(pc.ascii_is_decimal(column)).as_py():
        return False
    return bool(pc.any(pc.match_substring_regex(column, _ANYWHERE)).as_py())


def _replacement(match: re.Match[str]) -> str:
    if match[1]:
        return REMOVED if is_identity_number(match[1]) else match[0]
    return match[0] if match[0] == match.string.strip() else REMOVED
