"""Errors of the spatial package, each named for the thing that failed.

::

    SpatialError
    ├── SourceError     the file cannot be opened as what it claims to be
    ├── LimitError      the file is larger, deeper or slower than the settings allow
    ├── LayerError      the wanted layer is missing, ambiguous or empty
    ├── TextError       no text encoding fits all cells
    ├── CrsError        the coordinate system is missing, wrong or not supported
    ├── FieldError      a required field is missing or its values cannot be read
    ├── RuleError       the rule table is broken or has no row for the question
    └── RasterError     an image cannot be used
"""

from __future__ import annotations

from typing import ClassVar

from spatial.messages import Message


class SpatialError(Exception):
    """The input was refused; the message says what a person can do about it."""

    code: ClassVar[str] = "input-refused"

    def __init__(
        self,
        message: Message,
        *,
        code: str | None = None,
        file: str | None = None,
        layer: str | None = None,
        row: int | None = None,
        field: str | None = None,
        choices: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message.en)
        self.message = message
        self.problem_code = code or self.code
        self.file = file
        self.layer = layer
        self.row = row
        self.field = field
        self.choices = choices

    def __reduce__(self) -> tuple[object, ...]:
        # Pools of processes hand errors over by pickle, which knows positional arguments alone.
        return (_rebuild, (type(self), self.message, self.__dict__.copy()))


def _rebuild(kind: type[SpatialError], message: Message, state: dict[str, object]) -> SpatialError:
    error = kind(message)
    error.__dict__.update(state)
    return error


class SourceError(SpatialError):
    """The file cannot be opened as what it claims to be."""

    code = "source-unreadable"


class LimitError(SpatialError):
    """The file is larger, deeper or slower than the settings allow."""

    code = "limit-exceeded"


class LayerError(SpatialError):
    """The wanted layer is missing, ambiguous or empty; ``choices`` lists what was found."""

    code = "layer-unclear"


class TextError(SpatialError):
    """No text encoding fits all cells of the layer."""

    code = "encoding-unclear"


class CrsError(SpatialError):
    """The coordinate system is missing, wrong or not supported."""

    code = "crs-unclear"


class FieldError(SpatialError):
    """A required field is missing or its values cannot be read."""

    code = "field-unclear"


class RuleError(SpatialError):
    """The rule table is broken or has no row for the question."""

    code = "rule-table-broken"


class RasterError(SpatialError):
    """An image cannot be used."""

    code = "raster-unusable"
