"""The conformance classes that this part of the service earns."""

from __future__ import annotations

from enum import StrEnum

FEATURES = "http://www.opengis.net/spec/ogcapi-features-"
TILES = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/"
CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf/"


class ConformanceClass(StrEnum):
    """A class by its URI."""

    COMMON_CORE = "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core"
    COMMON_COLLECTIONS = "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections"
    CORE = f"{FEATURES}1/1.0/conf/core"
    OPENAPI = f"{FEATURES}1/1.0/conf/oas30"
    HTML = f"{FEATURES}1/1.0/conf/html"
    GEOJSON = f"{FEATURES}1/1.0/conf/geojson"
    CRS = f"{FEATURES}2/1.0/conf/crs"
    QUERYABLES = f"{FEATURES}3/1.0/conf/queryables"
    QUERYABLE_PARAMETERS = f"{FEATURES}3/1.0/conf/queryables-query-parameters"
    FILTER = f"{FEATURES}3/1.0/conf/filter"
    FEATURES_FILTER = f"{FEATURES}3/1.0/conf/features-filter"
    CQL2_TEXT = f"{CQL2}cql2-text"
    CQL2_JSON = f"{CQL2}cql2-json"
    BASIC_CQL2 = f"{CQL2}basic-cql2"
    ADVANCED_COMPARISONS = f"{CQL2}advanced-comparison-operators"
    CASE_INSENSITIVE = f"{CQL2}case-insensitive-comparison"
    BASIC_SPATIAL = f"{CQL2}basic-spatial-functions"
    BASIC_SPATIAL_PLUS = f"{CQL2}basic-spatial-functions-plus"
    SPATIAL = f"{CQL2}spatial-functions"
    TEMPORAL = f"{CQL2}temporal-functions"
    PROPERTY_PROPERTY = f"{CQL2}property-property"
    ARITHMETIC = f"{CQL2}arithmetic"
    TILES_CORE = f"{TILES}core"
    TILES_TILESET = f"{TILES}tileset"
    TILES_LIST = f"{TILES}tilesets-list"
    TILES_GEODATA = f"{TILES}geodata-tilesets"
    TILES_OPENAPI = f"{TILES}oas30"
    TILES_MVT = f"{TILES}mvt"


EDITING = (
    f"{FEATURES}4/1.0/conf/create-replace-delete",
    f"{FEATURES}4/1.0/conf/update",
    f"{FEATURES}4/1.0/conf/features",
    f"{FEATURES}4/1.0/conf/optimistic-locking-etags",
)
"""Earned for those who may edit plots."""
