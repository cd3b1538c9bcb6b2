"""Evidence over HTTP: sent whole or in pieces, listed, and handed out without device data."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Header, Request, Response
from fastapi import Path as PathParameter
from starlette.concurrency import run_in_threadpool

from service.accounts.permissions import Action, require
from service.cases.evidence import giving as evidence
from service.cases.evidence.dependencies import EvidenceForm, SentEvidence
from service.cases.evidence.giving import Served
from service.cases.life import schemas
from service.cases.photos import evidence_for
from service.cases.queries import find_case
from service.dependencies import CurrentPrincipal, ReadingSession, TheRuntime
from service.errors import TooLarge
from service.evidence.intake import MEBIBYTE
from service.files.form_dependencies import form_documentation
from service.paging import RowId
from spatial.messages import Message

router = APIRouter(tags=["evidence"])

Sha256 = Annotated[str, PathParameter(pattern=r"^[0-9a-f]{64}$")]
LARGEST_PIECE = 8 * MEBIBYTE


@router.post(
    "/cases/{case_id}/evidence",
    status_code=201,
    responses={200: {"description": "Given before", "model": schemas.EvidenceAnswer}},
    openapi_extra=form_documentation(EvidenceForm),
)
async def post_evidence(
    runtime: TheRuntime,
    principal: CurrentPrincipal,
    response: Response,
    case_id: RowId,
    delivery: SentEvidence,
) -> schemas.EvidenceAnswer:
    """Give a photo (JPEG, HEIC, PNG) or document (PDF) to a case.

    Sent again, the same file is answered with 200 and what is kept already: exactly once for a
    case and hash. ``upload`` names a file that was sent in pieces, in place of ``file``.
    """
    row, is_new = await run_in_threadpool(
        evidence.add_evidence, runtime, principal, case_id, delivery
    )
    if not is_new:
        response.status_code = 200
    return schemas.EvidenceAnswer.of(row)


@router.get("/cases/{case_id}/evidence")
def get_evidence(
    session: ReadingSession, principal: CurrentPrincipal, case_id: RowId
) -> schemas.EvidenceList:
    """Photos and documents of the case and of those it was split from, in the order they came."""
    require(principal, Action.READ_CASES)
    case = find_case(session, principal, case_id).case
    rows = evidence_for(session, case)
    return schemas.EvidenceList(items=[schemas.EvidenceAnswer.of(row) for row in rows])


@router.get("/cases/{case_id}/evidence/{evidence_id}/content", response_class=Response)
def get_content(
    runtime: TheRuntime,
    session: ReadingSession,
    principal: CurrentPrincipal,
    case_id: RowId,
    evidence_id: RowId,
) -> Response:
    """The photo or document; of a photo's EXIF only time, place and direction are left."""
    require(principal, Action.READ_CASES)
    row = evidence.find_evidence(session, principal, case_id, evidence_id)
    return _file(evidence.served(runtime, row))


@router.get("/cases/{case_id}/evidence/{evidence_id}/thumbnail", response_class=Response)
def get_thumbnail(
    runtime: TheRuntime,
    session: ReadingSession,
    principal: CurrentPrincipal,
    case_id: RowId,
    evidence_id: RowId,
) -> Response:
    """A small picture of a photo, at most 320 pixels wide or high."""
    require(principal, Action.READ_CASES)
    row = evidence.find_evidence(session, principal, case_id, evidence_id)
    return _file(evidence.thumbnail(runtime, row))


@router.get("/cases/{case_id}/evidence/uploads/{sha256}")
def get_upload(
    runtime: TheRuntime,
    session: ReadingSession,
    principal: CurrentPrincipal,
    case_id: RowId,
    sha256: Sha256,
) -> schemas.UploadState:
    """How far an upload in pieces has come."""
    upload = evidence.partial_upload(runtime, principal, case_id, sha256)
    complete = evidence.has_file(session, case_id, sha256)
    return schemas.UploadState(offset=upload.offset, complete=complete)


@router.patch("/cases/{case_id}/evidence/uploads/{sha256}")
async def patch_upload(
    runtime: TheRuntime,
    request: Request,
    principal: CurrentPrincipal,
    case_id: RowId,
    sha256: Sha256,
    upload_offset: Annotated[int, Header(ge=0, le=1 << 40)],
) -> schemas.UploadState:
    """Send the piece of a file that begins at ``Upload-Offset``, at most 8 MB.

    409 with the right ``offset`` when it does not go on where the upload stands. Once all is
    there, POST with ``upload`` makes it evidence.
    """
    upload = await run_in_threadpool(evidence.partial_upload, runtime, principal, case_id, sha256)
    piece = bytearray()
    async for chunk in request.stream():
        piece += chunk
        if len(piece) > LARGEST_PIECE:
            raise TooLarge(Message("每段不能超过 8 MB。", "A piece has at most 8 MB."))
    offset = await run_in_threadpool(upload.append, upload_offset, bytes(piece))
    return schemas.UploadState(offset=offset, complete=False)


def _file(file: Served) -> Response:
    shown = file.media_type.startswith("image/")
    headers = {
        "Content-Disposition": f"{'inline' if shown else 'attachment'};"
        f" filename*=UTF-8''{quote(file.filename)}",
        "ETag": f'"{file.sha256}"',
        # Without it the browser would show the copy to whoever logs in on it next.
        "Cache-Control": "private, max-age=86400",
        "Vary": "Authorization",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(file.content, media_type=file.media_type, headers=headers)
