"""Personal numbers inside text that is kept."""

from __future__ import annotations

import pyarrow as pa
import pytest

from spatial.intake.fields.personal import REMOVED, is_identity_number, without_personal_numbers

# Made up: nobody was born in a district 110100 on this day with this number.
IDENTITY = "11010019000101001"


def with_check_digit() -> str:
    return next(IDENTITY + digit for digit in "0123456789X" if is_identity_number(IDENTITY + digit))


@pytest.mark.parametrize("dictionary", [False, True])
def test_numbers_are_taken_out_of_text(dictionary: bool) -> None:
    texts = ["电话13812345678张某", f"证件{with_check_digit()}。", "无", None, "无"]
    column = pa.array(texts)
    cleaned, removed = without_personal_numbers(
        {"BZ": column.dictionary_encode() if dictionary else column}
    )
    assert removed == 2
    assert cleaned["BZ"].to_pylist() == [f"电话{REMOVED}张某", f"证件{REMOVED}。", "无", None, "无"]


@pytest.mark.parametrize(
    "text",
    ["500118212000000001", "13040312345", "130403SJBG26210183", "15222320210316062320982",
     IDENTITY + "Y", "138123456789", "A13812345678B"],
)  # fmt: skip
def test_codes_are_left_alone(text: str) -> None:
    cleaned, removed = without_personal_numbers({"BSM": pa.array([text])})
    assert (cleaned["BSM"].to_pylist(), removed) == ([text], 0)


def test_a_number_with_a_wrong_check_digit_is_a_code() -> None:
    right = with_check_digit()[-1]
    wrong = next(digit for digit in "0123456789" if digit != right)
    assert without_personal_numbers({"A": pa.array([IDENTITY + wrong])})[1] == 0
