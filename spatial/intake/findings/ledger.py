"""What is noted of every batch, and what it amounts to at the end of the layer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.intake.fields.codes import is_known
from spatial.intake.fields.profile import Profile
from spatial.intake.findings.edges import MOST_ROWS, EdgeLedger, Keys, edges_of
from spatial.intake.findings.overlaps import (
    gap_findings,
    measured_overlaps,
    overlap_findings,
    pairs_to_measure,
)
from spatial.intake.model import LayerFinding, RowBatch
from spatial.intake.placing.ground import KnownGround
from spatial.messages import Message
from spatial.words import LayerName

Geometries = NDArray[np.object_]
Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Reread = Callable[[Integers], tuple[Integers, Geometries]]
"""Row numbers, sorted, to the numbers and shapes that are found again."""

_MOST_ROWS = 50
_AREA_CHANGE_M2, _AREA_CHANGE_SHARE = 1.0, 0.005
_NUMBERS = {
    LayerName.PLOTS: ("village_code", "plot_no"),
    LayerName.PATCHES: ("patch_no",),
    LayerName.VILLAGES: ("code",),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one batch adds to the ledger; made in any thread, entered in order."""

    rows: Integers
    boxes: Floats
    numbers: Integers
    outside: Integers
    differing: Integers
    reversed_dates: Integers
    codes: Counter[str]
    personal: int
    edges: Keys | None
    shapes: Geometries | None

    @classmethod
    def of(
        cls, batch: RowBatch, layer: LayerName, ground: KnownGround | None, personal: int
    ) -> Sheet:
        """Note down a batch; ``personal``: cells that personal numbers were taken out of."""
        plots = layer is LayerName.PLOTS
        return cls(
            rows=batch.rows,
            boxes=shapely.bounds(batch.geometry) if plots else np.empty((0, 4)),
            numbers=_hashed_numbers(batch, layer),
            outside=_outside(batch, ground) if layer is not LayerName.PATCHES else _NONE,
            differing=_differing(batch),
            reversed_dates=_reversed(batch),
            codes=Counter(code for code in batch.columns.get("change_code", ()) if code),
            personal=personal,
            edges=edges_of(batch.geometry, batch.rows) if plots else None,
            shapes=batch.geometry if layer is LayerName.VILLAGES else None,
        )


@dataclass(slots=True)
class Ledger:
    """The sheets of a layer, entered one after another."""

    profile: Profile
    sheets: list[Sheet] = field(default_factory=list)
    edges: EdgeLedger = field(default_factory=EdgeLedger)

    def enter(self, sheet: Sheet) -> None:
        """Take in the next batch's sheet."""
        if sheet.edges is not None:
            self.edges.add(sheet.edges)
        self.sheets.append(
            Sheet(**{name: getattr(sheet, name) for name in Sheet.__slots__} | {"edges": None})
        )

    def findings(self, reread: Reread) -> list[LayerFinding]:
        """Everything that is to be said of the layer."""
        return [*self._rows(), *self._duplicates(), *self._codes(), *self._ground(reread)]

    def _rows(self) -> Iterator[LayerFinding]:
        for name, (code, message) in _ROW_FINDINGS.items():
            rows = self._joined(name)
            if len(rows):
                yield LayerFinding(
                    code=code, message=message.format(count=len(rows)), rows=_some(rows)
                )
        cells = sum(sheet.personal for sheet in self.sheets)
        if cells:
            yield LayerFinding(
                code="personal-numbers-removed", message=_PERSONAL.format(count=cells)
            )

    def _duplicates(self) -> Iterator[LayerFinding]:
        rows, numbers = self._joined("rows"), self._joined("numbers")
        if not len(numbers):
            return
        order = np.argsort(numbers, kind="stable")
        same = numbers[order][1:] == numbers[order][:-1]
        repeated = np.unique(np.concatenate((rows[order][1:][same], rows[order][:-1][same])))
        if len(repeated):
            yield LayerFinding(
                code="duplicate-numbers",
                message=_DUPLICATES.format(count=len(repeated)),
                rows=_some(repeated),
            )

    def _codes(self) -> Iterator[LayerFinding]:
        counts = Counter[str]()
        for sheet in self.sheets:
            counts.update(sheet.codes)
        own = self.profile.change_codes
        unknown = {code: n for code, n in counts.items() if not is_known(code, own)}
        if unknown:
            listed = "、".join(f"{code}×{n}" for code, n in sorted(unknown.items())[:20])
            yield LayerFinding(
                code="change-codes-unknown",
                message=_UNKNOWN_CODES.format(codes=listed, count=sum(unknown.values())),
            )

    def _ground(self, reread: Reread) -> Iterator[LayerFinding]:
        if self.profile.layer is LayerName.VILLAGES:
            yield from self._villages()
        elif self.profile.layer is LayerName.PLOTS:
            yield from self._plots(reread)

    def _villages(self) -> Iterator[LayerFinding]:
        sheets = [sheet.shapes for sheet in self.sheets if sheet.shapes is not None]
        if not sheets:
            return
        geometry, rows = np.concatenate(sheets), self._joined("rows")
        first, second = shapely.STRtree(geometry).query(geometry)
        once = first < second
        overlaps = list(measured_overlaps(geometry, rows, first[once], second[once]))
        yield from overlap_findings(overlaps, _VILLAGES, "village-overlap")
        yield from gap_findings(geometry)

    def _plots(self, reread: Reread) -> Iterator[LayerFinding]:
        rows = self._joined("rows")
        if len(rows) and rows[-1] >= MOST_ROWS:
            yield LayerFinding(code="overlaps-partly-checked", message=_IN_PART)
            return
        loose = np.searchsorted(rows, self.edges.loose_rows())
        if not len(loose):
            return
        pairs = pairs_to_measure(np.concatenate([s.boxes for s in self.sheets]), loose)
        if not len(pairs.first):
            return
        wanted = np.unique(rows[np.concatenate((pairs.first, pairs.second))])
        found, geometry = reread(wanted)
        first = np.searchsorted(found, rows[pairs.first])
        second = np.searchsorted(found, rows[pairs.second])
        overlaps = list(measured_overlaps(geometry, found, first, second))
        yield from overlap_findings(overlaps, _PLOTS, "plot-overlap")
        if not pairs.complete:
            yield LayerFinding(code="overlaps-partly-checked", message=_IN_PART)

    def _joined(self, name: str) -> Integers:
        parts = [getattr(sheet, name) for sheet in self.sheets]
        return np.concatenate(parts) if parts else _NONE


_NONE: Integers = np.empty(0, dtype=np.int64)


def _hashed_numbers(batch: RowBatch, layer: LayerName) -> Integers:
    names = _NUMBERS.get(layer)
    if names is None:
        return _NONE
    keys = zip(*(batch.columns[name].tolist() for name in names), strict=True)
    return np.fromiter((hash(key) for key in keys), dtype=np.int64, count=len(batch.rows))


def _outside(batch: RowBatch, ground: KnownGround | None) -> Integers:
    if ground is None:
        return _NONE
    west, south, east, north = shapely.bounds(batch.geometry).T
    middle = np.column_stack(((west + east) / 2, (south + north) / 2))
    return batch.rows[np.flatnonzero(~ground.near(middle))]


def _differing(batch: RowBatch) -> Integers:
    reported = batch.columns.get("area_reported_m2")
    if reported is None:
        return _NONE
    allowed = np.maximum(_AREA_CHANGE_M2, _AREA_CHANGE_SHARE * batch.area_m2)
    return batch.rows[np.flatnonzero(np.abs(reported - batch.area_m2) > allowed)]


def _reversed(batch: RowBatch) -> Integers:
    if "before_date" not in batch.columns:
        return _NONE
    pairs = zip(batch.columns["before_date"], batch.columns["after_date"], strict=True)
    wrong = [bool(before and after and before > after) for before, after in pairs]
    return batch.rows[np.flatnonzero(wrong)]


def _some(rows: Integers) -> tuple[int, ...]:
    return tuple(rows[:_MOST_ROWS].tolist())


_PLOTS, _VILLAGES = Message("地块", "plots"), Message("村界", "villages")
_ROW_FINDINGS = {
    "outside": (
        "outside-villages",
        Message(
            "有 {count} 行在已有村界（外扩 2 公里）之外。",
            "{count} rows lie outside the loaded villages and 2 km around them.",
        ),
    ),
    "differing": (
        "area-differs",
        Message(
            "有 {count} 行的上报面积与计算面积相差超过 1 平方米且超过 0.5%，待核实。",
            "In {count} rows the reported area differs from the computed one by more than 1 m² and "
            "0.5 %; to be verified.",
        ),
    ),
    "reversed_dates": (
        "dates-reversed",
        Message(
            "有 {count} 行的前时相晚于后时相，待核实。",
            "In {count} rows the earlier image is dated after the later one; to be verified.",
        ),
    ),
}
_PERSONAL = Message(
    "有 {count} 个单元格的文字中含身份证号或手机号，已去除。",
    "Identity or telephone numbers were taken out of the text of {count} cells.",
)
_DUPLICATES = Message(
    "有 {count} 行的编号与其他行重复。", "The numbers of {count} rows occur more than once."
)
_UNKNOWN_CODES = Message(
    "有 {count} 行的变化类型不在代码表中（{codes}），按“类型不明”处理。",
    "The change codes of {count} rows are not in the table ({codes}) and count as unknown.",
)
_IN_PART = Message(
    "地块之间的重叠只检查了一部分：需要比对的地块对太多。",
    "Overlaps among plots were measured in part only: too many pairs would have to be compared.",
)
