"""A QGIS project written by hand: five layers, styled, legends in Chinese, on either door; over
HTTP the newest scenes beneath them.

The rules that make QGIS 3.22 and 3.40 open it without a question were found by trying: layer ids
longer than ten characters and repeated in the layer tree, ``ProjectionsEnabled``, an ``srsid``
beside every ``authid``, and a renderer in every layer.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from xml.etree import ElementTree

from service.qgis.fields import field_elements
from service.qgis.forms import PLOT_RULES, form_rules, ground_rule
from service.qgis.sources import Source
from service.qgis.styles import STYLES, labeling, renderer, token_default

PROJECT_NAME = "plotwatch"
TITLE = "Plotwatch 耕地监测"
MAP_CRS = (3857, "EPSG:3857", "3857")
LAYER_CRS = (3495, "EPSG:4490", "4490")
NOWHERE = (-20037508.0, -20037508.0, 20037508.0, 20037508.0)


@dataclass(frozen=True, slots=True)
class ProjectLayer:
    """A layer of the project: its view, its title, whether it is shown and can be edited."""

    view: str
    title: str
    shown: bool = True
    editable: bool = False


VILLAGES = ProjectLayer("villages", "村界")
LAYERS = (
    ProjectLayer("cases", "疑似图斑"),
    ProjectLayer("patches", "卫片图斑", shown=False),
    VILLAGES,
    ProjectLayer("zones", "永农、高标与批准区"),
    ProjectLayer("plots", "地块（按地类）", editable=True),
)
"""Top of the map first."""
IMAGERY = ProjectLayer("imagery", "最新影像", shown=False)
TILE_PROVIDER = "wms"
"""What QGIS calls the provider of XYZ tiles."""

Extent = tuple[float, float, float, float]
"""West, south, east, north in EPSG:3857 metres."""


def project_archive(source: Source, extent: Extent = NOWHERE) -> bytes:
    """A ``.qgz``: a zip that holds one ``.qgs``. The same input gives the same bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(f"{PROJECT_NAME}.qgs", (2026, 1, 1, 0, 0, 0))
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, project_xml(source, extent))
    return content.getvalue()


def project_xml(source: Source, extent: Extent = NOWHERE) -> bytes:
    """The project's XML."""
    root = ElementTree.Element("qgis", projectname=TITLE, version="3.22.0-Białowieża")
    _text(root, "title", TITLE)
    _crs(ElementTree.SubElement(root, "projectCrs"), MAP_CRS)
    tree = ElementTree.SubElement(root, "layer-tree-group")
    layers = ElementTree.SubElement(root, "projectlayers")
    for layer in LAYERS:
        _tree_layer(tree, layer, source.provider, source.layer(layer.view))
        layers.append(_map_layer(layer, source))
    imagery = source.imagery()
    if imagery is not None:
        _tree_layer(tree, IMAGERY, TILE_PROVIDER, imagery)
        layers.append(_tile_layer(IMAGERY, imagery))
    _canvas(root, extent)
    properties = ElementTree.SubElement(root, "properties")
    reference = ElementTree.SubElement(properties, "SpatialRefSys")
    ElementTree.SubElement(reference, "ProjectionsEnabled", type="int").text = "1"
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def layer_id(layer: ProjectLayer) -> str:
    """The id of a layer, the same in layer tree and layer list."""
    return f"plotwatch_{layer.view}_layer"


def _tree_layer(tree: ElementTree.Element, layer: ProjectLayer, provider: str, source: str) -> None:
    ElementTree.SubElement(
        tree,
        "layer-tree-layer",
        id=layer_id(layer),
        name=layer.title,
        checked="Qt::Checked" if layer.shown else "Qt::Unchecked",
        expanded="1" if layer.shown else "0",
        providerKey=provider,
        source=source,
    )


def _tile_layer(layer: ProjectLayer, source: str) -> ElementTree.Element:
    element = ElementTree.Element("maplayer", type="raster")
    _text(element, "id", layer_id(layer))
    _text(element, "datasource", source)
    _text(element, "layername", layer.title)
    _crs(ElementTree.SubElement(element, "srs"), MAP_CRS)
    _text(element, "provider", TILE_PROVIDER)
    pipe = ElementTree.SubElement(element, "pipe")
    ElementTree.SubElement(
        pipe, "rasterrenderer", type="singlebandcolordata", band="1", opacity="1", alphaBand="-1"
    )
    return element


def _map_layer(layer: ProjectLayer, source: Source) -> ElementTree.Element:
    element = ElementTree.Element(
        "maplayer",
        type="vector",
        geometry="Polygon",
        wkbType="MultiPolygon",
        labelsEnabled="1",
        readOnly="0" if layer.editable else "1",
    )
    _text(element, "id", layer_id(layer))
    _text(element, "datasource", source.layer(layer.view))
    _text(element, "layername", layer.title)
    _crs(ElementTree.SubElement(element, "srs"), LAYER_CRS)
    ElementTree.SubElement(element, "provider", encoding="UTF-8").text = source.provider
    style = STYLES[layer.view]
    element.append(renderer(style))
    labels = labeling(style)
    if labels is not None:
        element.append(labels)
    if layer.editable:
        element.append(token_default())
        element.extend(form_rules((*PLOT_RULES, ground_rule(layer_id(VILLAGES)))))
    element.extend(field_elements(layer.view))
    return element


def _canvas(root: ElementTree.Element, extent: Extent) -> None:
    canvas = ElementTree.SubElement(root, "mapcanvas", name="theMapCanvas", annotationsVisible="1")
    _text(canvas, "units", "meters")
    box = ElementTree.SubElement(canvas, "extent")
    for name, value in zip(("xmin", "ymin", "xmax", "ymax"), extent, strict=True):
        _text(box, name, f"{value:.3f}")
    _crs(ElementTree.SubElement(canvas, "destinationsrs"), MAP_CRS)


def _crs(parent: ElementTree.Element, crs: tuple[int, str, str]) -> None:
    srsid, authid, srid = crs
    element = ElementTree.SubElement(parent, "spatialrefsys")
    _text(element, "srsid", str(srsid))
    _text(element, "srid", srid)
    _text(element, "authid", authid)


def _text(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = text
