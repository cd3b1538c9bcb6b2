"""What an analyst reads in the form of a plot, whichever way the plots are reached."""

from __future__ import annotations

from service.qgis.forms import PLOT_RULES, ground_rule


def form_says_why(told: dict[str, str]) -> None:
    """QGIS shows the sentences of the form's rules, and none for a plot as it is stored."""
    rules = (*PLOT_RULES, ground_rule("villages"))
    assert all(rule.sentence in told["wrong"] for rule in rules), told
    assert told["known"] == ""
