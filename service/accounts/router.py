"""Logging in and out, and who am I."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from service.accounts.events import note_login
from service.accounts.identification import (
    WRONG,
    account_of_token,
    confirm_password,
    log_in,
)
from service.accounts.links import redeem_code
from service.accounts.management import change_own_password, end_sessions
from service.accounts.models import Account
from service.accounts.permissions import Action, allowed
from service.accounts.schemas import LinkCode, LoginWays, Me, PasswordChange, TokenAnswer
from service.accounts.tokens import issue_token, read_token
from service.dependencies import CurrentPrincipal, TheRuntime
from service.documentation.security_dependencies import BEARER
from service.errors import NotAuthenticated
from service.runtime import Runtime

router = APIRouter(tags=["accounts"])


@router.get("/auth/ways")
def login_ways(runtime: TheRuntime) -> LoginWays:
    """How one can log in here."""
    return LoginWays(
        oidc="/api/auth/oidc/start" if runtime.settings.oidc.issuer else None,
        address=runtime.settings.public_url,
    )


@router.post("/auth/token")
def make_access_token(
    runtime: TheRuntime,
    request: Request,
    username: Annotated[str, Form()],
    password: Annotated[str, Form()],
) -> TokenAnswer:
    """Exchange name and password for a short-lived token."""
    with runtime.database.reading() as session:
        account = log_in(session, runtime.settings, username, password, _address(request))
    return _token(runtime, account)


@router.post("/auth/link")
def take_link(runtime: TheRuntime, request: Request, code: LinkCode) -> TokenAnswer:
    """Exchange the code of a one-time link for a short-lived token."""
    with runtime.database.transaction() as session:
        account = redeem_code(session, code.token)
        note_login(session, account, _address(request))
    return _token(runtime, account)


@router.post("/auth/renew", openapi_extra={"security": [{BEARER.scheme_name: []}]})
def renew_token(runtime: TheRuntime, request: Request) -> TokenAnswer:
    """A fresh token for one that still counts, until the session's hours are over."""
    value = request.headers.get("authorization", "").partition(" ")[2].strip()
    claims = read_token(runtime.settings, value)
    with runtime.database.reading() as session:
        account = account_of_token(session, runtime.settings, value) if claims else None
    if claims is None or account is None:
        raise NotAuthenticated(WRONG)
    token, seconds = issue_token(
        runtime.settings, account.id, account.session_epoch, claims.logged_in_at
    )
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


@router.post("/me/password")
def change_password(
    runtime: TheRuntime, request: Request, principal: CurrentPrincipal, change: PasswordChange
) -> TokenAnswer:
    """Change one's own password; all other sessions end, this one goes on with a new token."""
    with runtime.database.reading() as session:
        confirm_password(session, runtime.settings, principal, change.current, _address(request))
    with runtime.database.transaction() as session:
        account = change_own_password(session, principal, change.new)
    return _token(runtime, account)


@router.post("/me/logout-everywhere", status_code=204)
def log_out_everywhere(runtime: TheRuntime, principal: CurrentPrincipal) -> Response:
    """End every session of the caller, this one too; API tokens stay."""
    with runtime.database.transaction() as session:
        end_sessions(session, principal)
    return Response(status_code=204)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _token(runtime: Runtime, account: Account) -> TokenAnswer:
    token, seconds = issue_token(runtime.settings, account.id, account.session_epoch)
    return TokenAnswer(access_token=token, expires_in=seconds)
