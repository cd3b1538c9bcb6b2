"""Accounts as administrators manage them."""

from __future__ import annotations

from fastapi import APIRouter, Response

from service.accounts.api_tokens import tokens_of
from service.accounts.events import events_of
from service.accounts.listing import list_accounts, read_account
from service.accounts.management import (
    change_account,
    disable_account,
    enable_account,
    end_sessions,
    make_account,
    reset_password,
)
from service.accounts.parameters import TheAccountFilters
from service.accounts.permissions import Action, require
from service.accounts.schemas import (
    AccountAnswer,
    AccountEvents,
    AccountProfile,
    Accounts,
    ApiTokenAnswer,
    EventAnswer,
    ListedAccountAnswer,
    MadeAccount,
    NewAccount,
    PasswordAnswer,
    PasswordReset,
)
from service.dependencies import CurrentPrincipal, ReadingSession, TheRuntime
from service.paging import RowId, ThePage

router = APIRouter(tags=["accounts"])


@router.get("/accounts")
def read_accounts(
    session: ReadingSession,
    principal: CurrentPrincipal,
    filters: TheAccountFilters,
    asked: ThePage,
) -> Accounts:
    """Accounts, disabled ones too, in the order they were made."""
    rows, total = list_accounts(
        session, principal, filters, after=asked.after or 0, limit=asked.rows_to_read
    )
    page, following = asked.cut(rows, lambda row: row.account.id)
    accounts = [ListedAccountAnswer.of_listed(row) for row in page]
    return Accounts(accounts=accounts, total=total, next=following)


@router.post("/accounts", status_code=201)
def add(runtime: TheRuntime, principal: CurrentPrincipal, wanted: NewAccount) -> MadeAccount:
    """Make an account; a password generated for it is shown this once."""
    with runtime.database.transaction() as session:
        account, password = make_account(
            session, principal, wanted.username, wanted.to_profile(), wanted.password
        )
        return MadeAccount(account=AccountAnswer.of(account), password=password)


@router.get("/accounts/{account_id}")
def read_one(
    session: ReadingSession, principal: CurrentPrincipal, account_id: RowId
) -> ListedAccountAnswer:
    """One account."""
    return ListedAccountAnswer.of_listed(read_account(session, principal, account_id))


@router.put("/accounts/{account_id}")
def change(
    runtime: TheRuntime, principal: CurrentPrincipal, account_id: RowId, wanted: AccountProfile
) -> AccountAnswer:
    """Give an account another role, scope or name."""
    with runtime.database.transaction() as session:
        account = change_account(session, principal, account_id, wanted.to_profile())
        return AccountAnswer.of(account)


@router.post("/accounts/{account_id}/disable")
def disable(runtime: TheRuntime, principal: CurrentPrincipal, account_id: RowId) -> AccountAnswer:
    """Shut an account out at once; its sessions end and its API tokens are revoked."""
    with runtime.database.transaction() as session:
        return AccountAnswer.of(disable_account(session, principal, account_id))


@router.post("/accounts/{account_id}/enable")
def enable(runtime: TheRuntime, principal: CurrentPrincipal, account_id: RowId) -> AccountAnswer:
    """Let a disabled account log in again."""
    with runtime.database.transaction() as session:
        return AccountAnswer.of(enable_account(session, principal, account_id))


@router.post("/accounts/{account_id}/password")
def set_password(
    runtime: TheRuntime, principal: CurrentPrincipal, account_id: RowId, wanted: PasswordReset
) -> PasswordAnswer:
    """Give an account another password, end its sessions and what locked it out."""
    with runtime.database.transaction() as session:
        password = reset_password(session, principal, account_id, wanted.password)
    return PasswordAnswer(password=password)


@router.post("/accounts/{account_id}/logout-everywhere", status_code=204)
def log_out(runtime: TheRuntime, principal: CurrentPrincipal, account_id: RowId) -> Response:
    """End every session of an account."""
    with runtime.database.transaction() as session:
        end_sessions(session, principal, account_id)
    return Response(status_code=204)


@router.get("/accounts/{account_id}/tokens")
def read_tokens(
    session: ReadingSession, principal: CurrentPrincipal, account_id: RowId
) -> list[ApiTokenAnswer]:
    """The API tokens of an account that are not revoked."""
    require(principal, Action.MANAGE_ACCOUNTS)
    return [ApiTokenAnswer.of(token) for token in tokens_of(session, account_id)]


@router.get("/accounts/{account_id}/events")
def read_events(
    session: ReadingSession,
    principal: CurrentPrincipal,
    account_id: RowId,
    asked: ThePage,
) -> AccountEvents:
    """What happened to an account, newest first: changes of it, log-ins, lock-outs."""
    require(principal, Action.MANAGE_ACCOUNTS)
    events = events_of(session, account_id, limit=asked.rows_to_read, before=asked.after)
    page, following = asked.cut(events, lambda event: event.id)
    return AccountEvents(items=[EventAnswer.of(event) for event in page], next=following)
