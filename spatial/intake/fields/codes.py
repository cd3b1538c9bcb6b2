"""Change codes of satellite patches: one spelling each, and the group they belong to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from spatial.intake.fields.profile import product_data
from spatial.words import ChangeGroup

_NUMBER = re.compile(r"0*(\d+)(?:\.0+)?")
_WITH_SUFFIX = re.compile(r"(\d+)([A-Z]+)")


def normalise_change_code(text: str) -> str | None:
    """A change code in its one spelling: no spaces, upper case, no leading zeros."""
    code = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    if match := _NUMBER.fullmatch(code):
        return match[1]
    return code or None


def change_group(code: str | None, own: Mapping[str, ChangeGroup] | None = None) -> ChangeGroup:
    """The group of a normalised change code; ``own`` is the sender's table and goes first."""
    if code is None:
        return ChangeGroup.UNKNOWN
    for table in (_normalised(own or {}), _product_table()):
        if code in table:
            return table[code]
    if match := _WITH_SUFFIX.fullmatch(code):
        suffixes = product_data("change-codes")["suffix_groups"]
        if match[2] in suffixes:
            return ChangeGroup(suffixes[match[2]])
    return ChangeGroup.UNKNOWN


def is_known(code: str, own: Mapping[str, ChangeGroup] | None = None) -> bool:
    """Whether a table lists the code, also when it lists it as unknown."""
    listed = code in _product_table() or code in _normalised(own or {})
    return listed or change_group(code, own) is not ChangeGroup.UNKNOWN


@cache
def _product_table() -> Mapping[str, ChangeGroup]:
    groups = product_data("change-codes")["groups"]
    return {code: ChangeGroup(group) for group, codes in groups.items() for code in codes}


def _normalised(own: Mapping[str, ChangeGroup]) -> Mapping[str, ChangeGroup]:
    return {normalise_change_code(code) or "": group for code, group in own.items()}
