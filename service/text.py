"""Texts that people send: what no text column or log can take is refused at the door."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

TEXT = r"^[^\x00]*$"
"""What any text that is sent must match: PostgreSQL has none with the character NUL."""

Line = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$"
    ),
]
"""One line of text: a name, a number of a document."""

Prose = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=4000, pattern=r"^[^\x00-\x08\x0b-\x1f]*$"
    ),
]
"""Text of one or more lines: a note, a description."""
