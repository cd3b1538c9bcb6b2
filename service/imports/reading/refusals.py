"""Spatial errors on their way across the border of the reading process."""

from __future__ import annotations

from typing import Any

from spatial import errors
from spatial.errors import SpatialError
from spatial.messages import Message

PLACE = ("file", "layer", "row", "field")
KINDS: dict[str, type[SpatialError]] = {
    kind.__name__: kind
    for kind in (
        SpatialError,
        errors.SourceError,
        errors.LimitError,
        errors.LayerError,
        errors.TextError,
        errors.CrsError,
        errors.FieldError,
    )
}


def error_to_json(error: SpatialError) -> dict[str, Any]:
    """All that makes the error, as plain values."""
    kind = type(error).__name__
    return {
        "kind": kind if kind in KINDS else SpatialError.__name__,
        "code": error.problem_code,
        "zh": error.message.zh,
        "en": error.message.en,
        "choices": list(error.choices),
        **{name: getattr(error, name) for name in PLACE},
    }


def error_from_json(fields: dict[str, Any]) -> SpatialError:
    """The same error on the other side."""
    return KINDS.get(fields["kind"], SpatialError)(
        Message(fields["zh"], fields["en"]),
        code=fields["code"],
        choices=tuple(fields["choices"]),
        **{name: fields[name] for name in PLACE},
    )
