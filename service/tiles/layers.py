"""Which feature types tiles draw, from which zoom on, with which properties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.accounts.roles import Principal
from service.cases.features import CASES
from service.features.types import FeatureType
from service.patches.features import PATCHES
from service.plots.features import PLOTS
from service.villages.features import VILLAGES
from service.zones.features import ZONES

DETAILS_FROM = 14
GATHERED_BEFORE = 12


@dataclass(frozen=True, slots=True)
class TileFilters:
    """What a request may narrow: one village, one batch of patches."""

    village: str | None = None
    batch: int | None = None


@dataclass(frozen=True, slots=True)
class TileLayer:
    """One layer of a tile; ``columns`` names the properties, by the type's own or as SQL."""

    type: FeatureType
    columns: Mapping[str, str]
    min_zoom: int = 0
    labels_from: int | None = None
    """From this zoom on a point layer ``<name>_labels`` stands beside it."""
    village_column: str | None = None
    batch_column: str | None = None
    details: frozenset[str] = frozenset()
    """Columns left out of tiles so wide that nobody reads single features there."""
    gathered: str | None = None
    """Before ``GATHERED_BEFORE`` small features of the same value of this column are drawn as
    cells of a grid, where they cover much of one: a footprint whose size has a bound."""
    summed: bool = False
    """Whether the cells of the whole layer are kept summed up, for there are too many features."""

    def columns_at(self, zoom: int) -> Mapping[str, str]:
        """The properties of the layer's features at a zoom."""
        if zoom >= DETAILS_FROM:
            return self.columns
        return {name: sql for name, sql in self.columns.items() if name not in self.details}

    def summed_at(self, zoom: int, filters: TileFilters, principal: Principal) -> bool:
        """Whether a tile is drawn from the sums: wide, and of all villages."""
        wide = self.min_zoom <= zoom < GATHERED_BEFORE
        everything = filters.village is None and self.type.shown_whole(principal)
        return self.summed and wide and everything

    @property
    def name(self) -> str:
        """The layer's name, which is its type's."""
        return self.type.name


def _columns(kind: FeatureType, *names: str) -> dict[str, str]:
    return {"id": f"{kind.table}.id"} | {name: kind.by_name[name].expression for name in names}


LAYERS: Mapping[str, TileLayer] = {
    layer.name: layer
    for layer in (
        TileLayer(
            VILLAGES,
            _columns(VILLAGES, "code", "name"),
            labels_from=9,
            village_column="village_boundary.code",
        ),
        TileLayer(
            PLOTS,
            _columns(PLOTS, "plot_no", "land_class", "protection", "village_code")
            | {"area_mu": f"({PLOTS.by_name['area_mu'].expression})::float8"},
            min_zoom=8,
            labels_from=16,
            village_column="plot.village_code",
            details=frozenset({"plot_no", "village_code", "area_mu"}),
            gathered="protection",
            summed=True,
        ),
        TileLayer(
            ZONES,
            _columns(ZONES, "kind", "zone_no", "name", "document_no")
            | {"valid_to": "zone.valid_to::text"},
            min_zoom=8,
            details=frozenset({"zone_no", "name", "document_no", "valid_to"}),
            gathered="kind",
        ),
        TileLayer(
            PATCHES,
            _columns(PATCHES, "patch_no", "change_group", "batch_id"),
            min_zoom=8,
            batch_column="patch.batch_id",
        ),
        TileLayer(
            CASES,
            _columns(CASES, "code", "category", "severity", "status", "village_code", "overdue"),
            labels_from=0,
            village_column="suspect_case.village_code",
            batch_column="suspect_case.batch_id",
        ),
    )
}
