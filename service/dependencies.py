"""What routers ask FastAPI for: the runtime, a session, the caller."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from service.accounts.identification import identify
from service.accounts.permissions import Action, require
from service.accounts.roles import Principal
from service.documentation.security_dependencies import described_credentials
from service.errors import ServiceError
from service.runtime import Runtime


def the_runtime(request: Request) -> Runtime:
    """The runtime the application was made with."""
    runtime: Runtime = request.app.state.runtime
    return runtime


TheRuntime = Annotated[Runtime, Depends(the_runtime)]


def reading_session(runtime: TheRuntime) -> Iterator[Session]:
    """A session for reading, closed after the answer."""
    with runtime.database.reading() as session:
        yield session


ReadingSession = Annotated[Session, Depends(reading_session)]


def current_principal(
    request: Request,
    runtime: TheRuntime,
    _credentials: Annotated[None, Depends(described_credentials)],
) -> Principal:
    """The caller, or a 401 problem."""
    return _caller(request, runtime)


def still_calling(request: Request, runtime: Runtime, action: Action) -> Principal | None:
    """Who a long answer goes to by now; None once the login does not count or may not any more.

    Role and scope may have changed since the answer began.
    """
    try:
        principal = _caller(request, runtime)
        require(principal, action)
    except ServiceError:
        return None
    return principal


def _caller(request: Request, runtime: Runtime) -> Principal:
    # A session of its own: an event stream must not keep a connection for as long as it lasts.
    with runtime.database.reading() as session:
        address = request.client.host if request.client else ""
        return identify(session, runtime.settings, request.headers, address)


CurrentPrincipal = Annotated[Principal, Depends(current_principal)]
