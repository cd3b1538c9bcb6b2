"""Personal API tokens of the caller."""

from __future__ import annotations

from fastapi import APIRouter, Response

from service.accounts.api_tokens import make_token, revoke_token, tokens_of
from service.accounts.schemas import ApiTokenAnswer, MadeToken, NewToken
from service.dependencies import CurrentPrincipal, ReadingSession, TheRuntime
from service.paging import RowId

router = APIRouter(tags=["accounts"])


@router.get("/me/tokens")
def list_tokens(session: ReadingSession, principal: CurrentPrincipal) -> list[ApiTokenAnswer]:
    """The caller's tokens that are not revoked, newest first."""
    return [ApiTokenAnswer.of(token) for token in tokens_of(session, principal.account_id or 0)]


@router.post("/me/tokens", status_code=201)
def add_token(runtime: TheRuntime, principal: CurrentPrincipal, wanted: NewToken) -> MadeToken:
    """A new token for programs; its text is shown this once.

    It is sent as ``X-API-Key``, as Bearer, or as the password of HTTP Basic beside the user name.
    """
    with runtime.database.transaction() as session:
        token, text = make_token(session, principal, wanted.name, wanted.days)
        answer = ApiTokenAnswer.of(token)
    return MadeToken(**answer.model_dump(), token=text)


@router.delete("/me/tokens/{token_id}", status_code=204)
def delete_token(runtime: TheRuntime, principal: CurrentPrincipal, token_id: RowId) -> Response:
    """Revoke a token; administrators may revoke anybody's."""
    with runtime.database.transaction() as session:
        revoke_token(session, principal, token_id)
    return Response(status_code=204)
