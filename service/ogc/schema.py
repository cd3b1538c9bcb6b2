"""Properties as JSON Schema: queryables, and the schemas of the API definition."""

from __future__ import annotations

from typing import Any

from service.features.types import FeatureType, Kind, Property
from service.ogc.links import Addresses

TYPES: dict[Kind, dict[str, Any]] = {
    Kind.TEXT: {"type": "string"},
    Kind.INTEGER: {"type": "integer", "format": "int64"},
    Kind.NUMBER: {"type": "number"},
    Kind.DATE: {"type": "string", "format": "date"},
    Kind.INSTANT: {"type": "string", "format": "date-time"},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.JSON: {"type": "object"},
}


def property_schema(prop: Property) -> dict[str, Any]:
    """The JSON Schema of one property's values."""
    schema = {"title": prop.label.zh, "description": prop.label.en} | TYPES[prop.kind]
    if prop.words is not None:
        schema["enum"] = [word.value for word in prop.words]
    return schema


def queryables(addresses: Addresses, kind: FeatureType) -> dict[str, Any]:
    """What filters on a collection may name (OGC API – Features Part 3)."""
    properties: dict[str, Any] = {
        prop.name: property_schema(prop) for prop in kind.properties if prop.filterable
    }
    properties["geometry"] = {
        "title": "图形",
        "description": "geometry",
        "format": "geometry-multipolygon",
        "x-ogc-role": "primary-geometry",
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": addresses.collection(kind.name, "queryables"),
        "type": "object",
        "title": kind.label.zh,
        "description": kind.description.en,
        "properties": properties,
        "additionalProperties": False,
    }
