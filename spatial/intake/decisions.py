"""Decisions about an upload as a whole, said for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from spatial.intake.containers.choose import Candidate
from spatial.intake.fields.mapping import FieldMapping, numbered
from spatial.intake.fields.profile import Profile
from spatial.intake.model import Decision
from spatial.intake.tables.table import Table
from spatial.messages import Message
from spatial.words import LayerName

OWN_EXPORT = "own_export"
"""The decision that a file was exported by this product."""


def source_decision(chosen: Candidate, table: Table) -> Decision:
    """Which layer of which file was read, and as what."""
    evidence: Mapping[str, Any] = {"format": table.format.value, "rows": table.row_count}
    how = Message("按文件内容识别格式。", "The format was told by content.")
    return Decision(name="source", value=chosen.label, how=how, evidence=evidence)


def field_decisions(mapping: FieldMapping) -> Iterator[Decision]:
    """How headings were taken, and which were dropped."""
    yield Decision(
        name="fields",
        value=dict(mapping.sources),
        how=Message(
            "按列名对照表匹配；其余列保留在属性中。",
            "Matched by the table of headings; all other columns are kept as attributes.",
        ),
        evidence={"kept": list(mapping.kept)},
    )
    if mapping.export is not None:
        yield Decision(
            name=OWN_EXPORT,
            value=mapping.export.kind,
            how=_COMPLETED,
            evidence={"own": sorted(mapping.export.own.values())},
        )
    if mapping.personal:
        yield Decision(
            name="dropped_fields",
            value=sorted(mapping.personal),
            how=Message(
                "证件号、电话、住址属个人信息，未读入系统。",
                "Identity numbers, telephones and addresses are personal and were not taken in.",
            ),
            evidence=dict(mapping.personal),
        )


def number_decision(mapping: FieldMapping, profile: Profile) -> Iterator[Decision]:
    """That rows were given numbers, when they bring none."""
    if profile.layer is LayerName.VILLAGES or numbered(mapping, profile):
        return
    patches = profile.layer is LayerName.PATCHES
    yield Decision(
        name="numbers",
        value="ground" if patches else "row",
        how=_NUMBERED_BY_GROUND if patches else _NUMBERED_BY_ROW,
        evidence={"beside": mapping.weak_number},
        warning=True,
    )


_COMPLETED = Message(
    "文件是本系统导出的：系统自己的列不作为属性；文件没有带的其他属性，按编号沿用已有的。",
    "The file is this system's own export: its own columns are no attributes, and the other "
    "attributes, which it does not carry, are taken over by number from what is there.",
)
_NUMBERED_BY_GROUND = Message(
    "文件没有可跨文件识别的图斑编号，按图形位置、时相和变化类型编号；同一图斑再次上传编号不变。",
    "The file has no patch numbers that hold from file to file; patches are numbered by their "
    "ground, dates and change, so that the same patch sent again has the same number.",
)
_NUMBERED_BY_ROW = Message(
    "文件没有编号列，按行号编号。", "The file has no numbers; rows are numbered by their order."
)
