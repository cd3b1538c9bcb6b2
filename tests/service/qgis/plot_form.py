"""What QGIS's form of a plot says; run by QGIS's own Python, beside the analysts' scripts."""

from qgis.core import QgsApplication, QgsFeature, QgsGeometry, QgsPointXY, QgsVectorLayerUtils


def told_by_form(layer, known):
    """What the form says of a plot that cannot be, and of one that is stored."""
    wrong = QgsFeature(layer.fields())
    for name, value in (("plot_no", " "), ("land_class", "9999"), ("area_reported_m2", -1)):
        wrong.setAttribute(name, value)
    ring = [QgsPointXY(100, 29), QgsPointXY(100.001, 29), QgsPointXY(100.001, 29.001)]
    wrong.setGeometry(QgsGeometry.fromMultiPolygonXY([[ring]]))
    return {
        "wrong": reasons(layer, wrong),
        "known": reasons(layer, known),
        "nameless": nameless(layer),
        "protection": shown(layer, known, "protection"),
    }


def nameless(layer):
    """Fields that are shown by their names in the database."""
    return [
        field.name() for index, field in enumerate(layer.fields())
        if not layer.attributeAlias(index)
    ]  # fmt: skip


def shown(layer, feature, name):
    """A value as forms and tables show it."""
    index = layer.fields().indexOf(name)
    setup = layer.editorWidgetSetup(index)
    formatter = QgsApplication.fieldFormatterRegistry().fieldFormatter(setup.type())
    return formatter.representValue(layer, index, setup.config(), None, feature[name])


def reasons(layer, feature):
    checked = [
        QgsVectorLayerUtils.validateAttribute(layer, feature, index)
        for index in range(len(layer.fields()))
    ]
    return " ".join(reason for fine, told in checked if not fine for reason in told)
