"""Screening: the overlay and the judgement together, over arrays.

``spatial.screening.files`` does the same from files to a file; it loads pandas, which a service
does not need.
"""

from spatial.screening.screening import Screening, screen

__all__ = ["Screening", "screen"]
