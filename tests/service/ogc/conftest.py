"""Services on the test township."""

from tests.service.features.fixtures import (
    empty,
    own_runtime,
    own_township,
    shared_empty,
    shared_township,
    township,
    township_template,
)

__all__ = [
    "empty",
    "own_runtime",
    "own_township",
    "shared_empty",
    "shared_township",
    "township",
    "township_template",
]
