"""From the files of an upload to the one table that is meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spatial.errors import LayerError, SpatialError
from spatial.intake.containers.choose import Candidate, choose, empty
from spatial.intake.containers.datasets import Dataset, find_datasets
from spatial.intake.containers.unpack import unpack
from spatial.intake.fields.profile import Profile
from spatial.intake.model import ReadOptions, Source
from spatial.intake.tables.shapefile import ShapefileTable
from spatial.intake.tables.table import Format, Table
from spatial.messages import Message

_NO_LAYERS = Message("文件里没有任何图层。", "There are no layers in the file.")
_SINGLE = (Format.SHAPEFILE, Format.GEOPARQUET)
_AREAL = ("Polygon", "Surface", "Unknown", "Collection", "Geometry")


def open_table(source: Source, profile: Profile, options: ReadOptions) -> tuple[Candidate, Table]:
    """Unpack an upload, choose the layer and open it. Raises ``SpatialError``."""
    display = options.source_name or source.path.name
    tree = unpack(source, options.limits, display)
    candidates = list(_candidates(find_datasets(tree)))
    chosen = choose(candidates, profile, options.source_layer)
    table = _open(chosen, options)
    if not table.row_count:
        raise empty(chosen, profile.layer)
    return chosen, table


def _candidates(datasets: Sequence[Dataset]) -> Iterator[Candidate]:
    """All layers, without those that say they hold no polygons; refusals only if none is left."""
    refusal: SpatialError | None = None
    some = False
    for dataset in datasets:
        try:
            for candidate in _layers(dataset):
                some = True
                yield candidate
        except SpatialError as error:
            refusal = error
    if not some:
        raise refusal or LayerError(_NO_LAYERS)


def _layers(dataset: Dataset) -> Iterator[Candidate]:
    if dataset.format in _SINGLE:
        yield Candidate(dataset, dataset.name.stem)
        return
    from spatial.intake.tables.ogr import layers_of

    layers = layers_of(dataset.path, dataset.format)
    areal = [name for name, kind in layers if kind is not None and any(k in kind for k in _AREAL)]
    for name in areal or [name for name, _ in layers]:
        yield Candidate(dataset, name, name)


def _open(chosen: Candidate, options: ReadOptions) -> Table:
    dataset = chosen.dataset
    if dataset.companions is not None:
        return ShapefileTable(dataset.companions, chosen.name, options.limits, options.encoding)
    # GDAL comes with pandas: 75 MB and a second that shapefiles do not need.
    from spatial.intake.tables.geoparquet import GeoParquetTable
    from spatial.intake.tables.ogr import OgrTable

    if dataset.format is Format.GEOPARQUET:
        return GeoParquetTable(dataset.path, chosen.name, options.limits)
    return OgrTable(dataset.path, dataset.format, chosen.layer or "", options.limits)
