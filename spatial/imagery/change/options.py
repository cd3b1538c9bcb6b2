"""What an office may choose when scenes are compared."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DetectionOptions:
    """``least_area_m2``: patches below it are left out; ``tolerance_px``: how far an outline may
    leave the pixels' edges."""

    least_area_m2: float = 200.0
    tolerance_px: float = 0.75
