"""Which member of a feature is at fault when the database refuses an edit."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import psycopg

RAISED_IN = re.compile(r"qgis\.(\w+)\(")
CHECK, NOT_NULL = "23514", "23502"
PROPERTIES = "properties"

AT_FAULT: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("checked_geometry", CHECK): ("geometry",),
    ("refuse_ground_outside", CHECK): ("geometry", "village_code"),
    ("protection_of", CHECK): ("land_class",),
    ("edit_plot", CHECK): ("village_code", "geometry"),
    ("edit_plot", NOT_NULL): ("plot_no",),
}
"""By the function of ``editing.sql`` that raises, and by what: the members that it judges."""


def member_at_fault(error: psycopg.Error, sent: Collection[str]) -> str:
    """The member to name: of those that were judged together the first that was ``sent``."""
    # Innermost first.
    raised = RAISED_IN.search(error.diag.context or "")
    if raised is None:
        return PROPERTIES
    judged = AT_FAULT.get((raised[1], error.sqlstate or ""), (PROPERTIES,))
    return next((name for name in judged if name in sent), judged[0])
