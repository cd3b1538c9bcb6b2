"""Chunks of a table to batches of rows: on all cores, in order, a few in memory at a time."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.crs import CoordinateSystem
from spatial.intake.fields.attributes import json_objects, with_values
from spatial.intake.fields.mapping import FieldMapping, numbered
from spatial.intake.fields.numbers import fill_numbers
from spatial.intake.fields.personal import without_personal_numbers
from spatial.intake.fields.reading import FieldReader, FieldRows
from spatial.intake.findings import Ledger, Sheet
from spatial.intake.geometry import flaws
from spatial.intake.geometry.check import CheckedShapes, Verdict, check_shapes
from spatial.intake.model import LayerFinding, RowBatch, RowNote, RowStatus
from spatial.intake.placing.ground import KnownGround
from spatial.intake.tables.table import Chunk, Format, Table
from spatial.words import LayerName


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """Reads, places, checks and names the rows of a table, as decided."""

    table: Table
    reader: FieldReader
    mapping: FieldMapping
    system: CoordinateSystem
    ground: KnownGround | None
    ledger: Ledger

    def batches(self, rows: int) -> Iterator[RowBatch]:
        """All rows in order. PROJ, GEOS and Arrow work outside the interpreter's lock, so that
        threads use every core; no more chunks are in memory than there are threads and one."""
        workers = max(os.cpu_count() or 1, 1)
        with ThreadPoolExecutor(workers, thread_name_prefix="intake") as pool:
            waiting: deque[Future[tuple[RowBatch, Sheet]]] = deque()
            try:
                for chunk in self.table.chunks(rows):
                    waiting.append(pool.submit(self._batch, chunk))
                    if len(waiting) > workers:
                        yield self._entered(waiting.popleft())
                while waiting:
                    yield self._entered(waiting.popleft())
            finally:
                for future in waiting:
                    future.cancel()

    def findings(self) -> list[LayerFinding]:
        """What concerns the layer as a whole."""
        return self.ledger.findings(self._reread)

    def _entered(self, future: Future[tuple[RowBatch, Sheet]]) -> RowBatch:
        batch, sheet = future.result()
        self.ledger.enter(sheet)
        return batch

    def _checked(self, chunk: Chunk) -> CheckedShapes:
        soup = self.table.format is Format.SHAPEFILE
        return check_shapes(chunk.shapes(self.system.to_degrees), ring_soup=soup)

    def _reread(self, wanted: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
        """The shapes of some rows once more."""
        numbers: list[NDArray[np.int64]] = []
        shapes: list[NDArray[np.object_]] = []
        for chunk in self.table.some(wanted):
            numbers.append(chunk.numbers)
            shapes.append(self._checked(chunk).geometry)
        return np.concatenate(numbers), np.concatenate(shapes)

    def _batch(self, chunk: Chunk) -> tuple[RowBatch, Sheet]:
        count = len(chunk.numbers)
        checked = self._checked(chunk)
        self._refuse_outside(checked)
        columns = chunk.columns()
        fields = self.reader.read(columns, count)
        weak = columns.get(self.mapping.weak_number or "")
        profile = self.reader.profile
        noted = numbered(self.mapping, profile)
        fill_numbers(profile.layer, fields, weak, chunk.numbers, checked.geometry, noted=noted)
        kept, removed = without_personal_numbers(
            {name: columns[name] for name in self.mapping.kept}
        )
        attributes = json_objects(kept, count)
        for position, raw in fields.raw.items():
            named = {self.mapping.sources.get(name, name): text for name, text in raw.items()}
            attributes[position] = with_values(attributes[position], named)
        batch = _assemble(chunk.numbers, checked, fields, attributes)
        return batch, Sheet.of(batch, profile.layer, self.ground, removed)

    def _refuse_outside(self, checked: CheckedShapes) -> None:
        """A patch outside all villages has nobody to answer for it."""
        if self.ground is None or self.reader.profile.layer is not LayerName.PATCHES:
            return
        there = np.flatnonzero(~shapely.is_missing(checked.geometry))
        middle = shapely.get_coordinates(shapely.centroid(checked.geometry[there]))
        far = ~self.ground.near(middle)
        for position, (lon, lat) in zip(there[far].tolist(), middle[far].tolist(), strict=True):
            checked.geometry[position] = None
            checked.repaired.pop(position, None)
            checked.rejected[position] = Verdict(flaws.OUTSIDE_AREA, lon, lat)


def _assemble(
    numbers: NDArray[np.int64],
    checked: CheckedShapes,
    fields: FieldRows,
    attributes: NDArray[np.object_],
) -> RowBatch:
    notes = [
        *_shape_notes(numbers, checked, RowStatus.REJECTED),
        *_shape_notes(numbers, checked, RowStatus.REPAIRED),
        *_field_notes(numbers, checked, fields),
    ]
    notes.sort(key=lambda note: note.row)
    keep = np.ones(len(numbers), dtype=bool)
    keep[list(checked.rejected)] = False
    refused = [n.position for n in fields.notes if n.status is RowStatus.REJECTED]
    keep[refused] = False
    return RowBatch(
        rows=numbers[keep],
        columns={name: column[keep] for name, column in fields.columns.items()},
        attributes=attributes[keep],
        geometry=checked.geometry[keep],
        area_m2=checked.area_m2[keep],
        notes=tuple(notes),
        read=len(numbers),
    )


def _shape_notes(
    numbers: NDArray[np.int64], checked: CheckedShapes, status: RowStatus
) -> Iterator[RowNote]:
    verdicts = checked.rejected if status is RowStatus.REJECTED else checked.repaired
    for position, verdict in verdicts.items():
        yield RowNote(
            row=int(numbers[position]),
            status=status,
            code=verdict.flaw.code,
            message=verdict.flaw.message,
            lon=verdict.lon,
            lat=verdict.lat,
        )


def _field_notes(
    numbers: NDArray[np.int64], checked: CheckedShapes, fields: FieldRows
) -> Iterator[RowNote]:
    for note in fields.notes:
        if note.position in checked.rejected:
            continue
        yield RowNote(
            row=int(numbers[note.position]),
            status=note.status,
            code=note.flaw.code,
            message=note.flaw.message,
            field=note.field,
        )
