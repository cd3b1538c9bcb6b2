"""The plots a request wants: by village, land class and protection, beside the common ways."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

from service.errors import InvalidParameter
from service.features.fragments import Fragment, any_of
from service.features.query import QueryParameters
from service.features.request import one_of, take_selection
from service.features.selection import Selection
from service.features.state import DataState
from service.plots.features import PLOTS
from spatial.messages import Message
from spatial.words import Protection, ZoneKind

LAND_CLASS = re.compile(r"[0-9]{2,4}[A-Z]?")
LAID_OVER = {
    Protection.PERMANENT_BASIC_FARMLAND: ZoneKind.PERMANENT_BASIC_FARMLAND,
    Protection.HIGH_STANDARD_FARMLAND: ZoneKind.HIGH_STANDARD_FARMLAND,
}
"""Protections that a layer gives, whatever the plot's land class says."""


def take_plots(parameters: QueryParameters, state: DataState, zone: ZoneInfo) -> Selection:
    """The selection of plots that parameters describe.

    ``village``, ``land_class`` and ``protection`` are lists; a land class stands for every class
    whose code begins with it.

    Raises:
        InvalidParameter: naming the first parameter that cannot be used.
    """
    selection = take_selection(parameters, PLOTS, zone, fields="fields")
    own = (
        _by_village(parameters.take_list("village")),
        _by_land_class(parameters.take_list("land_class")),
        _by_protection(parameters.take_list("protection"), state),
    )
    narrowed = tuple(condition for condition in own if condition is not None)
    return replace(selection, conditions=selection.conditions + narrowed)


def zone_tags(state: DataState) -> tuple[str, ...]:
    """Tags of the protecting layers, which a filter by protection looks at."""
    current = (state.current(kind.value) for kind in LAID_OVER.values())
    return tuple(version.tag for version in current if version is not None)


def _by_village(codes: tuple[str, ...] | None) -> Fragment | None:
    return one_of(PLOTS.by_name["village_code"], codes) if codes else None


def _by_land_class(codes: tuple[str, ...] | None) -> Fragment | None:
    if codes is None:
        return None
    for code in codes:
        if not LAND_CLASS.fullmatch(code):
            raise InvalidParameter(
                "land_class",
                Message(
                    f"{code} 不是地类编码（如 01、0101、0201K）。",
                    f"{code} is no land class code (such as 01, 0101 or 0201K).",
                ),
            )
    return Fragment(
        "EXISTS (SELECT FROM unnest(%s::text[]) code WHERE starts_with(plot.land_class, code))",
        ([*codes],),
    )


def _by_protection(words: tuple[str, ...] | None, state: DataState) -> Fragment | None:
    if words is None:
        return None
    known: dict[str, Protection] = {word.value: word for word in Protection}
    for word in words:
        if word not in known:
            raise InvalidParameter(
                "protection",
                Message(
                    f"没有保护类别 {word}；可用：{', '.join(known)}。",
                    f"There is no protection '{word}'; there are: {', '.join(known)}.",
                ),
            )
    return any_of(_protected([known[word] for word in words], state))


def _protected(words: list[Protection], state: DataState) -> Iterator[Fragment]:
    by_class = [word.value for word in words if word not in LAID_OVER]
    if by_class:
        yield one_of(PLOTS.by_name["protection"], tuple(by_class))
    for word in words:
        version = state.current(LAID_OVER[word].value) if word in LAID_OVER else None
        if version is not None:
            # Interiors must meet: a plot beside the zone is not under its protection.
            yield Fragment(
                f"EXISTS (SELECT FROM zone_v{version.id} AS laid WHERE laid.geom && plot.geom"
                " AND ST_Relate(laid.geom, plot.geom, 'T********'))"
            )
