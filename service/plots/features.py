"""Plots as features: what pages, OGC collections and tiles show of them."""

from __future__ import annotations

from functools import lru_cache

from service.accounts.permissions import plot_scope
from service.accounts.roles import Principal
from service.features.fragments import Fragment, fragment_of
from service.features.types import FeatureType, Kind, Property, partitions
from service.plots.models import Plot
from spatial.messages import Message
from spatial.words import Protection

MU_SQL = "(round({0} * 0.15) / 100)"
"""Square metres to 亩 (2000/3 m²), to two decimals."""


@lru_cache(maxsize=1000)
def plots_seen(principal: Principal) -> Fragment:
    """The permission table's word on plots; kept, for every page asks for it several times."""
    return fragment_of(plot_scope(principal, Plot.village_code))


PLOTS = FeatureType(
    name="plots",
    label=Message("地块", "Plots"),
    description=Message(
        "现行版本的地类图斑；version 或 datetime 可选历史版本。",
        "Land-use polygons of the version in force; choose another by version or datetime.",
    ),
    table="plot",
    source=partitions("plot"),
    scope=plots_seen,
    base=("plots",),
    properties=(
        Property("plot_id", "plot.id", Kind.INTEGER, Message("编号", "number")),
        Property("plot_no", "plot.plot_no", Kind.TEXT, Message("地块编号", "plot number")),
        Property("village_code", "plot.village_code", Kind.TEXT, Message("村代码", "village code")),
        Property("land_class", "plot.land_class", Kind.TEXT, Message("地类编码", "land class")),
        Property(
            "land_class_system",
            "plot.land_class_system",
            Kind.TEXT,
            Message("地类标准", "land class system"),
        ),
        Property("planting", "plot.planting", Kind.TEXT, Message("种植属性", "planting")),
        Property("slope_grade", "plot.slope_grade", Kind.TEXT, Message("坡度级别", "slope grade")),
        Property("ownership", "plot.ownership", Kind.TEXT, Message("权属性质", "ownership")),
        Property(
            "deduction_ratio",
            "plot.deduction_ratio",
            Kind.NUMBER,
            Message("扣除系数", "deduction ratio"),
        ),
        Property("area_m2", "plot.area_m2", Kind.NUMBER, Message("面积（平方米）", "area in m²")),
        Property(
            "area_mu",
            MU_SQL.format("plot.area_m2"),
            Kind.NUMBER,
            Message("面积（亩）", "area in mu"),
        ),
        Property(
            "area_reported_m2",
            "plot.area_reported_m2",
            Kind.NUMBER,
            Message("原报面积（平方米）", "reported area in m²"),
        ),
        Property(
            "protection",
            "plot.protection",
            Kind.TEXT,
            Message("保护类别（按地类）", "protection by land class"),
            words=Protection,
        ),
        Property("row_version", "plot.row_version", Kind.INTEGER, Message("行版本", "row version")),
        Property(
            "attributes",
            "plot.attributes",
            Kind.JSON,
            Message("其他字段", "other fields"),
            listed=False,
        ),
    ),
)

EDIT_TOKEN = Property(
    "edit_token", "NULL::text", Kind.TEXT, Message("编辑凭据", "edit token"), listed=False
)
"""Empty in what is read; a desktop that edits fills it with the row version it saw."""
