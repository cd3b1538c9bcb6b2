"""What may be wrong with a row's geometry, named for programs and said for people."""

from __future__ import annotations

from collections.abc import Mapping

from spatial.intake.tables.table import Flaw
from spatial.messages import Message

MISSING = Flaw("geometry-missing", Message("该行没有图形。", "The row has no geometry."))
EMPTY = Flaw("geometry-empty", Message("该行的图形是空的。", "The row's geometry is empty."))
NOT_POLYGON = Flaw(
    "geometry-not-polygon", Message("该行的图形不是面。", "The row's geometry is not a polygon.")
)
ZERO_AREA = Flaw("zero-area", Message("该行的图形面积为零。", "The row's polygon has no area."))
STRAY_PARTS = Flaw(
    "stray-parts",
    Message("已去掉混在面中的点或线。", "Points or lines among the polygons were dropped."),
)
COLLECTION = Flaw(
    "collection-of-polygons",
    Message(
        "几何集合中的面已合为一个多部件面，线条未变。",
        "The polygons of a collection were taken as one multipolygon; no line was changed.",
    ),
)
RINGS_REASSIGNED = Flaw(
    "rings-reassigned",
    Message(
        "环的方向或内外关系不对，已按嵌套关系重新组成，线条未变。",
        "Rings turned or nested wrongly; they were put together anew, no line was changed.",
    ),
)
OUTSIDE_AREA = Flaw(
    "outside-area",
    Message(
        "该图形在已有村界（外扩 2 公里）之外。",
        "The feature lies outside the loaded villages and 2 km around them.",
    ),
)

_REASONS: Mapping[str, tuple[str, str, str]] = {
    "Self-intersection": ("self-intersection", "图形自相交", "the outline crosses itself"),
    "Ring Self-intersection": ("self-intersection", "环自相交", "a ring touches itself"),
    "Hole lies outside shell": ("hole-outside", "内环在外环之外", "a hole lies outside its shell"),
    "Holes are nested": ("nested-holes", "内环互相嵌套", "holes are nested"),
    "Interior is disconnected": ("interior-cut", "内环把面切断", "holes cut the interior apart"),
    "Nested shells": ("nested-shells", "多部件互相嵌套", "parts are nested"),
    "Duplicate Rings": ("duplicate-rings", "存在重复的环", "rings are duplicated"),
    "Too few points in geometry component": ("too-few-points", "顶点太少", "too few points"),
}
_OTHER = ("geometry-invalid", "图形无效", "the geometry is invalid")


def repaired(reason: str, change_m2: float) -> Flaw:
    """A geometry that GEOS called invalid for ``reason``, mended with a small change of area."""
    code, zh, en = _REASONS.get(reason, _OTHER)
    return Flaw(
        code,
        Message(
            "{zh}，已修复，面积变化 {change:.2f} 平方米。",
            "Repaired: {en}; the area changed by {change:.2f} m².",
        ).format(zh=zh, en=en, change=change_m2),
    )


def beyond_repair(reason: str, change_m2: float) -> Flaw:
    """A geometry whose repair would change its area too much."""
    code, zh, en = _REASONS.get(reason, _OTHER)
    return Flaw(
        code,
        Message(
            "{zh}，修复会使面积变化 {change:.2f} 平方米，超出允许范围，请在原始软件中修改。",
            "Not repaired: {en}, and mending would change the area by {change:.2f} m². Mend it in "
            "the source.",
        ).format(zh=zh, en=en, change=change_m2),
    )
