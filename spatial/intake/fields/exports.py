"""Files that this product exported itself, told by their headings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from spatial.errors import FieldError
from spatial.intake.fields.profile import heading_key, product_data
from spatial.messages import Message
from spatial.words import LayerName


@dataclass(frozen=True, slots=True)
class Export:
    """What was exported. ``own``: the product's own columns, to the headings they have here."""

    kind: str
    label: Message
    own: Mapping[str, str] = field(default_factory=dict)

    def is_of(self, layer: LayerName) -> bool:
        """Whether it is an export of that layer."""
        return self.kind == ("zones" if layer.zone_kind else layer.value)


def export_of(headings: Sequence[str], cut: frozenset[str]) -> Export | None:
    """The export that headings tell of; ``cut``: those that their format shortened."""
    for kind, known in product_data("exports").items():
        if any(_all_there(names, headings, cut) for names in known["told_by"]):
            found = {name: _heading(name, headings, cut) for name in known.get("own", ())}
            own = {name: heading for name, heading in found.items() if heading is not None}
            return Export(kind, Message(known["zh"], known["en"]), own)
    return None


def refuse_other_export(export: Export | None, layer: LayerName) -> None:
    """Raise ``FieldError`` when an export of something else is sent as patches or plots.

    Cases sent as patches would raise every case once more. Zones may be drawn from anything.
    """
    if export is None or layer.zone_kind or export.is_of(layer):
        return
    raise FieldError(
        Message(
            "文件是本系统导出的{export_zh}，不能作为{layer_zh}导入。请上传原始的{layer_zh}文件。",
            "The file is an export of {export_en} from this system and cannot be imported as "
            "{layer_en}. Upload the original file of {layer_en}.",
        ).format(
            export_zh=export.label.zh,
            export_en=export.label.en,
            layer_zh=layer.label.zh,
            layer_en=layer.label.en,
        ),
        code="export-of-another-layer",
    )


def _all_there(names: Sequence[str], headings: Sequence[str], cut: frozenset[str]) -> bool:
    return all(_heading(name, headings, cut) is not None for name in names)


def _heading(name: str, headings: Sequence[str], cut: frozenset[str]) -> str | None:
    for heading in headings:
        key = heading_key(heading)
        if key == name or (heading in cut and name.startswith(key)):
            return heading
    return None
