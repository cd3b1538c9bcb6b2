"""Fixtures of the alerts' tests: a runtime that may reach loopback, and people who subscribe."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from service.accounts.directory import add_account, principal_of
from service.accounts.roles import Principal, Role
from service.alerts.outbox import CaseFacts
from service.runtime import Runtime

MINE = "500118001202"
THEIRS = "500118001203"
Facts = Callable[..., CaseFacts]


@pytest.fixture
def alerting(runtime: Runtime) -> Runtime:
    """A runtime whose webhooks may go to loopback, quick to try again."""
    alerts = runtime.settings.alerts.model_copy(
        update={
            "allowed_networks": ["127.0.0.0/8"],
            "retry_seconds": [0.0, 0.0],
            "timeout_seconds": 2.0,
        }
    )
    settings = runtime.settings.model_copy(update={"alerts": alerts})
    return Runtime(settings, runtime.database, runtime.files)


@pytest.fixture
def secretary(runtime: Runtime) -> Principal:
    """The village secretary of MINE."""
    with runtime.database.transaction() as session:
        return person(session, "secretary", Role.VILLAGE, villages=[MINE])


def person(session: Session, name: str, role: Role, **scope: object) -> Principal:
    return principal_of(add_account(session, name, role, "a-password", **scope))  # type: ignore[arg-type]


@pytest.fixture
def facts() -> Facts:
    """Makes what a notice says of a case."""

    def make(number: int = 1, village: str = MINE, severity: int = 3) -> CaseFacts:
        return CaseFacts(
            case_id=number,
            code=f"{village}-2026-{number:04d}",
            village_code=village,
            category="non_farm",
            severity=severity,
            department="planning_and_environment",
            status="pending_assignment",
            status_label="待分派",
            suspect_area_m2=1000.0,
            reason="疑似占用耕地建房，待核实。",
        )

    return make
