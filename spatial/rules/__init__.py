"""The rule table and the judgement that looks its rows up."""

from spatial.rules.judging import judge
from spatial.rules.model import Areas, Exemption, Finding, Outcome, RectifyUntil
from spatial.rules.severity import modified_severity
from spatial.rules.table import RuleTable, load_rule_table

__all__ = [
    "Areas",
    "Exemption",
    "Finding",
    "Outcome",
    "RectifyUntil",
    "RuleTable",
    "judge",
    "load_rule_table",
    "modified_severity",
]
