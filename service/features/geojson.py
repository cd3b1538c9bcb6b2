"""GeoJSON as PostGIS writes it: one row of bytes for each feature, passed on untouched."""

from __future__ import annotations

from collections.abc import Sequence

from service.features.crs import ServedCrs
from service.features.fragments import Fragment
from service.features.types import FeatureType, Kind, Property

# Joining texts costs PostgreSQL a third of what json_build_object does.
PLAIN = frozenset({Kind.INTEGER, Kind.BOOLEAN})
# QGIS takes a column for whole numbers when the first ten features have such, and then shows
# every fraction as empty; so a number that may have decimals is always written with one.
WITH_DECIMALS = (
    "CASE WHEN {0} = trunc({0}) AND abs({0}) < 1e15 THEN ({0})::bigint::text || '.0'"
    " ELSE ({0})::text END"
)


def feature_sql(kind: FeatureType, properties: Sequence[Property], crs: ServedCrs) -> str:
    """SQL for a feature's GeoJSON text, as ``bytea``."""
    geometry = f"ST_AsGeoJSON({crs.geometry_sql(f'{kind.table}.geom')}, {crs.digits}, 0)"
    start = f"""'{{"type":"Feature","id":' || {kind.table}.id || ',"geometry":'"""
    text = f"""{start} || {geometry} || ',"properties":' || {properties_sql(properties)} || '}}'"""
    return f"convert_to({text}, 'UTF8')"


def properties_sql(properties: Sequence[Property]) -> str:
    """SQL for the text of a JSON object that holds the properties."""
    members = [
        f"""'{"," if number else "{"}"{prop.name}":' || coalesce({_value_sql(prop)}, 'null')"""
        for number, prop in enumerate(properties)
    ]
    return " || ".join([*members, "'}'"]) if members else "'{}'"


def page_query(
    picked: Fragment,
    kind: FeatureType,
    properties: Sequence[Property],
    crs: ServedCrs,
    limit: int | None,
) -> Fragment:
    """Rows of key and feature in the order of their keys."""
    end = "" if limit is None else f" LIMIT {int(limit)}"
    return Fragment(
        f"SELECT {kind.table}.id, {feature_sql(kind, properties, crs)} {picked.text}"
        f" ORDER BY {kind.table}.id{end}",
        picked.parameters,
    )


def _value_sql(prop: Property) -> str:
    if prop.kind in PLAIN:
        return f"{prop.expression}::text"
    if prop.kind is Kind.NUMBER:
        return WITH_DECIMALS.format(prop.expression)
    return f"to_json({prop.expression})::text"
