"""Uploads as FastAPI hands them on: streamed to disk, bounded, validated."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from service.accounts.permissions import Action, require
from service.dependencies import CurrentPrincipal, TheRuntime
from service.errors import InvalidParameter, TooLarge
from service.files.receiving import TOO_LARGE, FormReceiver
from service.imports.preparing import incoming_folder
from service.imports.previewing import known_upload
from service.imports.schemas import ImportForm, ReadingForm
from service.imports.submitting import Upload
from service.runtime import Runtime
from spatial.messages import Message

Form = TypeVar("Form", bound=ReadingForm)

FORM_OVERHEAD_BYTES = 1 << 20
NO_FILE = Message(
    "请在 file 字段中附上要导入的文件。", "Attach the file to import in the field 'file'."
)
EMPTY_FILE = Message("上传的文件是空的。", "The uploaded file is empty.")


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


def uploaded_form(
    model: type[Form],
) -> Callable[..., Any]:
    """A dependency that gives the form as ``model`` beside the stored file it is about."""

    async def dependency(
        request: Request, runtime: TheRuntime, principal: CurrentPrincipal
    ) -> tuple[Form, Upload]:
        require(principal, Action.IMPORT_LAYERS)
        async with received(request, runtime) as form:
            wish = validated(model, form.fields)
            return wish, await run_in_threadpool(stored_upload, runtime, form, wish)

    return dependency


def validated(model: type[Form], fields: dict[str, str]) -> Form:
    """The text fields as a model; a problem names the first that cannot be used."""
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        details = [{**item, "loc": ("body", *item["loc"])} for item in error.errors()]
        raise RequestValidationError(details) from error


def stored_upload(runtime: Runtime, form: FormReceiver, wish: ReadingForm) -> Upload:
    """The form's file, put into the store; or the earlier one that the form names.

    Raises:
        InvalidParameter: when there is neither, or the file is empty.
        NotFound: when the file named is not there.
    """
    if form.filename is None:
        if wish.upload is None:
            raise InvalidParameter("file", NO_FILE)
        return known_upload(runtime, wish.upload, wish.filename)
    if form.stored.size == 0:
        raise InvalidParameter("file", EMPTY_FILE)
    runtime.files.adopt(form.path, form.stored)
    return Upload(filename=form.filename or "upload", stored=form.stored)


ImportUpload = Annotated[tuple[ImportForm, Upload], Depends(uploaded_form(ImportForm))]
PreviewUpload = Annotated[tuple[ReadingForm, Upload], Depends(uploaded_form(ReadingForm))]


def form_documentation(model: type[ReadingForm]) -> dict[str, Any]:
    """The request body for the OpenAPI document, which cannot see into a stream."""
    schema = model.model_json_schema()
    definitions = schema.pop("$defs", {})
    properties = {
        name: definitions[part["$ref"].rpartition("/")[2]] if "$ref" in part else part
        for name, part in schema["properties"].items()
    }
    properties["file"] = {"type": "string", "format": "binary"}
    body = {**schema, "properties": properties}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": body}}}}
