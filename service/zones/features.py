"""Protecting and exempting zones as features."""

from __future__ import annotations

from service.features.state import ZONE_LAYERS
from service.features.types import FeatureType, Kind, Property, partitions
from spatial.messages import Message
from spatial.words import ZoneKind

ZONES = FeatureType(
    name="zones",
    label=Message("保护区与批准范围", "Zones"),
    description=Message(
        "现行的保护图层与批准、备案范围；datetime 选取当时有效的范围。",
        "Protecting and exempting zones in force; datetime picks those valid at that time.",
    ),
    table="zone",
    source=partitions("zone"),
    period=(
        "coalesce(zone.valid_from, '-infinity'::date)",
        "coalesce(zone.valid_to, 'infinity'::date)",
    ),
    base=ZONE_LAYERS,
    properties=(
        Property("zone_id", "zone.id", Kind.INTEGER, Message("编号", "number")),
        Property("kind", "zone.kind", Kind.TEXT, Message("类型", "kind"), words=ZoneKind),
        Property("zone_no", "zone.zone_no", Kind.TEXT, Message("区块编号", "zone number")),
        Property("name", "zone.name", Kind.TEXT, Message("名称", "name")),
        Property("document_no", "zone.document_no", Kind.TEXT, Message("文号", "document number")),
        Property("valid_from", "zone.valid_from", Kind.DATE, Message("有效期起", "valid from")),
        Property("valid_to", "zone.valid_to", Kind.DATE, Message("有效期止", "valid to")),
        Property("use", "zone.use", Kind.TEXT, Message("用途", "use")),
        Property("area_m2", "zone.area_m2", Kind.NUMBER, Message("面积（平方米）", "area in m²")),
        Property(
            "area_reported_m2",
            "zone.area_reported_m2",
            Kind.NUMBER,
            Message("原报面积（平方米）", "reported area in m²"),
        ),
        Property(
            "attributes",
            "zone.attributes",
            Kind.JSON,
            Message("其他字段", "other fields"),
            listed=False,
        ),
    ),
)
