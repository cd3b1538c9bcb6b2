"""The clouds of scenes, each told by comparing it with another; one comparison serves all cases."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from service.runtime import Runtime
from service.scenes.models import Scene

if TYPE_CHECKING:
    from spatial.imagery.clouds import Clouds


@dataclass(frozen=True, slots=True)
class Skies:
    """What was found so far, for as long as cases are being measured."""

    runtime: Runtime
    _known: dict[tuple[int, int], tuple[Clouds, Clouds] | None] = field(default_factory=dict)

    def clouds(self, scene: Scene, beside: Scene | None) -> Clouds | None:
        """Those of a scene; None where there is none to compare it with, or nothing tells."""
        if beside is None or beside.id == scene.id:
            return None
        first, second = sorted((scene, beside), key=lambda one: one.id)
        key = (first.id, second.id)
        if key not in self._known:
            self._known[key] = self._compared(first, second)
        found = self._known[key]
        return None if found is None else found[0 if scene is first else 1]

    def _compared(self, first: Scene, second: Scene) -> tuple[Clouds, Clouds] | None:
        # The service starts in half the time without what only a comparison needs.
        from spatial.imagery.clouds import clouds_between

        with (
            self.runtime.files.local_path(str(first.cog_sha256)) as one,
            self.runtime.files.local_path(str(second.cog_sha256)) as other,
        ):
            return clouds_between(one, other, (first.bands, second.bands))
