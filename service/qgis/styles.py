"""QGIS styles from the product's palette: renderers and labels as QGIS XML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from service.qgis.forms import PLOT_RULES, form_rules
from service.symbology import Symbol, symbols
from spatial.words import Protection

HALO = "255,255,255,200"
INSIDE_POLYGONS, OUTSIDE_POLYGONS = 4, 8
"""QGIS's numbers for where labels stand."""
NORMAL, BOLD = 50, 75


@dataclass(frozen=True, slots=True)
class LayerStyle:
    """How a layer is painted: by the values of ``attribute`` after a theme of the palette, or in
    one colour; ``fill`` and ``opacity`` from 0 to 1; ``label`` a field or QGIS expression."""

    attribute: str | None = None
    theme: str | None = None
    colour: str = "#444444"
    opacity: float = 1.0
    filled: bool = True
    width_mm: float = 0.2
    label: str | None = None
    label_scale: int = 10_000
    """Labels show when the map is drawn at least this large (1:n)."""
    label_size: int = 8
    label_priority: int = 5
    """Which label stands where two would meet, from 0 to 10."""
    label_colour: str = "40,40,40,255"
    label_bold: bool = False
    label_beside: bool = False
    """Beside the outline rather than on it, for outlines that a label would cover."""
    absent: frozenset[str] = frozenset()
    """Values of the theme that this layer never has."""

    @property
    def legend(self) -> Sequence[Symbol]:
        """The palette's entries for this layer; empty for one colour."""
        known = symbols(self.theme) if self.theme else ()
        return [entry for entry in known if entry.value not in self.absent]


STYLES = {
    "villages": LayerStyle(
        colour="#333333", filled=False, width_mm=0.6, label="name", label_scale=200_000,
        label_size=11, label_priority=8, label_bold=True,
    ),
    "zones": LayerStyle("kind", "zone", opacity=0.35, width_mm=0.15),
    # Plots are painted by land class alone; what protects the ground beyond it, zones show.
    "plots": LayerStyle(
        "protection", "protection", opacity=0.75, width_mm=0.1, label="plot_no", label_priority=2,
        label_scale=5_000, label_size=7, label_colour="90,90,90,255",
        absent=frozenset(
            {Protection.PERMANENT_BASIC_FARMLAND.value, Protection.HIGH_STANDARD_FARMLAND.value}
        ),
    ),
    "patches": LayerStyle(colour="#7B3294", filled=False, width_mm=0.5),
    # A code without the village's number, which the map shows anyway.
    "cases": LayerStyle(
        "category", "category", opacity=0.7, width_mm=0.5, label="right(\"code\", 9)",
        label_size=9, label_priority=10, label_beside=True,
    ),
}  # fmt: skip
"""The styles of the views, by name."""


def renderer(style: LayerStyle) -> ElementTree.Element:
    """The ``renderer-v2`` element."""
    if not style.legend:
        root = ElementTree.Element("renderer-v2", type="singleSymbol", enableorderby="0")
        holder = ElementTree.SubElement(root, "symbols")
        holder.append(_symbol("0", style.colour, style))
        return root
    root = ElementTree.Element(
        "renderer-v2", type="categorizedSymbol", attr=str(style.attribute), enableorderby="0"
    )
    categories = ElementTree.SubElement(root, "categories")
    holder = ElementTree.SubElement(root, "symbols")
    for number, entry in enumerate(style.legend):
        ElementTree.SubElement(
            categories,
            "category",
            value=str(entry.value),
            label=entry.label.zh,
            symbol=str(number),
            render="true",
        )
        holder.append(_symbol(str(number), entry.colour, style))
    return root


def labeling(style: LayerStyle) -> ElementTree.Element | None:
    """The ``labeling`` element; None for a layer without labels."""
    if style.label is None:
        return None
    root = ElementTree.Element("labeling", type="simple")
    settings = ElementTree.SubElement(root, "settings", calloutType="simple")
    text = ElementTree.SubElement(
        settings,
        "text-style",
        fieldName=style.label,
        isExpression="1" if "(" in style.label else "0",
        fontSize=str(style.label_size),
        fontSizeUnit="Point",
        textColor=style.label_colour,
        fontFamily="Noto Sans CJK SC",
        fontWeight=str(BOLD if style.label_bold else NORMAL),
    )
    ElementTree.SubElement(
        text,
        "text-buffer",
        bufferDraw="1",
        bufferSize="0.8",
        bufferSizeUnits="MM",
        bufferColor=HALO,
    )
    ElementTree.SubElement(
        settings,
        "placement",
        placement=str(OUTSIDE_POLYGONS if style.label_beside else INSIDE_POLYGONS),
        dist="0.5",
        distUnits="MM",
        priority=str(style.label_priority),
    )
    ElementTree.SubElement(
        settings,
        "rendering",
        scaleVisibility="1",
        scaleMin="1",
        scaleMax=str(style.label_scale),
        # Layers that cover all the ground must leave room for the labels of those that do not.
        obstacle="1" if style.label_beside else "0",
    )
    return root


def qml(style: LayerStyle, editable: bool) -> str:
    """A whole style as ``layer_styles`` keeps it (QML)."""
    root = ElementTree.Element(
        "qgis", version="3.22.0", styleCategories="Symbology|Labeling|Forms|Fields"
    )
    root.append(renderer(style))
    labels = labeling(style)
    if labels is not None:
        root.append(labels)
    if editable:
        root.append(token_default())
        root.extend(form_rules(PLOT_RULES))
    return ElementTree.tostring(root, encoding="unicode")


def token_default() -> ElementTree.Element:
    """Field defaults that send the row version an editor saw, so that conflicts are noticed.

    The value differs from the empty one in the view: QGIS leaves out what has not changed.
    """
    defaults = ElementTree.Element("defaults")
    ElementTree.SubElement(
        defaults,
        "default",
        field="edit_token",
        applyOnUpdate="1",
        expression="'v'||\"row_version\"",
    )
    return defaults


def _symbol(name: str, colour: str, style: LayerStyle) -> ElementTree.Element:
    symbol = ElementTree.Element("symbol", name=name, type="fill", alpha=f"{style.opacity:g}")
    layer = ElementTree.SubElement(
        symbol, "layer", {"class": "SimpleFill", "enabled": "1", "pass": "0"}
    )
    options = ElementTree.SubElement(layer, "Option", type="Map")
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    outline = f"{red * 3 // 5},{green * 3 // 5},{blue * 3 // 5},255"
    values = {
        "color": f"{red},{green},{blue},255",
        "style": "solid" if style.filled else "no",
        "outline_color": outline,
        "outline_style": "solid",
        "outline_width": f"{style.width_mm:g}",
        "outline_width_unit": "MM",
        "joinstyle": "round",
    }
    for key, value in values.items():
        ElementTree.SubElement(options, "Option", name=key, value=value, type="QString")
        # QGIS before 3.26 reads the older element.
        ElementTree.SubElement(layer, "prop", k=key, v=value)
    return symbol
