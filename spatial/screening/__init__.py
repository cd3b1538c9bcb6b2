"""Screening: the overlay and the judgement together, over arrays or over files."""

from spatial.screening.files import screen_files
from spatial.screening.results import SummaryLine
from spatial.screening.screening import Screening, screen

__all__ = ["Screening", "SummaryLine", "screen", "screen_files"]
