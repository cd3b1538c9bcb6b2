"""Screening: the overlay and the judgement together, over arrays or over files."""

from spatial.screening.screening import Screening, screen

__all__ = ["Screening", "screen"]
