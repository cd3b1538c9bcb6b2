"""The form beside an upload: what a browser leaves empty counts as not given."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from service.imports.schemas import ImportForm


@pytest.mark.parametrize("name", [name for name in ImportForm.model_fields if name != "layer"])
def test_an_empty_field_is_none(name: str) -> None:
    form = ImportForm.model_validate({"layer": "plots", name: ""})
    assert getattr(form, name) is None


def test_an_older_datum_may_come_with_its_parameters() -> None:
    wanted = "EPSG:2359 +towgs84=-122.74,-34.27,-22.83,-1.884,-3.4,-3.03,-15.62"
    assert ImportForm.model_validate({"layer": "plots", "crs": wanted}).crs == wanted


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("crs", "x" * 4001),
        ("crs", "EPSG:4523\0"),
        ("upload", "x"),
        ("note", "字" * 2001),
        ("profile", "x" * 65537),
    ],
)
def test_a_field_that_cannot_be_used_is_refused(name: str, value: str) -> None:
    with pytest.raises(ValidationError):
        ImportForm.model_validate({"layer": "plots", name: value})
