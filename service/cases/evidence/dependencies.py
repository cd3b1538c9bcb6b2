"""The form that carries a photo or document: streamed to disk, bounded, validated."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from pydantic import AwareDatetime, Field, StringConstraints
from starlette.concurrency import run_in_threadpool

from service.accounts.permissions import Action, require
from service.accounts.roles import Principal
from service.bodies import RequestBody
from service.cases.evidence.giving import partial_upload
from service.dependencies import CurrentPrincipal, TheRuntime
from service.errors import Conflict, InvalidParameter, TooLarge
from service.evidence.intake import MEBIBYTE, Delivery
from service.evidence.model import EvidenceKind, Shot
from service.evidence.uploads import upload_folder
from service.files.form_dependencies import validated
from service.files.receiving import FormReceiver
from service.paging import RowId
from service.runtime import Runtime
from service.text import Prose
from spatial.messages import Message

FORM_OVERHEAD = MEBIBYTE
UNNAMED = "photo"
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Degrees = Annotated[float, Field(allow_inf_nan=False)]


class EvidenceForm(RequestBody):
    """What is sent beside the file. Time, place and direction count where the photo has none."""

    kind: EvidenceKind = EvidenceKind.PHOTO
    note: Prose | None = None
    sha256: Hash | None = Field(None, description="Of the file, to be confirmed")
    upload: Hash | None = Field(None, description="A file sent in pieces, in place of 'file'")
    filename: Annotated[str, StringConstraints(max_length=200)] | None = None
    taken_at: AwareDatetime | None = None
    lon: Annotated[Degrees, Field(ge=-180, le=180)] | None = None
    lat: Annotated[Degrees, Field(ge=-90, le=90)] | None = None
    azimuth: Annotated[Degrees, Field(ge=0, le=360)] | None = None

    @property
    def said(self) -> Shot:
        """Time, place and direction as the phone noted them."""
        taken_at: datetime | None = self.taken_at
        return Shot(taken_at=taken_at, lon=self.lon, lat=self.lat, azimuth=self.azimuth)


async def sent_evidence(
    request: Request, runtime: TheRuntime, principal: CurrentPrincipal, case_id: RowId
) -> AsyncIterator[Delivery]:
    """The delivery that a request makes; its file is gone when the request is answered."""
    require(principal, Action.ADD_EVIDENCE)
    limits = runtime.settings.evidence
    most = max(limits.photo_mb, limits.document_mb) * MEBIBYTE + FORM_OVERHEAD
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > most:
        raise TooLarge(Message("文件过大。", "The file is too large."), limit_mb=most // MEBIBYTE)
    content_type = request.headers.get("content-type", "")
    with FormReceiver(upload_folder(runtime.settings), content_type, most) as form:
        async for chunk in request.stream():
            await run_in_threadpool(form.write, chunk)
        await run_in_threadpool(form.finish)
        wish = _validated(form.fields)
        with _delivery(runtime, principal, case_id, form, wish) as delivery:
            yield delivery


@contextmanager
def _delivery(
    runtime: Runtime, principal: Principal, case_id: int, form: FormReceiver, wish: EvidenceForm
) -> Iterator[Delivery]:
    if form.filename is not None:
        path = form.path
    elif wish.upload is not None:
        partial = partial_upload(runtime, principal, case_id, wish.upload)
        if not partial.is_whole():
            raise Conflict(
                Message("文件尚未传完。", "The file has not arrived completely."),
                code="upload-incomplete",
                offset=partial.offset,
            )
        path = partial.path
    else:
        raise InvalidParameter(
            "file", Message("请在 file 字段中附上文件。", "Attach the file in the field 'file'.")
        )
    yield Delivery(
        path=path,
        filename=_printable(wish.filename or form.filename or ""),
        kind=wish.kind,
        note=wish.note,
        said=wish.said,
        sha256=wish.sha256 or (wish.upload if form.filename is None else None),
    )
    if form.filename is None:
        path.unlink(missing_ok=True)


def _validated(fields: dict[str, str]) -> EvidenceForm:
    """The text fields; empty ones count as left out."""
    filled = {name: value for name, value in fields.items() if value != ""}
    wish = validated(EvidenceForm, filled)
    if (wish.lon is None) != (wish.lat is None):
        raise InvalidParameter(
            "lon", Message("经度和纬度要一起给出。", "Give longitude and latitude together.")
        )
    return wish


def _printable(name: str) -> str:
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable()).strip() or UNNAMED


SentEvidence = Annotated[Delivery, Depends(sent_evidence)]
