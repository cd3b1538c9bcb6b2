"""The query parameters of the plots endpoint, as its OpenAPI description lists them."""

from __future__ import annotations

from typing import Any

from service.features.crs import SERVED
from service.paging import DEFAULT_LIMIT, MAX_LIMIT
from service.plots.features import PLOTS
from spatial.words import Protection


def _listed(name: str, description: str, **items: Any) -> dict[str, Any]:
    schema = {"type": "array", "items": {"type": "string", **items}}
    return {
        "name": name,
        "in": "query",
        "description": description,
        "style": "form",
        "explode": False,
        "schema": schema,
    }


def _plain(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}


PLOTS_PARAMETERS: tuple[dict[str, Any], ...] = (
    {
        "name": "bbox",
        "in": "query",
        "description": "West, south, east, north in bbox-crs; west > east crosses the antimeridian",
        "style": "form",
        "explode": False,
        "schema": {
            "type": "array",
            "items": {"type": "number"},
            "minItems": 4,
            "maxItems": 6,
        },
    },
    _plain("bbox-crs", "Coordinate system of bbox", type="string", enum=[*SERVED]),
    _plain("crs", "Coordinate system of the answer", type="string", enum=[*SERVED]),
    _listed("village", "村代码 / village codes"),
    _listed("land_class", "地类编码或其前缀 / land classes, or what their codes begin with"),
    _listed("protection", "保护类别 / protections", enum=[word.value for word in Protection]),
    _listed("fields", "只返回这些属性 / only these properties", enum=[*PLOTS.by_name]),
    _plain("datetime", "RFC 3339 时间或起止 / time or interval: the version then", type="string"),
    _plain("version", "图层版本 / layer version", type="integer", minimum=1),
    _plain("filter", "CQL2", type="string"),
    _plain("filter-lang", "CQL2 text or JSON", type="string", enum=["cql2-text", "cql2-json"]),
    _plain("filter-crs", "Coordinate system of the filter", type="string", enum=[*SERVED]),
    _plain(
        "limit",
        "每页数量 / features on one page",
        type="integer",
        minimum=1,
        maximum=MAX_LIMIT,
        default=DEFAULT_LIMIT,
    ),
    _plain("after", "上一页的游标 / cursor of the page before", type="string"),
    _plain("count", "是否统计总数 / count the whole selection", type="boolean", default=False),
)
