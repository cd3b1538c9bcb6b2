"""The base layers in force, as a run of the overlay uses and remembers them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.layers.models import LayerVersion
from service.layers.versions import current_versions
from spatial.words import LayerName


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseVersions:
    """One version of each base layer; layers that were never imported are missing."""

    by_layer: Mapping[LayerName, LayerVersion]

    @property
    def plots(self) -> LayerVersion | None:
        """The plots in force."""
        return self.by_layer.get(LayerName.PLOTS)

    @property
    def villages(self) -> LayerVersion | None:
        """The village boundaries in force."""
        return self.by_layer.get(LayerName.VILLAGES)

    @property
    def zones(self) -> list[LayerVersion]:
        """The zones in force, of all kinds."""
        return [version for layer, version in self.by_layer.items() if layer.zone_kind]

    def numbers(self) -> dict[str, Any]:
        """The version numbers as a run is stored with them."""
        return {
            "plots_version": self.plots.version if self.plots else None,
            "villages_version": self.villages.version if self.villages else None,
            "zones_versions": {
                version.layer: version.version
                for version in sorted(self.zones, key=lambda version: version.layer)
            },
        }


def versions_in_force(session: Session) -> BaseVersions:
    """The current version of every base layer."""
    return BaseVersions(by_layer=current_versions(session))


def version_before(session: Session, version: LayerVersion) -> LayerVersion | None:
    """The version of the same layer that this one replaced."""
    return session.scalar(
        select(LayerVersion)
        .where(LayerVersion.layer == version.layer, LayerVersion.version < version.version)
        .order_by(LayerVersion.version.desc())
        .limit(1)
    )
