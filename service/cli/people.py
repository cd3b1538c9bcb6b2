"""Commands about accounts."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from service.accounts.roles import Role
from service.cli.console import output
from service.settings import Settings
from spatial.words import Department

user = typer.Typer(help="Accounts of people and programs.", no_args_is_help=True)


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.add_typer(user, name="user")


@user.command("add")
def add(
    name: str,
    role: Annotated[Role, typer.Option(help="What the account may do")],
    village: Annotated[list[str] | None, typer.Option(help="12-digit code; repeatable")] = None,
    department: Annotated[Department | None, typer.Option(help="For role department")] = None,
    password_stdin: Annotated[bool, typer.Option(help="Read the password from stdin")] = False,
) -> None:
    """Make an account; prints a generated password unless one is given on standard input."""
    from service.accounts.directory import principal_of
    from service.accounts.management import Profile, make_account
    from service.accounts.passwords import generate_password
    from service.accounts.roles import SYSTEM
    from service.processes.opening import join_home
    from service.qgis.roles import add_login

    # A database login needs the password itself, so that it is not left to be generated later.
    password = sys.stdin.readline().rstrip("\n") if password_stdin else generate_password()
    profile = Profile(role=role, villages=village or (), department=department)
    with join_home(Settings()) as home, home.runtime.database.transaction() as session:
        account, _ = make_account(session, SYSTEM, name, profile, password)
        if role is Role.ANALYST:
            add_login(session, account, principal_of(account), password)
    output.print(f"User {name} ({role.label.zh} {role.value}) was made.", highlight=False)
    if not password_stdin:
        output.print(f"Password: {password}", highlight=False)
