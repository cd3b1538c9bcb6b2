"""Satellite change patches as features."""

from __future__ import annotations

from service.accounts.permissions import village_scope
from service.accounts.roles import Principal
from service.features.fragments import TRUE, Fragment, fragment_of
from service.features.types import FeatureType, Kind, Property
from service.findings.models import Finding
from spatial.messages import Message
from spatial.words import ChangeGroup


def patches_seen(principal: Principal) -> Fragment:
    """A village's own user sees the patches that screening found in its villages."""
    if not principal.bound_to_villages:
        return TRUE
    own = fragment_of(village_scope(principal, Finding.village_code))
    return Fragment(
        f"EXISTS (SELECT FROM finding WHERE finding.patch_id = patch.id AND {own.text})",
        own.parameters,
    )


PATCHES = FeatureType(
    name="patches",
    label=Message("卫片图斑", "Patches"),
    description=Message(
        "卫片变化图斑，是线索，不是结论。",
        "Change polygons from satellite images: clues, no verdicts.",
    ),
    table="patch",
    source=lambda versions: Fragment("patch"),
    scope=patches_seen,
    period=("coalesce(patch.before_date, patch.after_date)", "patch.after_date"),
    changes=("patches",),
    properties=(
        Property("patch_id", "patch.id", Kind.INTEGER, Message("编号", "number")),
        Property("patch_no", "patch.patch_no", Kind.TEXT, Message("图斑编号", "patch number")),
        Property("batch_id", "patch.batch_id", Kind.INTEGER, Message("批次", "batch")),
        Property("revision", "patch.revision", Kind.INTEGER, Message("修订号", "revision")),
        Property("change_code", "patch.change_code", Kind.TEXT, Message("变化代码", "change code")),
        Property(
            "change_group",
            "patch.change_group",
            Kind.TEXT,
            Message("变化类型", "change group"),
            words=ChangeGroup,
        ),
        Property("before_date", "patch.before_date", Kind.DATE, Message("前时相", "image before")),
        Property("after_date", "patch.after_date", Kind.DATE, Message("后时相", "image after")),
        Property("land_before", "patch.land_before", Kind.TEXT, Message("原地类", "land before")),
        Property("area_m2", "patch.area_m2", Kind.NUMBER, Message("面积（平方米）", "area in m²")),
        Property(
            "area_reported_m2",
            "patch.area_reported_m2",
            Kind.NUMBER,
            Message("原报面积（平方米）", "reported area in m²"),
        ),
        Property("outcome", "patch.outcome", Kind.TEXT, Message("套合结果", "outcome")),
        Property("updated_at", "patch.updated_at", Kind.INSTANT, Message("更新时间", "updated")),
        Property(
            "attributes",
            "patch.attributes",
            Kind.JSON,
            Message("其他字段", "other fields"),
            listed=False,
        ),
    ),
)
