"""What the form of a plot tells an editor in QGIS before anything is sent.

The database and the service check every edit themselves. But when the service refuses one, QGIS
3.40 shows a sentence of its own and drops the answer's, so what a form can know is said by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from spatial.intake.fields.land_class import land_class_systems

BY_EXPRESSION, HARD = 4, 1
"""QGIS's numbers for a rule that is an expression, and for one that must hold."""


@dataclass(frozen=True, slots=True)
class FormRule:
    """What must hold of a field, as a QGIS expression, and the sentence for who breaks it."""

    field: str
    expression: str
    sentence: str


def _known_class() -> str:
    codes = sorted({code for system in land_class_systems().values() for code in system.codes})
    return f'upper(trim("land_class")) IN ({", ".join(map(repr, codes))})'


PLOT_RULES = (
    FormRule("plot_no", "length(trim(coalesce(\"plot_no\", ''))) > 0", "地块编号不能为空。"),
    FormRule("land_class", _known_class(), "地类编码须是所用分类体系中的编码，如 0101（水田）。"),
    FormRule(
        "area_reported_m2",
        'coalesce(to_real("area_reported_m2"), 0) >= 0',
        "原报面积须是非负数（平方米）。",
    ),
)


def ground_rule(villages_layer: str) -> FormRule:
    """A plot lies in a village; for forms of a project that has the villages as a layer."""
    return FormRule(
        "village_code",
        f"overlay_intersects('{villages_layer}')",
        "地块须画在村界之内，请检查图形的位置。",
    )


def form_rules(rules: Sequence[FormRule]) -> Iterator[ElementTree.Element]:
    """The elements of a layer, or of a style, that hold the rules."""
    kinds = ElementTree.Element("constraints")
    texts = ElementTree.Element("constraintExpressions")
    for rule in rules:
        ElementTree.SubElement(
            kinds,
            "constraint",
            field=rule.field,
            constraints=str(BY_EXPRESSION),
            unique_strength="0",
            notnull_strength="0",
            exp_strength=str(HARD),
        )
        ElementTree.SubElement(
            texts, "constraint", field=rule.field, exp=rule.expression, desc=rule.sentence
        )
    yield kinds
    yield texts
