"""What the fields of a layer are called in QGIS, and what their words mean: as the service says it.

The views of the database and the collections over HTTP have most fields in common; a project names
those of both, and QGIS passes over what a layer has not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.etree import ElementTree

from service.ogc.collections import COLLECTIONS
from service.plots.features import EDIT_TOKEN
from spatial.words import LabelledEnum

VIEWS_ONLY = {"id": "编号", "village": "村", "area_mu": "面积（亩）"}
"""Fields that only the views of the database have."""


def field_names(layer: str) -> Mapping[str, str]:
    """The Chinese name of every field of a layer, by its own name."""
    properties = (*COLLECTIONS[layer].properties, EDIT_TOKEN)
    return VIEWS_ONLY | {prop.name: prop.label.zh for prop in properties}


def field_elements(layer: str) -> Iterator[ElementTree.Element]:
    """The elements of a layer that hold the names of its fields, and the labels of their words."""
    aliases = ElementTree.Element("aliases")
    for number, (field, name) in enumerate(field_names(layer).items()):
        ElementTree.SubElement(aliases, "alias", field=field, name=name, index=str(number))
    yield aliases
    widgets = ElementTree.Element("fieldConfiguration")
    for prop in COLLECTIONS[layer].properties:
        if prop.words is not None:
            shown = ElementTree.SubElement(widgets, "field", name=prop.name)
            shown.append(_value_map(prop.words))
    yield widgets


def _value_map(words: type[LabelledEnum]) -> ElementTree.Element:
    """A widget that shows a word by its label, in forms, tables and filters alike."""
    widget = ElementTree.Element("editWidget", type="ValueMap")
    config = ElementTree.SubElement(widget, "config")
    options = ElementTree.SubElement(config, "Option", type="Map")
    choices = ElementTree.SubElement(options, "Option", type="List", name="map")
    for word in words:
        choice = ElementTree.SubElement(choices, "Option", type="Map")
        ElementTree.SubElement(
            choice, "Option", type="QString", name=word.label.zh, value=word.value
        )
    return widget
