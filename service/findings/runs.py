"""A run of the overlay as findings and cases name it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True, kw_only=True)
class RunFacts:
    """With which rules and maps a run worked: enough to repeat it."""

    id: uuid.UUID
    rule_version: str
    plots_version: int | None
    villages_version: int | None
    zones_versions: Mapping[str, int]
    settings: Mapping[str, Any]

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """What a case says of where its numbers come from."""
        return {
            "run_id": str(self.id),
            "plots_version": self.plots_version,
            "villages_version": self.villages_version,
            "zones_versions": dict(self.zones_versions),
            "tolerance_m": self.settings["tolerance_m"],
        }
