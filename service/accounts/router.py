"""Logging in, and who am I."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form

from service.accounts.directory import check_password
from service.accounts.identification import WRONG
from service.accounts.permissions import Action, allowed
from service.accounts.schemas import Me, TokenAnswer
from service.accounts.tokens import issue_token
from service.dependencies import CurrentPrincipal, TheRuntime
from service.errors import NotAuthenticated

router = APIRouter(tags=["accounts"])


@router.post("/auth/token")
def log_in(
    runtime: TheRuntime, username: Annotated[str, Form()], password: Annotated[str, Form()]
) -> TokenAnswer:
    """Exchange name and password for a short-lived token."""
    with runtime.database.reading() as session:
        account = check_password(session, username, password)
        if account is None:
            raise NotAuthenticated(WRONG)
        token, seconds = issue_token(runtime.settings, account.id, account.session_epoch)
    return TokenAnswer(access_token=token, expires_in=seconds)


@router.get("/me")
def who_am_i(principal: CurrentPrincipal) -> Me:
    """The caller's role, scope and permitted actions."""
    return Me(
        id=principal.account_id,
        username=principal.username,
        role=principal.role.value,
        role_label=principal.role.label.zh,
        villages=sorted(principal.villages),
        department=principal.department.value if principal.department else None,
        actions=[action.value for action in Action if allowed(principal, action)],
    )
