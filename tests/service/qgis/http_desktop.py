"""What an analyst does in QGIS over HTTP, run by QGIS's own Python as a separate process.

    python3 http_desktop.py PROJECT ADDRESS USER TOKEN OTHER PASSWORD PICTURE

Prints JSON. Nothing of Plotwatch is imported here: this is the other side.
"""

import json
import os
import sys
import urllib.request
from base64 import b64encode
from collections import Counter

from plot_form import told_by_form
from qgis.core import (
    Qgis,
    QgsApplication,
    QgsAuthMethodConfig,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureRequest,
    QgsGeometry,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

WIDTH, HEIGHT = 800, 600
GROUND = QgsRectangle(11788735, 3420050, 11790960, 3421300)
CLOSE = QgsRectangle(11788735, 3420050, 11789400, 3420550)


def main(project_file, address, user, token, other, password, picture):
    found = {"version": Qgis.QGIS_VERSION}
    project = QgsProject.instance()
    found["opened"] = project.read(project_file)
    layers = {layer.id().split("_")[1]: layer for layer in project.mapLayers().values()}
    imagery = layers.pop("imagery")
    found["imagery"] = {
        "valid": imagery.isValid(),
        "name": imagery.name(),
        "source": imagery.dataProvider().dataSourceUri(),
        "last": project.layerTreeRoot().layerOrder()[-1].id() == imagery.id(),
    }
    found["layers"] = {name: describe(layer) for name, layer in layers.items()}
    plots = layers["plots"]
    found["read"] = len(list(plots.getFeatures()))
    found["filtered"] = filtered(plots)
    found["colours"] = render([plots], GROUND, picture)
    found["tiles"] = tiles(address, user, token, picture)
    if found["layers"]["plots"]["editable"]:
        found["told"] = told_by_form(plots, by_number(plots, "D0001"))
        found["edit"] = edit(plots)
        found["moved"] = moved(plots)
        found["conflict"] = conflict(plots, address, other, password)
        found["outline_conflict"] = outline_conflict(plots, "D0005", address, other, password)
        found["by_hand"] = by_hand(address, user, token, other, password)
        found["added"] = added(plots)
        found["refused"] = refused(plots)
        found["removed"] = removed(plots)
    return found


def describe(layer):
    return {
        "valid": layer.isValid(),
        "features": layer.featureCount(),
        "crs": layer.crs().authid(),
        "renderer": layer.renderer().type(),
        "editable": bool(
            layer.dataProvider().capabilities() & layer.dataProvider().ChangeAttributeValues
        ),
    }


def filtered(layer):
    layer.setSubsetString("land_class = '1202'")
    number = len(list(layer.getFeatures()))
    layer.setSubsetString("")
    return number


def render(layers, extent, picture):
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    settings.setOutputSize(QSize(WIDTH, HEIGHT))
    settings.setBackgroundColor(QColor("white"))
    settings.setExtent(extent)
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(picture)
    colours = Counter(
        image.pixelColor(x, y).name() for x in range(0, WIDTH, 4) for y in range(0, HEIGHT, 4)
    )
    return dict(colours.most_common(6))


def tiles(address, user, token, picture):
    """The vector tiles with the service's own style."""
    config = QgsAuthMethodConfig("Basic")
    config.setName("plotwatch")
    config.setConfig("username", user)
    config.setConfig("password", token)
    manager = QgsApplication.authManager()
    manager.setMasterPassword("only-a-test", True)
    manager.storeAuthenticationConfig(config)
    place = f"{address}/api/tiles/villages,plots,zones,patches,cases"
    source = (
        f"type=xyz&url={place}/%7Bz%7D/%7Bx%7D/%7By%7D.pbf&zmin=0&zmax=18"
        f"&styleUrl={address}/api/tiles/style.json&authcfg={config.id()}"
    )
    layer = QgsVectorTileLayer(source, "tiles")
    styled = layer.loadDefaultStyle()
    names = sorted({style.layerName() for style in layer.renderer().styles()})
    return {
        "valid": layer.isValid(),
        "styled": str(styled),
        "layers": names,
        "colours": render([layer], CLOSE, picture.replace(".png", "-tiles.png")),
    }


def plain(value):
    """An empty value of QGIS 3.40, which JSON does not know."""
    return None if value.isNull() else str(value.value())


def by_number(layer, number):
    layer.dataProvider().reloadData()
    request = QgsFeatureRequest().setFilterExpression(f"\"plot_no\" = '{number}'")
    return next(layer.getFeatures(request))


def change(layer, number, value):
    """Change an attribute as the attribute form does, defaults on update included."""
    feature = by_number(layer, number)
    layer.startEditing()
    fields = layer.fields()
    feature.setAttribute(fields.indexOf("ownership"), value)
    token = layer.defaultValue(fields.indexOf("edit_token"), feature)
    layer.changeAttributeValue(feature.id(), fields.indexOf("ownership"), value)
    layer.changeAttributeValue(feature.id(), fields.indexOf("edit_token"), token)


def saved(layer):
    done = layer.commitChanges()
    message = " ".join(layer.commitErrors())
    layer.rollBack()
    return {"saved": done, "message": message}


def edit(layer):
    change(layer, "D0001", "30")
    answer = saved(layer)
    feature = by_number(layer, "D0001")
    return answer | {"ownership": feature["ownership"], "version": feature["row_version"]}


def moved(layer):
    """A corner and an attribute at once, as one save of the analyst."""
    feature = by_number(layer, "D0002")
    shape = QgsGeometry(feature.geometry())
    corner = shape.vertexAt(0)
    layer.startEditing()
    shape.moveVertex(corner.x() + 0.00005, corner.y() + 0.00005, 0)
    layer.changeGeometry(feature.id(), shape)
    layer.changeAttributeValue(feature.id(), layer.fields().indexOf("ownership"), "30")
    answer = saved(layer)
    feature = by_number(layer, "D0002")
    return answer | {"ownership": feature["ownership"], "area": feature["area_m2"]}


def conflict(layer, address, other, password):
    """Somebody else saves while this window still shows the older row."""
    change(layer, "D0003", "20")
    key = by_number_id(address, other, password, "D0003")
    ask(address, other, password, f"/{key}", "PATCH", {"properties": {"ownership": "10"}})
    answer = saved(layer)
    return answer | {"ownership": by_number(layer, "D0003")["ownership"]}


def outline_conflict(layer, number, address, other, password):
    """Somebody else saves a property while this window moves a corner."""
    move(layer, number)
    key = by_number_id(address, other, password, number)
    ask(address, other, password, f"/{key}", "PATCH", {"properties": {"ownership": "10"}})
    answer = saved(layer)
    return answer | {"ownership": by_number(layer, number)["ownership"]}


def move(layer, number):
    feature = by_number(layer, number)
    shape = QgsGeometry(feature.geometry())
    corner = shape.vertexAt(0)
    layer.startEditing()
    shape.moveVertex(corner.x() + 0.00005, corner.y() + 0.00005, 0)
    layer.changeGeometry(feature.id(), shape)
    return feature


def by_hand(address, user, token, other, password):
    """A layer that the analyst adds himself, which has none of the project's defaults."""
    source = (
        f" pagingEnabled='default' restrictToRequestBBOX='1' srsname='EPSG:4490' typename='plots'"
        f" url='{address}/ogc/' version='auto' username='{user}' password='{token}'"
    )
    layer = QgsVectorLayer(source, "plots", "OAPIF")
    QgsProject.instance().addMapLayer(layer)
    ownership = layer.fields().indexOf("ownership")
    feature = move(layer, "D0006")
    layer.changeAttributeValue(feature.id(), ownership, "30")
    both = saved(layer)
    feature = by_number(layer, "D0006")
    both |= {"ownership": feature["ownership"], "area": feature["area_m2"]}
    feature = by_number(layer, "D0007")
    layer.startEditing()
    layer.changeAttributeValue(feature.id(), ownership, "20")
    key = by_number_id(address, other, password, "D0007")
    ask(address, other, password, f"/{key}", "PATCH", {"properties": {"planting": "LS"}})
    late = saved(layer)
    return {
        "both": both,
        "late": late,
        "outline": outline_conflict(layer, "D0008", address, other, password),
    }


def added(layer):
    answer = draw(layer, "QGIS-1", 105.9002, 29.3502)
    return answer | {"village": by_number(layer, "QGIS-1")["village_code"]}


def refused(layer):
    return draw(layer, "QGIS-2", 100, 29)


def draw(layer, number, west, south):
    layer.startEditing()
    feature = QgsFeature(layer.fields())
    feature.setAttribute("plot_no", number)
    feature.setAttribute("land_class", "0101")
    east, north = west + 0.0005, south + 0.0005
    ring = [QgsPointXY(west, south), QgsPointXY(east, south), QgsPointXY(east, north)]
    feature.setGeometry(QgsGeometry.fromMultiPolygonXY([[ring]]))
    layer.addFeature(feature)
    return saved(layer)


def removed(layer):
    layer.startEditing()
    layer.deleteFeature(by_number(layer, "D0004").id())
    return saved(layer)


def by_number_id(address, user, token, number):
    return ask(address, user, token, f"?plot_no={number}", "GET", None)["features"][0]["id"]


def ask(address, user, token, path, method, body):
    credentials = b64encode(f"{user}:{token}".encode()).decode()
    request = urllib.request.Request(
        f"{address}/ogc/collections/plots/items{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Authorization": f"Basic {credentials}",
            "Content-Type": "application/merge-patch+json",
        },
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read() or b"null")


if __name__ == "__main__":
    os.environ["QGIS_AUTH_DB_DIR_PATH"] = os.environ["HOME"]
    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], False)
    application.initQgis()
    answer = main(*sys.argv[1:])
    print("ANSWER " + json.dumps(answer, ensure_ascii=False, default=plain), flush=True)
    QgsProject.instance().clear()
    application.exitQgis()
