"""Rows that say themselves that they are of another layer: zones that this product exported."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from spatial.intake.fields.columns import objects_of, text_of
from spatial.intake.tables.table import Flaw
from spatial.messages import Message
from spatial.words import ZoneKind

KIND_FIELD = "kind"
"""The column in which an export of all zones names the layer of each."""
OTHER_KIND = Flaw(
    "zone-of-another-layer",
    Message(
        "该行的 kind 列写明它属于另一图层；请按图层分别上传（导出时可按 kind 筛选）。",
        "The row's column kind names another layer; send each layer by itself (an export can be "
        "filtered by kind).",
    ),
)


def of_other_kinds(columns: Mapping[str, pa.Array], kind: ZoneKind) -> list[int]:
    """Positions of the rows that name a zone layer other than ``kind``."""
    source = columns.get(KIND_FIELD)
    if source is None:
        return []
    others = {other.value for other in ZoneKind} - {kind.value}
    return [position for position, said in enumerate(objects_of(text_of(source))) if said in others]
