"""Text columns whose bytes may not be the UTF-8 that their format promises."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyarrow as pa

from spatial.intake.model import Decision
from spatial.intake.text.encoding import UTF_8, EncodedCell, EncodingBallot

_UNLIMITED = 1 << 31


def decide_encoding(
    chunks: Iterable[Mapping[str, pa.Array]], wanted: str | None
) -> tuple[str, Decision]:
    """The codec of a layer's text columns, decided on all their cells. Raises ``TextError``.

    GeoPackage and its kin promise UTF-8 and store what they are given: GBK bytes, and text that
    was garbled before.
    """
    ballot = EncodingBallot(wanted=wanted)
    row = 0
    for chunk in chunks:
        for name, column in chunk.items():
            if is_text(column.type):
                ballot.add(_foreign(name, column, row))
        row += max((len(column) for column in chunk.values()), default=0)
    return ballot.decide()


def decoded(column: pa.Array, codec: str) -> pa.Array:
    """A text column in UTF-8."""
    if codec == UTF_8 or not is_text(column.type):
        return column
    encoded = column.cast(pa.binary()).dictionary_encode()
    texts = [None if v is None else v.decode(codec) for v in encoded.dictionary.to_pylist()]
    return pa.array(texts, pa.string()).take(encoded.indices)


def is_text(kind: pa.DataType) -> bool:
    """Whether a column holds text."""
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def _foreign(name: str, column: pa.Array, first_row: int) -> Iterable[EncodedCell]:
    for value in column.cast(pa.binary()).unique().to_pylist():
        if value and not value.isascii():
            yield EncodedCell(value, _UNLIMITED, name, first_row + 1)
