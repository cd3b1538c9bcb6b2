"""Uploads as FastAPI hands them on: streamed to disk, bounded, validated."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from service.accounts.permissions import Action, require
from service.dependencies import CurrentPrincipal, TheRuntime
from service.errors import InvalidParameter, NotFound, TooLarge
from service.files import StoredFile
from service.files.form_dependencies import validated
from service.files.receiving import TOO_LARGE, FormReceiver
from service.imports.preparing import incoming_folder
from service.imports.schemas import ImportForm, ReadingForm
from service.imports.submitting import Upload
from service.runtime import Runtime
from spatial.messages import Message

Form = TypeVar("Form", bound=ReadingForm)

FORM_OVERHEAD_BYTES = 1 << 20
NO_FILE = Message(
    "请在 file 字段中附上要导入的文件。", "Attach the file to import in the field 'file'."
)
UPLOAD_GONE = Message(
    "没有该文件，请重新上传。", "There is no such file any more; upload it again."
)
EMPTY_FILE = Message("上传的文件是空的。", "The uploaded file is empty.")


@dataclass(frozen=True, slots=True)
class SentFile:
    """The file that a form is about: just arrived, or ``kept`` in the store since before."""

    path: Path
    filename: str
    stored: StoredFile
    kept: bool

    def keep(self, runtime: Runtime) -> Upload:
        """Put the file into the store."""
        if not self.kept:
            runtime.files.adopt(self.path, self.stored)
        return Upload(filename=self.filename, stored=self.stored)


@asynccontextmanager
async def received(request: Request, runtime: Runtime) -> AsyncIterator[FormReceiver]:
    """The form of a request, taken in; its file is gone at the end unless it was stored."""
    settings = runtime.settings
    limit = (settings.max_upload_mb << 20) + FORM_OVERHEAD_BYTES
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise TooLarge(TOO_LARGE.format(limit=settings.max_upload_mb))
    content_type = request.headers.get("content-type", "")
    with FormReceiver(incoming_folder(settings), content_type, limit) as form:
        async for chunk in request.stream():
            await run_in_threadpool(form.write, chunk)
        await run_in_threadpool(form.finish)
        yield form


def sent_form(model: type[Form]) -> Callable[..., AsyncIterator[tuple[Form, SentFile]]]:
    """A dependency that gives the form as ``model``, beside the file it is about."""

    async def dependency(
        request: Request, runtime: TheRuntime, principal: CurrentPrincipal
    ) -> AsyncIterator[tuple[Form, SentFile]]:
        require(principal, Action.IMPORT_LAYERS)
        async with received(request, runtime) as form:
            wish = validated(model, form.fields)
            with sent_file(runtime, form, wish) as file:
                yield wish, file

    return dependency


@contextmanager
def sent_file(runtime: Runtime, form: FormReceiver, wish: ReadingForm) -> Iterator[SentFile]:
    """The form's file, or the earlier one that the form names.

    Raises:
        InvalidParameter: when there is neither, or the file is empty.
        NotFound: when the file named is not in the store.
    """
    if form.filename is not None:
        if form.stored.size == 0:
            raise InvalidParameter("file", EMPTY_FILE)
        yield SentFile(form.path, form.filename or "upload", form.stored, kept=False)
        return
    if wish.upload is None:
        raise InvalidParameter("file", NO_FILE)
    size = runtime.files.size(wish.upload)
    if size is None:
        raise NotFound(UPLOAD_GONE, code="upload-gone")
    name = wish.filename or wish.upload[:12]
    with runtime.files.local_path(wish.upload) as path:
        yield SentFile(path, name, StoredFile(wish.upload, size), kept=True)


ImportUpload = Annotated[tuple[ImportForm, SentFile], Depends(sent_form(ImportForm))]
PreviewUpload = Annotated[tuple[ReadingForm, SentFile], Depends(sent_form(ReadingForm))]
