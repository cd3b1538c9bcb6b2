"""What an analyst reads in the form of a plot, whichever way the plots are reached."""

from __future__ import annotations

from typing import Any

from service.qgis.forms import PLOT_RULES, ground_rule


def form_says_why(told: dict[str, Any]) -> None:
    """QGIS shows the rules' sentences, none for a plot as it is stored, and all in Chinese."""
    rules = (*PLOT_RULES, ground_rule("villages"))
    assert all(rule.sentence in told["wrong"] for rule in rules), told
    assert told["known"] == ""
    assert told["nameless"] == []
    assert told["protection"] == "一般耕地"
