"""Keyset paging: opaque cursors that name the last row seen, never an offset."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar

import orjson
from fastapi import Depends, Path, Query, Request
from pydantic import BeforeValidator

from service.addresses import public_address
from service.errors import InvalidParameter
from spatial.messages import Message

Row = TypeVar("Row")
MAX_LIMIT = 10_000
DEFAULT_LIMIT = 100

LARGEST_ID = 2**63 - 1
"""The database numbers no row beyond."""


def parse_limit(wanted: object, *, most: int = MAX_LIMIT, capped: bool = False) -> int:
    """How many items a page may have: the digits of an address, or the number of a body.

    More than ``most`` is refused, or with ``capped`` taken as ``most``, as OGC API and STAC demand.

    Raises:
        InvalidParameter: naming ``limit``.
    """
    number = natural_number(str(wanted) if type(wanted) is int else wanted)
    if not 1 <= number <= (LARGEST_ID if capped else most):
        raise InvalidParameter("limit", BAD_LIMIT.format(most=most))
    return min(number, most)


def natural_number(text: object) -> int:
    """The number that some digits are, as addresses have it; 0 for anything else."""
    digits = isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 20
    return int(str(text)) if digits else 0


BAD_LIMIT = Message(
    "limit 应为 1 到 {most} 的整数；更多的请翻页。",
    "limit must be an integer from 1 to {most}; turn pages for more.",
)
Limit = Annotated[
    int,
    BeforeValidator(parse_limit),
    Query(ge=1, le=MAX_LIMIT, description="Items on one page"),
]
RowId = Annotated[int, Path(ge=0, le=LARGEST_ID)]
After = Annotated[str | None, Query(description="Cursor of the last item of the page before")]


def encode_cursor(*keys: str | int) -> str:
    """An opaque, URL-safe text for the sort keys of the last row of a page."""
    return base64.urlsafe_b64encode(orjson.dumps(keys)).decode().rstrip("=")


def decode_cursor(
    cursor: str | None, *kinds: type, parameter: str = "after"
) -> tuple[str | int, ...] | None:
    """The sort keys within a cursor, which stands in ``parameter``; None without one.

    Raises:
        InvalidParameter: when the text was not made by :func:`encode_cursor` for these kinds, or
            holds a number beyond what rows can have.
    """
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        keys = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        keys = None
    if (
        not isinstance(keys, list)
        or len(keys) != len(kinds)
        or not all(type(key) is kind for key, kind in zip(keys, kinds, strict=True))
        or any(isinstance(key, int) and abs(key) > LARGEST_ID for key in keys)
    ):
        raise invalid_cursor(parameter)
    return tuple(keys)


def invalid_cursor(parameter: str = "after") -> InvalidParameter:
    """The refusal of a cursor that no page has given."""
    return InvalidParameter(
        parameter,
        Message(
            f"翻页参数 {parameter} 无效，请从第一页重新开始。",
            f"The cursor in '{parameter}' is not valid; start again from the first page.",
        ),
    )


def next_link(request: Request, cursor: str | None) -> str | None:
    """The absolute address of the following page."""
    if cursor is None:
        return None
    return public_address(request, after=cursor)


def cut_page(rows: Sequence[Row], limit: int) -> tuple[Sequence[Row], Row | None]:
    """The rows of a page for which one more than ``limit`` was read.

    The second is the last of them when another page follows, None at the end of the list.
    """
    page = rows[:limit]
    return page, page[-1] if len(rows) > limit else None


@dataclass(frozen=True, slots=True)
class AskedPage:
    """The page that a request asks for, of a list whose rows are in the order of their ids."""

    request: Request
    limit: int
    after: int | None
    """The id of the last row of the page before; None for the first page."""

    @property
    def rows_to_read(self) -> int:
        """One more than are shown, which tells whether another page follows."""
        return self.limit + 1

    def cut(
        self, rows: Sequence[Row], id_of: Callable[[Row], int]
    ) -> tuple[Sequence[Row], str | None]:
        """The rows to show, and the address of the following page."""
        page, last = cut_page(rows, self.limit)
        cursor = None if last is None else encode_cursor(id_of(last))
        return page, next_link(self.request, cursor)


async def asked_page(
    request: Request, limit: Limit = DEFAULT_LIMIT, after: After = None
) -> AskedPage:
    """The page that ``limit`` and ``after`` name."""
    cursor = decode_cursor(after, int)
    return AskedPage(request, limit, int(cursor[0]) if cursor else None)


ThePage = Annotated[AskedPage, Depends(asked_page)]
