"""Long arrays as parameters: PostgreSQL reads them from one text.

The driver writes lists value by value, which for thousands of boxes takes longer than the query.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray


def number_array(values: NDArray[np.number[Any]]) -> str:
    """Numbers as the text of a PostgreSQL array, each to its last digit; cast it in the query."""
    return "{" + ",".join(map(repr, values.tolist())) + "}"


def text_array(values: Iterable[str]) -> str:
    """Texts as the text of a PostgreSQL array; cast it in the query."""
    return "{" + ",".join(map(_quoted, values)) + "}"


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
