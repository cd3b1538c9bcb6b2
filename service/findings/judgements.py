"""A judgement as it is stored: the rule's answer for one patch in one village, geometry apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from spatial.rules.model import Finding as RuleFinding

Judgement = Mapping[str, Any]
"""Plain JSON with the keys that :func:`judgement_of` writes."""


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
