"""Change codes in one spelling, and their groups."""

from __future__ import annotations

import pytest

from spatial.intake.fields.codes import change_group, is_known, normalise_change_code
from spatial.words import ChangeGroup


@pytest.mark.parametrize(
    ("written", "code"),
    [(" 02 ", "2"), ("2", "2"), ("2.0", "2"), ("02", "2"), ("jz", "JZ"), (" dl 1", "DL1"),
     ("２０", "20"), ("1w", "1W"), ("", None), ("  ", None), ("0", "0")],
)  # fmt: skip
def test_a_code_has_one_spelling(written: str, code: str | None) -> None:
    assert normalise_change_code(written) == code


@pytest.mark.parametrize(
    ("code", "group"),
    [("20", ChangeGroup.BUILDING), ("JZ", ChangeGroup.BUILDING), ("YH", ChangeGroup.HARDENED),
     ("TD", ChangeGroup.EARTHWORK), ("DL3", ChangeGroup.ROAD), ("ND", ChangeGroup.RURAL_ROAD),
     ("GF", ChangeGroup.PHOTOVOLTAIC), ("CK", ChangeGroup.MINING), ("LD", ChangeGroup.PARK_LAWN),
     ("KT", ChangeGroup.WATER), ("2", ChangeGroup.ORCHARD), ("3", ChangeGroup.FOREST),
     ("4", ChangeGroup.GRASS), ("1202", ChangeGroup.FACILITY), ("WG", ChangeGroup.IDLE),
     ("1", ChangeGroup.RESTORED), ("QT", ChangeGroup.UNKNOWN), ("1W", ChangeGroup.BUILDING),
     ("林地", ChangeGroup.FOREST), ("NOPE", ChangeGroup.UNKNOWN), (None, ChangeGroup.UNKNOWN)],
)  # fmt: skip
def test_a_code_has_a_group(code: str | None, group: ChangeGroup) -> None:
    assert change_group(code) is group


def test_a_listed_unknown_is_known_to_be_unknown() -> None:
    assert is_known("QT")
    assert not is_known("NOPE")


def test_the_senders_own_table_goes_first() -> None:
    own = {"02": ChangeGroup.WATER}
    assert change_group("2", own) is ChangeGroup.WATER
    assert is_known("2", own)
