"""Which features a request wants, and the SQL that picks them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from service import clock
from service.errors import InvalidParameter, NotFound
from service.features.access import Admission
from service.features.crs import CRS84, ServedCrs
from service.features.extent import Box, within
from service.features.fragments import Fragment, every
from service.features.period import Period
from service.features.state import PublishedVersion
from service.features.types import FeatureType, Kind, Property
from spatial.messages import Message

ANCIENT = datetime(1900, 1, 1, tzinfo=UTC)
NO_SUCH_VERSION = Message(
    "没有这个版本的图层数据。", "There is no such version of this layer's data."
)


@dataclass(frozen=True, slots=True)
class Selection:
    """A part of a feature type: where, when, which version, which conditions.

    ``zone`` is the time zone that days are counted in; ``after`` the last key already seen;
    ``filtered`` tells that a filter of the caller's own making is among the conditions.
    """

    type: FeatureType
    zone: ZoneInfo
    boxes: tuple[Box, ...] | None = None
    period: Period | None = None
    version: int | None = None
    conditions: tuple[Fragment, ...] = ()
    properties: tuple[Property, ...] = ()
    crs: ServedCrs = CRS84
    after: int | None = None
    filtered: bool = False

    @property
    def whole(self) -> bool:
        """Whether nothing narrows it."""
        return self.boxes is None and self.period is None and not self.conditions

    @property
    def by_clock(self) -> bool:
        """Whether the same data may give another answer later, as of what is overdue."""
        return self.type.by_clock or self.period is not None

    def from_the_first(self) -> Selection:
        """The same selection without the place where a page begins."""
        return replace(self, after=None)


def versions_read(selection: Selection, admission: Admission) -> tuple[PublishedVersion, ...]:
    """The versions whose rows are read: in force, of that number, or in effect at that time.

    Raises:
        NotFound: for a number no version has.
        InvalidParameter: for a version of a type whose rows no single version holds.
    """
    kind, state = selection.type, admission.state
    if selection.version is not None:
        if not kind.versioned:
            raise InvalidParameter(
                "version", Message("此图层不分版本。", "This layer has no single version.")
            )
        found = state.numbered(kind.base[0], selection.version)
        if found is None:
            raise NotFound(NO_SUCH_VERSION, parameter="version")
        return (found,)
    if kind.versioned and selection.period is not None:
        moment = selection.period.end or clock.now()
        day = max(min(moment, clock.now()), ANCIENT).astimezone(selection.zone).date()
        effective = state.effective(kind.base[0], day)
        return (effective,) if effective is not None else ()
    return kind.current(state)


def picked(selection: Selection, admission: Admission) -> Fragment | None:
    """``FROM … WHERE …`` of the rows selected and allowed; None when nothing is published."""
    source = selection.type.source(versions_read(selection, admission))
    if source is None:
        return None
    where = every(_conditions(selection, admission))
    return Fragment(
        f"FROM {source.text} WHERE {where.text}", (*source.parameters, *where.parameters)
    )


def _conditions(selection: Selection, admission: Admission) -> Iterator[Fragment]:
    kind = selection.type
    if selection.boxes is not None:
        yield within(f"{kind.table}.geom", selection.boxes)
    if selection.period is not None and kind.period is not None:
        yield from _during(kind, selection.period, selection.zone)
    if selection.after is not None:
        yield Fragment(f"{kind.table}.id > %s", (selection.after,))
    yield kind.scope(admission.principal)
    yield from selection.conditions


def _during(kind: FeatureType, period: Period, zone: ZoneInfo) -> Iterator[Fragment]:
    first, last = kind.period or ("", "")
    moment = "%s::timestamptz"
    if kind.period_kind is Kind.DATE:
        moment = f"({moment} AT TIME ZONE '{zone.key}')::date"
    if period.start is not None:
        yield Fragment(f"{last} >= {moment}", (period.start,))
    if period.end is not None:
        yield Fragment(f"{first} <= {moment}", (period.end,))
