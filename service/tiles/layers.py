"""Which layers tiles have, from which rows, with which properties."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from service import clock
from service.accounts.permissions import case_scope, village_scope
from service.accounts.roles import Principal
from service.cases.models import Case
from service.cases.statuses import TERMINAL
from service.features.access import Admission
from service.features.fragments import Fragment, fragment_of
from service.features.state import ZONE_LAYERS, DataState
from service.findings.models import Finding


@dataclass(frozen=True, slots=True)
class TileFilters:
    """What a request may narrow: one village, one batch of patches."""

    village: str | None = None
    batch: int | None = None


Source = Callable[[Admission], Fragment | None]
Scope = Callable[[Principal], Fragment]


def _everything(principal: Principal) -> Fragment:
    return Fragment("true")


@dataclass(frozen=True, slots=True)
class TileLayer:
    """One layer of a tile.

    ``source`` is the FROM item, aliased to the table's own name, or None while nothing is
    published; ``columns`` maps property to SQL expression.
    """

    name: str
    table: str
    source: Source
    columns: Mapping[str, str]
    min_zoom: int = 0
    labels_from: int | None = None
    """From this zoom on a point layer ``<name>_labels`` stands beside it."""
    village_column: str | None = None
    batch_column: str | None = None
    scope: Scope = _everything
    changes: tuple[str, ...] = ()
    """The revisions that its tiles depend on, beside the layer versions."""
    base: tuple[str, ...] = ()
    """The base layers whose versions it shows."""
    by_clock: bool = False
    """Whether a property (being overdue) changes by time alone."""

    def versions(self, state: DataState) -> tuple[str, ...]:
        """Tags of the published versions that its tiles show."""
        current = (state.current(layer) for layer in self.base)
        return tuple(version.tag for version in current if version is not None)


def plots_source(admission: Admission) -> Fragment | None:
    """The partition of the version in force, named directly: no planning of the others."""
    version = admission.state.current("plots")
    return Fragment(f"plot_v{version.id} AS plot") if version else None


def villages_source(admission: Admission) -> Fragment | None:
    """The partition of the boundaries in force."""
    version = admission.state.current("villages")
    if version is None:
        return None
    return Fragment(f"village_boundary_v{version.id} AS village_boundary")


def zones_source(admission: Admission) -> Fragment | None:
    """The zones in force of every kind."""
    parts = [f"SELECT * FROM zone_v{v.id}" for v in admission.state.current_zones()]
    return Fragment(f"({' UNION ALL '.join(parts)}) AS zone") if parts else None


def patches_of(principal: Principal) -> Fragment:
    """A village's own user sees the patches that screening found in its villages."""
    if not principal.bound_to_villages:
        return Fragment("true")
    own = fragment_of(village_scope(principal, Finding.village_code))
    return Fragment(
        f"EXISTS (SELECT 1 FROM finding WHERE finding.patch_id = patch.id AND {own.text})",
        own.parameters,
    )


def cases_of(principal: Principal) -> Fragment:
    """The permission table's word on cases; a voided case is on no map."""
    seen = fragment_of(
        case_scope(principal, Case.village_code, Case.department, Case.supporting_departments)
    )
    return Fragment(f"suspect_case.voided_at IS NULL AND ({seen.text})", seen.parameters)


def cases_source(admission: Admission) -> Fragment:
    """Cases, each with whether it is overdue by the service's clock."""
    ended = [status.value for status in sorted(TERMINAL)]
    return Fragment(
        "(SELECT *, coalesce(due_at < %s, false) AND status <> ALL (%s) AS overdue"
        " FROM suspect_case) AS suspect_case",
        (clock.now(), ended),
    )


LAYERS: Mapping[str, TileLayer] = {
    layer.name: layer
    for layer in (
        TileLayer(
            "villages",
            "village_boundary",
            villages_source,
            {"code": "village_boundary.code", "name": "village_boundary.name"},
            labels_from=9,
            village_column="village_boundary.code",
            base=("villages",),
        ),
        TileLayer(
            "plots",
            "plot",
            plots_source,
            {
                "id": "plot.id",
                "plot_no": "plot.plot_no",
                "land_class": "plot.land_class",
                "protection": "plot.protection",
                "village_code": "plot.village_code",
                "area_mu": "round((plot.area_m2 * 3 / 2000)::numeric, 2)::float8",
            },
            min_zoom=12,
            labels_from=16,
            village_column="plot.village_code",
            base=("plots",),
        ),
        TileLayer(
            "zones",
            "zone",
            zones_source,
            {
                "id": "zone.id",
                "kind": "zone.kind",
                "zone_no": "zone.zone_no",
                "name": "zone.name",
                "document_no": "zone.document_no",
                "valid_to": "zone.valid_to::text",
            },
            min_zoom=8,
            base=ZONE_LAYERS,
        ),
        TileLayer(
            "patches",
            "patch",
            lambda admission: Fragment("patch"),
            {
                "id": "patch.id",
                "patch_no": "patch.patch_no",
                "change_group": "patch.change_group",
                "batch_id": "patch.batch_id",
            },
            min_zoom=8,
            batch_column="patch.batch_id",
            scope=patches_of,
            changes=("patches",),
        ),
        TileLayer(
            "cases",
            "suspect_case",
            cases_source,
            {
                "id": "suspect_case.id",
                "code": "suspect_case.code",
                "category": "suspect_case.category",
                "severity": "suspect_case.severity",
                "status": "suspect_case.status",
                "village_code": "suspect_case.village_code",
                "overdue": "suspect_case.overdue",
            },
            labels_from=0,
            village_column="suspect_case.village_code",
            batch_column="suspect_case.batch_id",
            scope=cases_of,
            changes=("cases",),
            by_clock=True,
        ),
    )
}
