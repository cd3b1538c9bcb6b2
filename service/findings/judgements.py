"""A judgement as it is stored: the rule's answer for one patch in one village, geometry apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from spatial.rules.model import Finding as RuleFinding

UNTOLD = 0.01
"""Square metres that no list shows. The last digits of an area are the processor's and the
geometry library's: with another release of it nobody has been told anything new."""


def judgement_of(finding: RuleFinding) -> dict[str, Any]:
    """What a finding says, as JSON; the same finding always gives the same JSON."""
    return {
        "rule": finding.rule,
        "category": finding.category.value if finding.category else None,
        "prohibitions": list(finding.prohibitions),
        "severity": finding.severity,
        "department": finding.department.value if finding.department else None,
        "supporting_departments": [
            department.value for department in finding.supporting_departments
        ],
        "verify_workdays": finding.verify_workdays,
        "rectify_days": finding.rectify_days,
        "rectify_until": finding.rectify_until.value if finding.rectify_until else None,
        "legal_basis": finding.legal_basis.to_dict(),
        "reason": finding.reason.to_dict(),
        "countable": finding.countable,
        "areas": finding.areas.to_dict(),
        "exemptions": [exemption.to_dict() for exemption in finding.exemptions],
    }


def says_the_same(one: Any, other: Any) -> bool:
    """Whether two judgements, or parts of them, are the same but for digits that nobody sees."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(
            says_the_same(value, other[name]) for name, value in one.items()
        )
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(says_the_same, one, other))
    if isinstance(one, float) or isinstance(other, float):
        numbers = isinstance(one, int | float) and isinstance(other, int | float)
        return numbers and abs(one - other) < UNTOLD
    return bool(one == other)
