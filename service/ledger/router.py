"""The ledger as a download."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from service import clock
from service.accounts.permissions import Action, require
from service.cases.filters import CaseFilters
from service.cases.parameters import case_filters
from service.dependencies import CurrentPrincipal, ReadingSession, TheRuntime
from service.ledger.figures import figure_tables
from service.ledger.rows import ledger_rows
from service.ledger.workbook import write_workbook

router = APIRouter(tags=["ledger"])
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/cases.xlsx", response_class=FileResponse)
def ledger(
    runtime: TheRuntime,
    session: ReadingSession,
    principal: CurrentPrincipal,
    filters: Annotated[CaseFilters, Depends(case_filters)],
) -> FileResponse:
    """The township ledger, the non-farm violations and the figures, with the list's filters."""
    require(principal, Action.EXPORT_LEDGER)
    zone = runtime.settings.zone
    folder = tempfile.TemporaryDirectory(prefix="plotwatch-ledger-")
    target = Path(folder.name) / "ledger.xlsx"
    figures = figure_tables(session, principal, filters, runtime.settings)
    write_workbook(target, ledger_rows(session, principal, filters), figures, zone)
    day = clock.now().astimezone(zone).date()
    return FileResponse(
        target,
        media_type=WORKBOOK,
        filename=f"图斑台账-{day.isoformat()}.xlsx",
        background=BackgroundTask(folder.cleanup),
    )
