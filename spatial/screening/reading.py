"""Files read into the arrays that screening takes, through the same intake as every upload."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.intake import OpenUpload, open_upload
from spatial.intake.model import ReadOptions, Reference, RowBatch, Source, canonical_fields
from spatial.overlay import Ground, Patches, Plots, Villages, Zones
from spatial.overlay.model import Days, Geometries, Roads
from spatial.overlay.planes import shrink_and_grow
from spatial.rules.schema import GreenBelts
from spatial.screening.progress import Report, within
from spatial.screening.remarks import (
    NO_PLOTS_NEAR,
    NO_VILLAGES,
    RowRemarks,
    Tell,
    layer_remarks,
    of_file,
    tell_nobody,
)
from spatial.words import LayerName, Protection, ZoneKind

ROWS_PER_BATCH = 20_000
REACH_M = 20.0
"""Ground farther than this from every patch is not kept: wider than tolerance and green belts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows of one file. ``numbers``: 1-based in the file; ``columns``: as intake names them."""

    numbers: NDArray[np.int64]
    geometry: Geometries
    columns: Mapping[str, NDArray[Any]]

    def __len__(self) -> int:
        return len(self.numbers)

    def take(self, index: NDArray[Any]) -> Rows:
        """The rows at the given positions or under a mask."""
        return Rows(
            numbers=self.numbers[index],
            geometry=self.geometry[index],
            columns={name: column[index] for name, column in self.columns.items()},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundFiles:
    """Files of the ground; all but the plots may be missing."""

    plots: Path
    villages: Path | None = None
    zones: Sequence[tuple[ZoneKind, Path]] = ()


def read_villages(path: Path | None, report: Report, tell: Tell = tell_nobody) -> Villages:
    """Village outlines; none without a file.

    Raises:
        SpatialError: if the file is refused.
    """
    rows = _empty_rows(LayerName.VILLAGES)
    if path is not None:
        rows = read_rows(path, LayerName.VILLAGES, report, tell=tell)
    else:
        tell(NO_VILLAGES)
    return Villages(codes=rows.columns["code"], names=rows.columns["name"], geometry=rows.geometry)


def as_patches(rows: Rows) -> Patches:
    """Patches under their row numbers."""
    return Patches(
        ids=rows.numbers,
        geometry=rows.geometry,
        change_group=rows.columns["change_group"],
        after_date=_days(rows.columns["after_date"]),
    )


def read_ground(
    files: GroundFiles,
    patches: Patches,
    villages: Villages,
    belts: GreenBelts,
    report: Report,
    tell: Tell = tell_nobody,
) -> Ground:
    """The ground around patches.

    Raises:
        SpatialError: if a file is refused.
    """
    _, reach = shrink_and_grow(patches.geometry, REACH_M)
    near = shapely.STRtree(reach)
    paths = [files.plots, *(path for _, path in files.zones)]
    layers = [LayerName.PLOTS, *(LayerName(kind.value) for kind, _ in files.zones)]
    borders = list(accumulate((path.stat().st_size for path in paths), initial=0))
    plots, *zones = (
        read_rows(
            path,
            layer,
            within(report, borders[place] / borders[-1], borders[place + 1] / borders[-1]),
            villages=villages,
            near=near,
            tell=tell,
        )
        for place, (path, layer) in enumerate(zip(paths, layers, strict=True))
    )
    if not len(plots) and len(patches):
        tell(NO_PLOTS_NEAR)
    protection = plots.columns["protection"]
    protected = np.isin(protection.astype(str), (Protection.CROPLAND, Protection.RECOVERABLE))
    return Ground(
        plots=Plots(
            ids=plots.numbers[protected],
            geometry=plots.geometry[protected],
            protection=protection[protected],
        ),
        zones=_as_zones([kind for kind, _ in files.zones], zones),
        villages=villages,
        roads=_as_roads(plots, belts),
    )


def read_rows(
    path: Path,
    layer: LayerName,
    report: Report,
    *,
    villages: Villages | None = None,
    near: shapely.STRtree | None = None,
    options: ReadOptions | None = None,
    tell: Tell = tell_nobody,
) -> Rows:
    """All rows of a file, or those that meet the bounding boxes of a tree.

    ``villages`` confirm the coordinate system. Rejected rows are left out, as in every import, and
    told of.

    Raises:
        SpatialError: if the file is refused.
    """
    reference = Reference(villages=villages.geometry) if villages else None
    asked = replace(options or ReadOptions(), source_name=path.name)
    with tempfile.TemporaryDirectory(prefix="plotwatch-") as folder:
        source = Source(path=path, workspace=Path(folder))
        with open_upload(source, layer, asked, reference) as upload:
            remarks = RowRemarks()
            parts = [_kept(batch, near) for batch in _batches(upload, layer, report, remarks)]
            # Measuring how plots overlap takes long, and screening never counts ground twice.
            findings = upload.findings() if layer is not LayerName.PLOTS else ()
            for remark in (*layer_remarks(upload.decisions, findings), *remarks.messages()):
                tell(of_file(path.name, remark))
    parts.append(_empty_rows(layer))
    return Rows(
        numbers=np.concatenate([part.numbers for part in parts]),
        geometry=np.concatenate([part.geometry for part in parts]),
        columns={
            name: np.concatenate([part.columns[name] for part in parts])
            for name in canonical_fields(layer)
        },
    )


def _batches(
    upload: OpenUpload, layer: LayerName, report: Report, remarks: RowRemarks
) -> Iterator[RowBatch]:
    stage = f"读取{layer.label.zh} reading {layer.label.en}"
    read = 0
    report(0.0, stage)
    for batch in upload.batches(ROWS_PER_BATCH):
        remarks.add(batch.notes)
        yield batch
        read += batch.read
        report(read / max(read, upload.row_count), stage)


def _kept(batch: RowBatch, near: shapely.STRtree | None) -> Rows:
    rows = Rows(numbers=batch.rows, geometry=batch.geometry, columns=batch.columns)
    if near is None:
        return rows
    return rows.take(np.unique(near.query(batch.geometry)[0]))


def _empty_rows(layer: LayerName) -> Rows:
    nothing = np.empty(0, dtype=np.object_)
    return Rows(
        numbers=np.empty(0, dtype=np.int64),
        geometry=nothing,
        columns=dict.fromkeys(canonical_fields(layer), nothing),
    )


def _as_zones(kinds: Sequence[ZoneKind], files: Sequence[Rows]) -> Zones:
    """Zones of all files; ids go on from file to file."""
    parts = [*files, _empty_rows(LayerName.APPROVED_CONSTRUCTION)]
    columns = {
        name: np.concatenate([part.columns[name] for part in parts])
        for name in ("document_no", "valid_from", "valid_to", "use")
    }
    count = len(columns["use"])
    kind = np.repeat(np.array([*kinds, ""], dtype=np.object_), [len(part) for part in parts])
    return Zones(
        ids=np.arange(1, count + 1),
        geometry=np.concatenate([part.geometry for part in parts]),
        kind=kind,
        document_no=columns["document_no"],
        valid_from=_days(columns["valid_from"]),
        valid_to=_days(columns["valid_to"]),
        use=columns["use"],
    )


def _as_roads(plots: Rows, belts: GreenBelts) -> Roads:
    systems = plots.columns["land_class_system"].astype(str)
    classes = plots.columns["land_class"].astype(str)
    roads = np.isin(systems, list(belts.land_class_systems))
    roads &= np.isin(classes, list(belts.land_classes))
    geometry = plots.geometry[roads]
    belt_m = np.full(len(geometry), belts.belt_m)
    return Roads(geometry=geometry, belt_m=belt_m, known=len(plots) > 0)


def _days(dates: NDArray[np.object_]) -> Days:
    return np.array([day or "NaT" for day in dates], dtype="datetime64[D]")
