"""Canonical columns of a chunk of rows, and what could not be read of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from spatial.intake.fields.codes import change_group, normalise_change_code
from spatial.intake.fields.columns import (
    Objects,
    days_of,
    floats_of,
    objects_of,
    read_distinct,
    seconds_of,
    text_of,
)
from spatial.intake.fields.dates import EARLIEST, as_date
from spatial.intake.fields.instants import converted, read_instant
from spatial.intake.fields.kinds import KIND_FIELD, OTHER_KIND, of_other_kinds
from spatial.intake.fields.land_class import (
    LandClassSystem,
    normalise_land_class,
    padded,
    recoverable_plantings,
)
from spatial.intake.fields.mapping import FieldMapping
from spatial.intake.fields.profile import Profile
from spatial.intake.model import (
    DATE_FIELDS,
    FLOAT_FIELDS,
    NUMBER_FIELDS,
    RowStatus,
    canonical_fields,
)
from spatial.intake.tables.table import Flaw
from spatial.messages import Message
from spatial.words import ChangeGroup, LayerName, Protection

_GROUPS = frozenset(group.value for group in ChangeGroup)
VILLAGE_CODE = re.compile(r"\d{12}")
_LONG_CODE = re.compile(r"(\d{12})\d*")
_LONGEST_NUMBER = 200
_AREA = "area_reported_m2"
_LARGEST_M2 = 1e13
"""More than China has."""
_NOTHING = frozenset("-/—")
"""What is written where there is no number."""


@dataclass(frozen=True, slots=True)
class FieldNote:
    """A cell that could not be read, or a row that must be refused for it."""

    position: int
    status: RowStatus
    flaw: Flaw
    field: str


@dataclass(slots=True)
class FieldRows:
    """Canonical columns of n rows; notes by position; raw cells to keep beside the attributes."""

    columns: dict[str, NDArray[Any]]
    notes: list[FieldNote] = field(default_factory=list)
    raw: dict[int, dict[str, str]] = field(default_factory=dict)

    def unreadable(self, position: int, name: str, text: str, flaw: Flaw) -> None:
        """Note a cell that was left empty, and keep what it held."""
        self.notes.append(FieldNote(position, RowStatus.REPAIRED, flaw, name))
        self.raw.setdefault(position, {})[name] = text


@dataclass(frozen=True, slots=True)
class FieldReader:
    """Reads a layer's canonical columns, as decided for the whole layer."""

    profile: Profile
    mapping: FieldMapping
    system: LandClassSystem | None
    numeric_classes: bool
    area_factor: float

    def read(self, columns: Mapping[str, pa.Array], count: int) -> FieldRows:
        """Canonical columns of ``count`` rows from their source columns."""
        rows = FieldRows({})
        for name in canonical_fields(self.profile.layer):
            rows.columns[name] = self._column(name, columns, count, rows)
        if self.profile.layer is LayerName.PLOTS:
            self._derive_plot(rows, count)
        elif self.profile.layer is LayerName.PATCHES:
            self._derive_groups(rows)
        elif self.profile.layer is LayerName.VILLAGES:
            _fill_names(rows)
        elif self.profile.layer.zone_kind:
            for position in of_other_kinds(columns, self.profile.layer.zone_kind):
                note = FieldNote(position, RowStatus.REJECTED, OTHER_KIND, KIND_FIELD)
                rows.notes.append(note)
        return rows

    def _column(
        self, name: str, columns: Mapping[str, pa.Array], count: int, rows: FieldRows
    ) -> NDArray[Any]:
        source = columns.get(self.mapping.sources.get(name, ""))
        if source is None and name in self.profile.constants:
            source = pa.array([self.profile.constants[name]] * count)
        if name in FLOAT_FIELDS:
            if source is None:
                return np.full(count, np.nan)
            numbers = _floats(name, source, rows)
            return _areas(numbers, self.area_factor, rows) if name == _AREA else numbers
        if source is None:
            return np.full(count, None, dtype=object)
        if name in DATE_FIELDS:
            return _dates(name, source, rows)
        if name in _READERS:
            return read_distinct(text_of(source), _READERS[name])
        values = objects_of(text_of(source))
        if name in NUMBER_FIELDS:
            _refuse_long(name, values, rows)
        return values

    def _derive_groups(self, rows: FieldRows) -> None:
        """An export names the groups that its codes had by the profile of their own import."""
        codes, told = rows.columns["change_code"], rows.columns["change_group"]
        groups = {code: change_group(code, self.profile.change_codes).value for code in set(codes)}
        rows.columns["change_group"] = np.array(
            [
                group if group in _GROUPS else groups[code]
                for code, group in zip(codes, told, strict=True)
            ],
            object,
        )

    def _derive_plot(self, rows: FieldRows, count: int) -> None:
        system = self.system
        if system is None:
            return
        classes = rows.columns["land_class"]
        distinct = {
            code: padded(code, system, numeric=self.numeric_classes)
            for code in set(classes)
            if code
        }
        classes = np.array([distinct.get(code) for code in classes], dtype=object)
        rows.columns["land_class"] = classes
        rows.columns["land_class_system"] = np.full(count, system.name, dtype=object)
        by_class = {code: system.protection(code).value for code in set(distinct.values())}
        nothing = Protection.NONE.value
        protection = np.array([by_class.get(code, nothing) for code in classes], object)
        marks = recoverable_plantings()
        marked = np.array([mark in marks for mark in rows.columns["planting"]], dtype=bool)
        marked &= protection != Protection.CROPLAND.value
        protection[marked] = Protection.RECOVERABLE.value
        rows.columns["protection"] = protection
        for position in np.flatnonzero([code is None for code in classes]):
            rows.notes.append(
                FieldNote(int(position), RowStatus.REJECTED, LAND_CLASS_MISSING, "land_class")
            )


def _fill_names(rows: FieldRows) -> None:
    codes, names = rows.columns["code"], rows.columns["name"]
    for position, code in enumerate(codes):
        if code is None or not VILLAGE_CODE.fullmatch(code):
            rows.notes.append(FieldNote(position, RowStatus.REJECTED, VILLAGE_CODE_INVALID, "code"))
        elif names[position] is None:
            names[position] = code
            rows.notes.append(FieldNote(position, RowStatus.REPAIRED, VILLAGE_NAME_MISSING, "name"))


def _dates(name: str, source: pa.Array, rows: FieldRows) -> Objects:
    if pa.types.is_date(source.type) or pa.types.is_timestamp(source.type):
        days = days_of(source)
        # What tables put where there is no date, such as 1899-12-30, is none.
        known = (days >= np.datetime64(EARLIEST)) & (days <= np.datetime64(date.max))
        for position in np.flatnonzero(~known & ~np.isnat(days)).tolist():
            rows.unreadable(position, name, str(days[position]), DATE_UNREADABLE)
        if pa.types.is_timestamp(source.type) and source.type.tz:
            _tell(rows, name, converted(seconds_of(source)) & known)
        values: Objects = days.astype(object)
        values[~known] = None
        return values
    text = text_of(source)
    values = read_distinct(text, partial(_date_or_text, last=name in _LAST_DAYS))
    for position in np.flatnonzero([isinstance(value, str) for value in values]).tolist():
        rows.unreadable(position, name, values[position], DATE_UNREADABLE)
        values[position] = None
    _tell(rows, name, read_distinct(text, _is_converted) == True)  # noqa: E712 - None is no date
    return values


def _tell(rows: FieldRows, name: str, moved: NDArray[np.bool_]) -> None:
    for position in np.flatnonzero(moved).tolist():
        rows.notes.append(FieldNote(position, RowStatus.REPAIRED, DATE_IN_UTC, name))


def _is_converted(text: str) -> bool:
    instant = read_instant(text)
    return instant is not None and bool(converted(*instant))


def _floats(name: str, source: pa.Array, rows: FieldRows) -> NDArray[np.float64]:
    numbers = floats_of(source)
    if pa.types.is_floating(source.type):
        # A NaN is how some programs write that there is no number; an infinity is one that is lost.
        lost = np.isinf(np.asarray(source.to_numpy(zero_copy_only=False), np.float64))
        for position in np.flatnonzero(lost).tolist():
            rows.notes.append(FieldNote(position, RowStatus.REPAIRED, NUMBER_LOST, name))
        return numbers
    if pa.types.is_integer(source.type):
        return numbers
    texts = objects_of(text_of(source))
    for position in np.flatnonzero(np.isnan(numbers)).tolist():
        text = texts[position]
        if text is not None and set(text) - _NOTHING:
            rows.unreadable(position, name, text, NUMBER_UNREADABLE)
    return numbers


def _areas(reported: NDArray[np.float64], factor: float, rows: FieldRows) -> NDArray[np.float64]:
    """Reported areas in m²; what no piece of ground can have is told and left empty."""
    with np.errstate(over="ignore"):
        areas = reported * factor
    for position in np.flatnonzero((areas < 0) | (areas > _LARGEST_M2)).tolist():
        rows.unreadable(position, _AREA, f"{reported[position]:.15g}", AREA_IMPOSSIBLE)
        areas[position] = np.nan
    return areas


def _refuse_long(name: str, values: Objects, rows: FieldRows) -> None:
    """A number of thousands of characters is another column's text, and no index takes it."""
    for position, value in enumerate(values):
        if value is not None and len(value) > _LONGEST_NUMBER:
            rows.notes.append(FieldNote(position, RowStatus.REJECTED, NUMBER_TOO_LONG, name))


def _date_or_text(text: str, *, last: bool) -> date | str | None:
    try:
        return as_date(text, last=last)
    except ValueError:
        return text


_LAST_DAYS = frozenset({"valid_to"})
"""Fields of a last day: what is valid until a month is valid to its end."""


def _village_code(text: str) -> str | None:
    match = _LONG_CODE.fullmatch(text)
    return match[1] if match else None


def _own_village_code(text: str) -> str:
    match = _LONG_CODE.fullmatch(text)
    return match[1] if match else text


_READERS: Mapping[str, Callable[[str], str | None]] = {
    "code": _own_village_code,
    "village_code": _village_code,
    "land_class": normalise_land_class,
    "land_before": normalise_land_class,
    "planting": lambda text: text.upper(),
    "change_code": normalise_change_code,
}

LAND_CLASS_MISSING = Flaw(
    "land-class-missing", Message("该行没有地类编码。", "The row has no land class.")
)
VILLAGE_CODE_INVALID = Flaw(
    "village-code-invalid",
    Message(
        "村代码应为 12 位数字（或以其开头的 19 位坐落单位代码）。",
        "A village code has 12 digits (or 19, beginning with them).",
    ),
)
VILLAGE_NAME_MISSING = Flaw(
    "village-name-missing",
    Message("该行没有村名，暂用代码代替。", "The row has no name; its code stands for it."),
)
NUMBER_TOO_LONG = Flaw(
    "number-too-long",
    Message(
        f"编号超过 {_LONGEST_NUMBER} 个字符，请核对该列是否真是编号，改正后重报。",
        f"The number has more than {_LONGEST_NUMBER} characters; check that the column holds "
        "numbers, and send the row again.",
    ),
)
AREA_IMPOSSIBLE = Flaw(
    "area-impossible",
    Message(
        "上报面积为负数或大得不可能，已留空，原文保留在属性中。",
        "The reported area is negative or impossibly large; it was left empty and its text kept "
        "among the attributes.",
    ),
)
NUMBER_LOST = Flaw(
    "number-lost",
    Message(
        "源文件中该数值已溢出（***）或不是有限的数，已留空；请加宽字段后重新导出。",
        "The number did not fit its field in the source (***) or is not finite, and was left "
        "empty; widen the field and export the file again.",
    ),
)
NUMBER_UNREADABLE = Flaw(
    "number-unreadable",
    Message(
        "不是纯数字（单位请写在列名里），已留空，原文保留在属性中。",
        "It is no plain number (a unit belongs in the heading); it was left empty and its text "
        "kept among the attributes.",
    ),
)
DATE_IN_UTC = Flaw(
    "date-in-utc",
    Message(
        "日期写成了另一时区的时刻，已按北京时间取日；如有出入，请改写为年月日后重报。",
        "The date is written as a time of another zone and was taken as the day in China; if that "
        "is not what is meant, write it as a plain day and send the row again.",
    ),
)
DATE_UNREADABLE = Flaw(
    "date-unreadable",
    Message(
        "日期无法识别，已留空，原文保留在属性中。",
        "The date cannot be read; it was left empty and its text kept among the attributes.",
    ),
)
