"""Refusals of the input keep what they say wherever they are raised."""

from __future__ import annotations

import pickle

from spatial.errors import FieldError, SpatialError
from spatial.messages import Message


def test_an_error_of_another_process_says_the_same() -> None:
    raised = FieldError(
        Message("缺少字段。", "A field is missing."),
        code="field-missing",
        file="a.zip",
        row=3,
        choices=("DLBM", "TBBH"),
    )
    arrived: SpatialError = pickle.loads(pickle.dumps(raised))
    assert type(arrived) is FieldError
    assert arrived.__dict__ == raised.__dict__
    assert str(arrived) == "A field is missing."
