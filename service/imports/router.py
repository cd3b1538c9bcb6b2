"""Imports over HTTP: send a file, follow it, read its receipt."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from service.accounts.permissions import Action, require
from service.addresses import address_of
from service.dependencies import CurrentPrincipal, ReadingSession, TheRuntime, still_calling
from service.features.responses import GEOJSON
from service.files.form_dependencies import form_documentation
from service.imports.form_dependencies import ImportUpload, PreviewUpload
from service.imports.previewing import preview, refuse_at_sight
from service.imports.queries import (
    ImportRecord,
    find_import,
    newest_imports,
    problem_points,
    problem_rows,
)
from service.imports.reading.process import ReadingCrashed
from service.imports.receipt import receipt_csv
from service.imports.schemas import (
    ImportDetail,
    ImportForm,
    ImportPage,
    ImportSummary,
    PreviewAnswer,
    ReadingForm,
    SubmissionAnswer,
)
from service.imports.statuses import ImportStatus
from service.imports.submitting import same_import, submit_upload
from service.paging import RowId, ThePage
from service.problems import problem, refusal
from service.runtime import Runtime
from spatial.errors import SpatialError
from spatial.words import LayerName

router = APIRouter(prefix="/imports", tags=["imports"])

LOOK_EVERY_SECONDS = 0.5
POINTS_SHOWN = 10_000


def read_import(
    import_id: RowId, session: ReadingSession, principal: CurrentPrincipal
) -> ImportRecord:
    """The import of the address, when the caller may see it."""
    require(principal, Action.READ_IMPORTS)
    return find_import(session, import_id)


TheImport = Annotated[ImportRecord, Depends(read_import)]


@router.post(
    "",
    status_code=202,
    responses={200: {"description": "Imported before", "model": SubmissionAnswer}},
    openapi_extra=form_documentation(ImportForm),
)
def send_file(
    request: Request,
    response: Response,
    sent: ImportUpload,
    runtime: TheRuntime,
    principal: CurrentPrincipal,
) -> SubmissionAnswer:
    """Import a file as a layer; 202 with where to follow it, 200 when it was imported before."""
    form, file = sent
    options = form.options()
    with runtime.database.reading() as session:
        known = same_import(session, file.stored.sha256, form.layer, options) is not None
    if not known:
        refuse_at_sight(runtime, file.path, file.filename, form.layer, options)
    upload = file.keep(runtime)
    with runtime.database.transaction() as session:
        submission = submit_upload(
            session, upload, form.layer, options, account_id=principal.account_id
        )
    number = submission.import_id
    if submission.duplicate:
        response.status_code = 200
    return SubmissionAnswer(
        id=number,
        status_url=address_of(request, "get_import", import_id=number),
        duplicate_of=number if submission.duplicate else None,
    )


@router.post(
    "/preview", response_model=PreviewAnswer, openapi_extra=form_documentation(ReadingForm)
)
def look_at_file(sent: PreviewUpload, runtime: TheRuntime) -> PreviewAnswer | Response:
    """What importing a file would decide; nothing is published.

    ``upload`` in the answer, also in a refusal, stands for the file in later requests.
    """
    form, file = sent
    file.keep(runtime)
    digest = file.stored.sha256
    try:
        with runtime.files.local_path(digest) as path:
            found = preview(runtime, path, file.filename, form.layer, form.options())
    except SpatialError as error:
        return refusal(error, upload=digest)
    except ReadingCrashed as error:
        return problem(422, error.code, error.message, upload=digest)
    return PreviewAnswer(
        upload=digest,
        filename=file.filename,
        size=file.stored.size,
        layer=form.layer,
        **found,
    )


@router.get("")
def list_imports(
    session: ReadingSession,
    principal: CurrentPrincipal,
    asked: ThePage,
    layer: LayerName | None = None,
    status: ImportStatus | None = None,
) -> ImportPage:
    """Imports, newest first."""
    require(principal, Action.READ_IMPORTS)
    found = newest_imports(
        session, layer=layer, status=status, before_id=asked.after, limit=asked.rows_to_read
    )
    page, following = asked.cut(found, lambda record: record.job.id)
    return ImportPage(items=[ImportSummary.of(record) for record in page], next=following)


@router.get("/{import_id}")
def get_import(
    request: Request, record: TheImport, session: ReadingSession, runtime: TheRuntime
) -> ImportDetail:
    """One import: how far it is, what was decided, and the first problems."""
    problems = problem_rows(session, record.job.id, runtime.settings.imports.problems_shown)
    receipt = address_of(request, "get_receipt", import_id=record.job.id)
    return ImportDetail.detailed(record, problems, receipt)


@router.get("/{import_id}/events", response_class=EventSourceResponse)
async def follow_import(
    request: Request, record: TheImport, runtime: TheRuntime
) -> AsyncIterator[ServerSentEvent]:
    """The import as it goes: an event for every change, ended by the last."""
    import_id = record.job.id
    receipt = address_of(request, "get_receipt", import_id=import_id)
    told: ImportDetail | None = None
    while told is None or not told.status.final:
        detail = await run_in_threadpool(current_detail, runtime, import_id, receipt)
        if detail != told:
            yield ServerSentEvent(data=detail, event="import")
            told = detail
        if not detail.status.final:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            if not await run_in_threadpool(still_calling, request, runtime, Action.READ_IMPORTS):
                return


def current_detail(runtime: Runtime, import_id: int, receipt: str) -> ImportDetail:
    """The import as it is now; its problem rows once it has ended."""
    with runtime.database.reading() as session:
        record = find_import(session, import_id)
        shown = runtime.settings.imports.problems_shown
        ended = ImportStatus(record.job.status).final
        problems = problem_rows(session, import_id, shown) if ended else ()
        return ImportDetail.detailed(record, problems, receipt)


@router.get("/{import_id}/receipt.csv", response_class=StreamingResponse)
def get_receipt(record: TheImport, runtime: TheRuntime) -> StreamingResponse:
    """One line for each input row, for a spreadsheet."""
    name = f"plotwatch-import-{record.job.id}.csv"
    return StreamingResponse(
        receipt_csv(runtime, record.job),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.get("/{import_id}/problems.geojson")
def get_problem_points(record: TheImport, session: ReadingSession) -> Response:
    """The points to look at: of rejected and repaired rows, and of the layer as a whole."""
    return Response(problem_points(session, record.job, POINTS_SHOWN), media_type=GEOJSON)
