"""Accounts made on the command line are made as those of the page are."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from service.accounts.directory import find_account
from service.accounts.events import events_of
from service.accounts.models import Account
from service.cli.main import app
from service.runtime import Runtime

VILLAGE = "500118001202"


@pytest.fixture(autouse=True)
def own_home(runtime: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = runtime.database.url.render_as_string(hide_password=False)
    monkeypatch.setenv("PLOTWATCH_DATABASE_URL", url)
    monkeypatch.setenv("PLOTWATCH_HOME", str(tmp_path / "home"))


def test_who_made_an_account_and_what_it_may_is_written_down(runtime: Runtime) -> None:
    arguments = ["user", "add", "wang", "--role", "village", "--village", VILLAGE]
    ran = CliRunner().invoke(app, arguments)
    assert ran.exit_code == 0, ran.output
    assert "Password: " in ran.output
    with runtime.database.reading() as session:
        account = find_account(session, "wang")
        assert account is not None
        (event,) = events_of(session, account.id, limit=2)
    assert (event.kind, event.actor, event.actor_id) == ("made", "system", None)
    assert (event.data["role"], event.data["villages"]) == ("village", [VILLAGE])


@pytest.mark.parametrize("password", ["", "short", "wang2026"])
def test_a_password_that_the_page_would_refuse_is_refused(runtime: Runtime, password: str) -> None:
    arguments = ["user", "add", "wang2026", "--role", "office", "--password-stdin"]
    ran = CliRunner().invoke(app, arguments, input=f"{password}\n")
    assert ran.exit_code == 1
    with runtime.database.reading() as session:
        assert session.scalars(select(Account.username)).all() in ([], ["admin"])
