"""The two doors of OpenID Connect: out to the provider, and back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Cookie, Query, Request, Response
from fastapi.responses import RedirectResponse

from service.accounts.links import PAGE, issue_code
from service.accounts.oidc import LOGIN_LASTS, account_of_claims, begin_login, finish_login
from service.accounts.oidc_provider import REFUSED
from service.addresses import public_root
from service.dependencies import TheRuntime
from service.errors import NotAuthenticated

COOKIE = "plotwatch_oidc"
DOOR = "/api/auth/oidc"
Short = Annotated[str | None, Query(max_length=4000)]

router = APIRouter(tags=["accounts"])


@router.get("/auth/oidc/start", response_class=RedirectResponse, status_code=303)
def start(runtime: TheRuntime, request: Request) -> Response:
    """Send the browser to the identity provider."""
    beginning = begin_login(runtime.settings, _way_back(request))
    answer = RedirectResponse(beginning.address, 303)
    answer.set_cookie(
        COOKIE,
        beginning.keepsake,
        max_age=int(LOGIN_LASTS.total_seconds()),
        path=DOOR,
        secure=public_root(request).startswith("https"),
        httponly=True,
        samesite="lax",
    )
    return answer


@router.get("/auth/oidc/callback", response_class=RedirectResponse, status_code=303)
def come_back(
    runtime: TheRuntime,
    request: Request,
    code: Short = None,
    state: Short = None,
    error: Short = None,
    keepsake: Annotated[str | None, Cookie(alias=COOKIE)] = None,
) -> Response:
    """Take the browser back from the provider and let the page log it in."""
    if error is not None or code is None or state is None:
        raise NotAuthenticated(REFUSED)
    settings = runtime.settings
    claims = finish_login(settings, keepsake, state, code, _way_back(request))
    with runtime.database.transaction() as session:
        account = account_of_claims(session, settings, claims)
        link = issue_code(session, settings, account)
    answer = RedirectResponse(public_root(request) + PAGE + link, 303)
    answer.delete_cookie(COOKIE, path=DOOR)
    return answer


def _way_back(request: Request) -> str:
    return f"{public_root(request)}{DOOR}/callback"
