"""What a case shows of the sighting that decides it, and how a change of that is told."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from typing import Any

from service.cases.models import Case
from service.cases.raising.sightings import Sighting
from service.cases.statuses import Status
from service.findings.judgements import says_the_same
from service.symbology import symbols
from spatial.area import to_mu
from spatial.words import Category

JUDGED = (
    "category",
    "rule",
    "prohibitions",
    "severity",
    "department",
    "supporting_departments",
    "areas",
    "exemptions",
    "countable",
    "verify_workdays",
    "rectify_days",
    "rectify_until",
)
"""Columns of a case that a judgement has under the same names."""
FACTS = (
    "patch_id",
    "batch_id",
    "after_date",
    "run_id",
    "rule_version",
    "provenance",
    "reason",
    "reason_en",
    "legal_basis",
    *JUDGED,
)
"""Columns of a case that follow from its deciding sighting, geometry apart."""


def facts_of(sighting: Sighting) -> dict[str, Any]:
    """The values of ``FACTS``, in their order."""
    judgement, run = sighting.judgement, sighting.run
    return {
        "patch_id": sighting.patch_id,
        "batch_id": sighting.batch_id,
        "after_date": sighting.after_date,
        "run_id": run.id,
        "rule_version": run.rule_version,
        "provenance": run.provenance,
        "reason": judgement["reason"]["zh"],
        "reason_en": judgement["reason"]["en"],
        "legal_basis": judgement["legal_basis"]["zh"],
        **{name: judgement[name] for name in JUDGED},
    }


ORIGIN = frozenset({"run_id", "provenance", "batch_id"})
"""Where a judgement comes from: it may change with every run, whether or not the answer does."""


def facts_kept(case: Case, sighting: Sighting) -> dict[str, Any]:
    """The facts of a sighting for a case there is; departments that people let see it still do."""
    facts = facts_of(sighting)
    if case.conclusion is not None:
        others = {*case.supporting_departments} - {facts["department"]}
        judged = facts["supporting_departments"]
        facts["supporting_departments"] = [*judged, *sorted(others - {*judged})]
    return facts


def current_facts(case: Case, names: Mapping[str, Any]) -> dict[str, Any]:
    """The same columns as a case has them now."""
    return {name: getattr(case, name) for name in names}


def differs(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether anything but the origin of the answer changed."""
    return any(not says_the_same(before[name], after[name]) for name in after if name not in ORIGIN)


def told(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that a history entry shows for what was and what is."""
    return {
        "patch_id": facts["patch_id"],
        "category": facts["category"],
        "rule": facts["rule"],
        "rule_version": facts["rule_version"],
        "severity": facts["severity"],
        "department": facts["department"],
        "suspect": facts["areas"]["suspect"],
        "exempt": facts["areas"]["exempt"],
        "exemptions": [exemption["document_no"] for exemption in facts["exemptions"]],
        "countable": facts["countable"],
        "run_id": str(facts["run_id"]),
    }


def answering(facts: Mapping[str, Any]) -> str:
    """What of the facts a person's answer rests on, as a name: the same answer, the same name."""
    documents = sorted(str(exemption["document_no"]) for exemption in facts["exemptions"])
    named = repr((facts["category"], facts["severity"], documents))
    return sha256(named.encode()).hexdigest()[:16]


def short(facts: Mapping[str, Any]) -> str:
    """Category, severity and area in a few words, for the sentences of a history."""
    label = Category(facts["category"]).label.zh
    suspect_mu = to_mu(facts["areas"]["suspect"])
    return f"{label}，{_severities()[facts['severity']]}，疑似面积 {suspect_mu:.2f} 亩"


@cache
def _severities() -> dict[str | int, str]:
    return {symbol.value: symbol.label.zh for symbol in symbols("severity")}


def first_status(severity: int) -> Status:
    """Where the product puts a case: severity 0 waits to be sampled by the office."""
    return Status.PENDING_ASSIGNMENT if severity > 0 else Status.SCREENED
