"""The ledger as a download."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import FileResponse

from service import clock
from service.accounts.permissions import Action, require
from service.cases.parameters import TheFilters
from service.dependencies import CurrentPrincipal, ReadingSession, TheRuntime
from service.ledger.figures import figure_tables
from service.ledger.responses import workbook_response
from service.ledger.rows import ledger_rows
from service.ledger.workbook import write_workbook

router = APIRouter(tags=["ledger"])


@router.get("/cases.xlsx", response_class=FileResponse)
def ledger(
    runtime: TheRuntime,
    session: ReadingSession,
    principal: CurrentPrincipal,
    filters: TheFilters,
) -> FileResponse:
    """The township ledger, the non-farm violations and the figures, with the list's filters."""
    require(principal, Action.EXPORT_LEDGER)
    zone = runtime.settings.zone
    figures = figure_tables(session, principal, filters, runtime.settings)
    rows = ledger_rows(session, principal, filters)
    day = clock.now().astimezone(zone).date()
    return workbook_response(
        f"图斑台账-{day.isoformat()}.xlsx",
        lambda target: write_workbook(target, rows, figures, zone),
    )
