"""Reads ``tokens.json``, the palette that page, tiles, QGIS and ledger share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from spatial.messages import Message


@dataclass(frozen=True, slots=True)
class Symbol:
    """How one value is painted and called; ``colour`` is ``#RRGGBB``."""

    value: str | int
    label: Message
    colour: str


@cache
def tokens() -> dict[str, Any]:
    """The whole file."""
    content: dict[str, Any] = orjson.loads(
        files("service.symbology").joinpath("tokens.json").read_bytes()
    )
    return content


@cache
def symbols(theme: str) -> tuple[Symbol, ...]:
    """The symbols of a theme, in legend order.

    ``theme`` is ``category``, ``severity``, ``protection``, ``zone`` or ``status``.
    """
    return tuple(
        Symbol(entry["value"], Message(entry["zh"], entry["en"]), entry["colour"])
        for entry in tokens()[theme]
    )
