"""What runs say of a case since people answered it: kept until a person has decided on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from service.accounts.roles import Principal
from service.cases.models import Case

RECONSIDER = "reconsider"
"""Under this a case's facts keep, by patch, what is said otherwise now."""
DECIDING = frozenset(
    {
        "conclude", "amend_conclusion", "close", "plan", "transfer", "enforce", "accept",
        "reject", "reopen",
    }
)  # fmt: skip
"""Moves by which the office or a department says what holds, whatever a run may say."""


def said_of(facts: Mapping[str, Any]) -> dict[int, str]:
    """By patch, the name of the answer that a run has given otherwise."""
    return {int(patch): said["answer"] for patch, said in facts.get(RECONSIDER, {}).items()}


def ask_to_reconsider(case: Case, patch_id: int, answer: str, says: str, now: datetime) -> None:
    """Keep with a case what is said otherwise now; ``says`` is the sentence for people."""
    said = {"answer": answer, "says": says, "at": now.isoformat()}
    _keep(case, {**case.facts.get(RECONSIDER, {}), str(patch_id): said})


def say_no_more(case: Case, patch_id: int) -> None:
    """Forget what was said of a patch: it is as it was when people answered."""
    said = case.facts.get(RECONSIDER, {})
    if str(patch_id) in said:
        _keep(case, {patch: one for patch, one in said.items() if patch != str(patch_id)})


def decide(case: Case, actor: Principal, now: datetime) -> None:
    """Note that a person has decided, knowing what is said; the same is not asked again."""
    said = case.facts.get(RECONSIDER, {})
    mark = {"decided_by": actor.username, "decided_at": now.isoformat()}
    if said:
        _keep(case, {patch: mark | one for patch, one in said.items()})


def _keep(case: Case, said: Mapping[str, Any]) -> None:
    rest = {name: fact for name, fact in case.facts.items() if name != RECONSIDER}
    case.facts = {**rest, RECONSIDER: dict(said)} if said else rest
