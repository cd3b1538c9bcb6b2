"""An opened upload: what was decided about it, and its rows in batches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import TracebackType

import numpy as np
import pyarrow as pa

from spatial.crs import CoordinateSystem
from spatial.errors import LimitError
from spatial.intake.containers.choose import Candidate
from spatial.intake.decisions import field_decisions, number_decision, source_decision
from spatial.intake.fields.area_unit import decide_area_unit
from spatial.intake.fields.columns import distinct_texts, floats_of
from spatial.intake.fields.land_class import LandClassSystem, decide_system, normalise_land_class
from spatial.intake.fields.mapping import keeping_area, map_fields
from spatial.intake.fields.personal import without_personal_numbers
from spatial.intake.fields.profile import Profile, load_profile
from spatial.intake.fields.reading import FieldReader
from spatial.intake.findings import Ledger
from spatial.intake.geometry.check import check_shapes
from spatial.intake.model import (
    Decision,
    LayerFinding,
    Preview,
    ReadOptions,
    Reference,
    RowBatch,
    Source,
)
from spatial.intake.opening import open_table
from spatial.intake.pipeline import Pipeline
from spatial.intake.placing.ground import known_ground
from spatial.intake.placing.resolve import resolve_crs
from spatial.intake.placing.shift import suspect_gcj02
from spatial.intake.tables.table import Table, sample_records
from spatial.messages import Message
from spatial.words import LayerName

_SAMPLE_POINTS = 2_000
_SAMPLE_ROWS = 2_000
_PREVIEW_ROWS = 10
_AREA = "area_reported_m2"


def open_upload(
    source: Source,
    layer: LayerName,
    options: ReadOptions | None = None,
    reference: Reference | None = None,
) -> OpenUpload:
    """Open a file to be published as ``layer``; use the result as a context manager.

    Everything that concerns the layer as a whole is decided here: container, layer, encoding,
    coordinate system, fields, land-class system, area unit. ``reference``: the ground to confirm
    the coordinate system against, None or empty before the first villages. Raises ``SpatialError``
    when the upload is refused; unpacked files stay in the workspace, which the caller removes.
    """
    options = options or ReadOptions()
    profile = load_profile(layer, options.profile)
    chosen, table = open_table(source, profile, options)
    return OpenUpload(chosen, table, profile, options, reference)


class OpenUpload:
    """See ``open_upload``."""

    def __init__(
        self,
        chosen: Candidate,
        table: Table,
        profile: Profile,
        options: ReadOptions,
        reference: Reference | None,
    ) -> None:
        _limit_rows(table, options)
        self.layer = profile.layer
        self.row_count = table.row_count
        self._table = table
        self._mapping = map_fields(table.headings, table.cut, profile)
        ground = known_ground(reference)
        points = table.sample_points(_SAMPLE_POINTS)
        system, crs = resolve_crs(table.crs, options.crs, points, ground, file=chosen.label)
        self._shift = (
            None if ground is None else suspect_gcj02(system.to_degrees(points), ground, self.layer)
        )
        if self._shift is not None:
            crs = replace(crs, warning=True, evidence={**crs.evidence, "suspected": "GCJ-02"})
        classes, class_decision, numeric = self._land_classes(profile)
        factor, unit = self._area_unit(profile, system)
        if np.isnan(factor):
            self._mapping = keeping_area(self._mapping)
        self.decisions: tuple[Decision, ...] = (
            source_decision(chosen, table),
            *table.decisions,
            crs,
            *field_decisions(self._mapping),
            *class_decision,
            *unit,
            *number_decision(self._mapping, profile),
        )
        reader = FieldReader(profile, self._mapping, classes, numeric, factor)
        self._pipeline = Pipeline(
            table=table,
            reader=reader,
            mapping=self._mapping,
            system=system,
            ground=ground,
            ledger=Ledger(profile),
        )

    def __enter__(self) -> OpenUpload:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._table.close()

    def preview(self) -> Preview:
        """What is known before anything is published."""
        chunk = next(iter(self._table.chunks(_PREVIEW_ROWS)), None)
        columns = {} if chunk is None else chunk.columns()
        shown, _ = without_personal_numbers(
            {name: c for name, c in columns.items() if name not in self._mapping.personal}
        )
        return Preview(
            row_count=self.row_count,
            decisions=self.decisions,
            source_fields=self._table.headings,
            mapping=self._mapping.sources,
            sample=tuple(sample_records(shown, _PREVIEW_ROWS)),
        )

    def batches(self, rows_per_batch: int = 5_000) -> Iterator[RowBatch]:
        """All rows in the file's order, ready to store."""
        yield from self._pipeline.batches(rows_per_batch)

    def findings(self) -> list[LayerFinding]:
        """What concerns the layer as a whole; complete after the last batch."""
        shift = [] if self._shift is None else [self._shift]
        return [*shift, *self._pipeline.findings()]

    def _land_classes(
        self, profile: Profile
    ) -> tuple[LandClassSystem | None, tuple[Decision, ...], bool]:
        heading = self._mapping.sources.get("land_class")
        if self.layer is not LayerName.PLOTS or heading is None:
            return None, (), False
        distinct: set[str] = set()
        numeric = False
        for columns in self._table.attributes([heading]):
            column = columns[heading]
            numeric = (
                numeric or pa.types.is_integer(column.type) or pa.types.is_floating(column.type)
            )
            distinct.update(distinct_texts(column))
        codes = sorted({code for text in distinct if (code := normalise_land_class(text))})
        system, decision = decide_system(codes, self._table.headings, profile, numeric=numeric)
        return system, (decision,), numeric

    def _area_unit(
        self, profile: Profile, system: CoordinateSystem
    ) -> tuple[float, tuple[Decision, ...]]:
        heading = self._mapping.sources.get(_AREA)
        if heading is None:
            return np.nan, ()
        chunk = next(iter(self._table.chunks(_SAMPLE_ROWS)), None)
        if chunk is None:
            return np.nan, ()
        checked = check_shapes(chunk.shapes(system.to_degrees), ring_soup=False)
        factor, decision = decide_area_unit(
            floats_of(chunk.columns()[heading]),
            checked.area_m2,
            stated=self._mapping.unit,
            wanted=profile.area_unit,
        )
        return factor, (decision,)


def _limit_rows(table: Table, options: ReadOptions) -> None:
    if table.row_count > options.limits.rows:
        raise LimitError(
            Message(
                "图层有 {count} 行，超过上限 {limit}，请拆分后上传。",
                "The layer has {count} rows, more than the limit of {limit}; split it.",
            ).format(count=table.row_count, limit=options.limits.rows),
            code="too-many-rows",
        )


__all__ = ["OpenUpload", "open_upload"]
