"""From the files of an upload to the one table that is meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from spatial.errors import LayerError, SpatialError
from spatial.intake.containers.choose import Candidate, choose, empty
from spatial.intake.containers.datasets import Dataset, find_datasets
from spatial.intake.containers.unpack import unpack
from spatial.intake.fields.profile import Profile
from spatial.intake.model import ReadOptions, Source
from spatial.intake.tables.geopackage import safe_geopackage
from spatial.intake.tables.plain_text import as_utf8, refuse_links, refuse_other_json
from spatial.intake.tables.shapefile import ShapefileTable
from spatial.intake.tables.table import Format, Table
from spatial.messages import Message

_NO_LAYERS = Message("文件里没有任何图层。", "There are no layers in the file.")
_TRANSCODED = (Format.GEOJSON, Format.KML)
_SINGLE = (Format.SHAPEFILE, Format.GEOPARQUET)
_AREAL = ("Polygon", "Surface", "Unknown", "Collection")


def open_table(source: Source, profile: Profile, options: ReadOptions) -> tuple[Candidate, Table]:
    """Unpack an upload, choose the layer and open it. Raises ``SpatialError``."""
    display = options.source_name or source.path.name
    tree = unpack(source, options.limits, display)
    safe = _Safe(source.workspace, options.encoding)
    candidates = list(_candidates(find_datasets(tree), safe))
    chosen = choose(candidates, profile, options.source_layer)
    with _named(chosen.dataset):
        table = _open(chosen, options)
    if not table.row_count:
        table.close()
        raise empty(chosen, profile.layer)
    return chosen, table


@dataclass(frozen=True, slots=True)
class _Safe:
    """Makes datasets fit to be opened by GDAL."""

    workspace: Path
    encoding: str | None

    def made(self, dataset: Dataset) -> tuple[Dataset, frozenset[str] | None]:
        """The dataset, perhaps as a copy, and the tables that may be read; None for all."""
        if dataset.format is Format.GEOPACKAGE:
            path, tables = safe_geopackage(dataset.path, self.workspace, dataset.write_ahead)
            return replace(dataset, path=path), tables
        if dataset.format in _TRANSCODED:
            path, decision = as_utf8(dataset.path, self.workspace, self.encoding)
            if dataset.format is Format.KML:
                refuse_links(path)
            else:
                refuse_other_json(path)
            return replace(dataset, path=path, encoding=decision), None
        return dataset, None


def _candidates(datasets: Sequence[Dataset], safe: _Safe) -> Iterator[Candidate]:
    """All layers, without those that say they hold no polygons; refusals only if none is left."""
    refusal: SpatialError | None = None
    some = False
    for dataset in datasets:
        try:
            for candidate in _layers(dataset, safe):
                some = True
                yield candidate
        except SpatialError as error:
            refusal = error
    if not some:
        raise refusal or LayerError(_NO_LAYERS)


def _layers(dataset: Dataset, safe: _Safe) -> Iterator[Candidate]:
    if dataset.format in _SINGLE:
        yield Candidate(dataset, dataset.name.stem)
        return
    from spatial.intake.tables.ogr import layers_of

    with _named(dataset):
        dataset, tables = safe.made(dataset)
    with _named(dataset):
        layers = layers_of(dataset.path, dataset.format)
    named = [(n, kind) for n, kind in layers if tables is None or n.lower() in tables]
    areal = [name for name, kind in named if kind is not None and any(k in kind for k in _AREAL)]
    if not areal:
        raise _no_polygons(dataset, [name for name, _ in named])
    for name in areal:
        yield Candidate(dataset, name, name)


@contextmanager
def _named(dataset: Dataset) -> Iterator[None]:
    """Let refusals name a file as its sender knows it: where it is kept it is called otherwise."""
    try:
        yield
    except SpatialError as error:
        kept = error.file or ""
        known = _sent_names(dataset).get(kept)
        if known is not None:
            error.file = known
            said = error.message
            error.message = Message(said.zh.replace(kept, known), said.en.replace(kept, known))
        raise


def _sent_names(dataset: Dataset) -> Mapping[str, str]:
    """Names of a dataset's files where they are kept, to what their sender calls them."""
    names = {dataset.path.name: str(dataset.name)}
    if dataset.companions is not None:
        dbf = dataset.companions.dbf.name
        names[dbf] = str(dataset.name.with_suffix(".dbf"))
    return names


def _no_polygons(dataset: Dataset, names: list[str]) -> LayerError:
    return LayerError(
        Message(
            "“{file}”里没有面图层（现有：{layers}），请上传面图层。",
            "“{file}” holds no polygon layer (there are: {layers}); upload a polygon layer.",
        ).format(file=dataset.name, layers="、".join(names[:10]) or "–"),
        code="not-polygons",
        file=str(dataset.name),
        choices=tuple(names[:50]),
    )


def _open(chosen: Candidate, options: ReadOptions) -> Table:
    dataset = chosen.dataset
    limits, encoding = options.limits, options.encoding
    if dataset.companions is not None:
        return ShapefileTable(dataset.companions, chosen.name, limits, encoding)
    # GDAL comes with pandas: 75 MB and a second that shapefiles do not need.
    from spatial.intake.tables.geoparquet import GeoParquetTable
    from spatial.intake.tables.ogr import OgrTable

    if dataset.format is Format.GEOPARQUET:
        return GeoParquetTable(dataset.path, chosen.name, limits, encoding)
    layer = chosen.layer or ""
    return OgrTable(dataset.path, dataset.format, layer, limits, encoding, decided=dataset.encoding)
