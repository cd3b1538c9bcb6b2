"""The overlay kernel: patches against villages, plots and zones, as arrays in and arrays out."""

from spatial.overlay.kernel import overlay
from spatial.overlay.model import (
    Ground,
    OverlaySettings,
    Patches,
    Pieces,
    Plots,
    Villages,
    Zones,
)

__all__ = [
    "Ground",
    "OverlaySettings",
    "Patches",
    "Pieces",
    "Plots",
    "Villages",
    "Zones",
    "overlay",
]
