"""What an analyst does in QGIS, run by QGIS's own Python as a separate process; prints JSON.

    python3 desktop.py PROJECT PROJECT_URI LAYER_SOURCE PICTURE

Nothing of Plotwatch is imported here: this is the other side.
"""

import json
import sys
from collections import Counter

from plot_form import told_by_form
from qgis.core import (
    Qgis,
    QgsApplication,
    QgsFeature,
    QgsFeatureRequest,
    QgsGeometry,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsPointXY,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

WIDTH, HEIGHT = 800, 600


def main(project_file, project_uri, uri, picture):
    found = {"version": Qgis.QGIS_VERSION}
    project = QgsProject.instance()
    found["opened"] = project.read(project_file)
    found["crs"] = project.crs().authid()
    layers = {
        layer.source().split('table="qgis"."')[1].split('"')[0]: layer
        for layer in project.mapLayers().values()
    }
    found["layers"] = {name: describe(layer) for name, layer in layers.items()}
    found["titles"] = [layer.name() for layer in project.layerTreeRoot().layerOrder()]
    found["colours"] = render(project, [layers["plots"]], picture)
    found["filtered"] = filtered(layers["plots"])
    found["told"] = told_by_form(layers["plots"], by_number(layers["plots"], "P1"))
    found["edit"] = edit(layers["plots"])
    found["conflict"] = conflict(layers["plots"], uri)
    found["refused"] = refused(layers["plots"])
    found["style_when_added"] = style_when_added(uri)
    project.clear()
    found["from_database"] = project.read(project_uri)
    return found


def describe(layer):
    return {
        "valid": layer.isValid(),
        "features": layer.featureCount(),
        "crs": layer.crs().authid(),
        "renderer": layer.renderer().type(),
        "legend": [item.label() for item in layer.renderer().legendSymbolItems()],
        "editable": bool(
            layer.dataProvider().capabilities() & layer.dataProvider().ChangeAttributeValues
        ),
        "alias": layer.attributeAlias(layer.fields().indexOf("area_mu")),
    }


def render(project, layers, picture):
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(project.crs())
    settings.setOutputSize(QSize(WIDTH, HEIGHT))
    settings.setBackgroundColor(QColor("white"))
    extent = settings.layerExtentToOutputExtent(layers[0], layers[0].extent())
    extent.scale(1.1)
    settings.setExtent(extent)
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(picture)
    colours = Counter(
        image.pixelColor(x, y).name() for x in range(0, WIDTH, 4) for y in range(0, HEIGHT, 4)
    )
    return dict(colours.most_common(4))


def filtered(layer):
    request = QgsFeatureRequest().setFilterExpression("\"plot_no\" = 'P2'")
    return [feature["plot_no"] for feature in layer.getFeatures(request)]


def by_number(layer, number):
    request = QgsFeatureRequest().setFilterExpression(f"\"plot_no\" = '{number}'")
    return next(layer.getFeatures(request))


def change(layer, number, value):
    """Change an attribute as the attribute form does, defaults on update included."""
    layer.startEditing()
    feature = by_number(layer, number)
    fields = layer.fields()
    feature.setAttribute(fields.indexOf("ownership"), value)
    token = layer.defaultValue(fields.indexOf("edit_token"), feature)
    layer.changeAttributeValue(feature.id(), fields.indexOf("ownership"), value)
    layer.changeAttributeValue(feature.id(), fields.indexOf("edit_token"), token)
    return feature


def edit(layer):
    change(layer, "P1", "30")
    saved = layer.commitChanges()
    layer.dataProvider().reloadData()
    feature = by_number(layer, "P1")
    return {"saved": saved, "ownership": feature["ownership"], "version": feature["row_version"]}


def conflict(layer, uri):
    """Somebody else saves while this window still shows the older row."""
    change(layer, "P2", "20")
    other = QgsVectorLayer(layer.source(), "other", "postgres")
    change_by_provider(other, "P2", "10")
    saved = layer.commitChanges()
    message = " ".join(layer.commitErrors())
    layer.rollBack()
    return {"saved": saved, "message": message}


def change_by_provider(layer, number, value):
    feature = by_number(layer, number)
    fields = layer.fields()
    layer.dataProvider().changeAttributeValues(
        {
            feature.id(): {
                fields.indexOf("ownership"): value,
                fields.indexOf("edit_token"): f"v{feature['row_version']}",
            }
        }
    )


def refused(layer):
    layer.startEditing()
    feature = QgsFeature(layer.fields())
    feature.setAttribute("plot_no", "N")
    feature.setAttribute("land_class", "0101")
    ring = [QgsPointXY(100, 29), QgsPointXY(100.001, 29), QgsPointXY(100.001, 29.001)]
    feature.setGeometry(QgsGeometry.fromPolygonXY([ring]))
    layer.addFeature(feature)
    saved = layer.commitChanges()
    message = " ".join(layer.commitErrors())
    layer.rollBack()
    return {"saved": saved, "message": message}


def style_when_added(uri):
    """A layer added by hand takes the default style from the database."""
    layer = QgsVectorLayer(uri, "added", "postgres")
    if not layer.isValid():
        return "invalid"
    layer.loadDefaultStyle()
    return layer.renderer().type()


if __name__ == "__main__":
    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], False)
    application.initQgis()
    answer = main(*sys.argv[1:])
    print("ANSWER " + json.dumps(answer, ensure_ascii=False), flush=True)
    QgsProject.instance().clear()
    application.exitQgis()
