"""Village boundaries as features."""

from __future__ import annotations

from service.features.types import FeatureType, Kind, Property, partitions
from spatial.messages import Message

VILLAGES = FeatureType(
    name="villages",
    label=Message("村界", "Villages"),
    description=Message("现行村界。", "Village boundaries in force."),
    table="village_boundary",
    source=partitions("village_boundary"),
    base=("villages",),
    properties=(
        Property("code", "village_boundary.code", Kind.TEXT, Message("村代码", "village code")),
        Property("name", "village_boundary.name", Kind.TEXT, Message("村名", "name")),
        Property(
            "area_m2",
            "village_boundary.area_m2",
            Kind.NUMBER,
            Message("面积（平方米）", "area in m²"),
        ),
        Property(
            "attributes",
            "village_boundary.attributes",
            Kind.JSON,
            Message("其他字段", "other fields"),
            listed=False,
        ),
    ),
)
