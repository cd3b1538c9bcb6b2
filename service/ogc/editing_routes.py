"""Features that can be edited (OGC API – Features Part 4), and what others answer instead."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import Response

from service.accounts.permissions import Action, require
from service.errors import TooLarge
from service.features.crs import ServedCrs, parse_crs
from service.ogc.collections import collection_named
from service.ogc.dependencies import Call, opened
from service.ogc.editing import MAX_BODY, PlotChange, PlotEditor, read_change
from service.ogc.item_routes import feature_key, item, items
from service.plots.features import PLOTS
from service.problems import HTTP_CODES, problem
from spatial.messages import Message

READING = ("GET", "HEAD", "OPTIONS")
ADDING = (*READING, "POST")
CHANGING = (*READING, "PUT", "PATCH", "DELETE")
TOO_LARGE = Message("请求体过大。", "The body is too large.")


class ItemsResource(HTTPEndpoint):
    """The features of a collection: read by page, added to where the caller may."""

    async def get(self, request: Request) -> Response:
        """A page of features."""
        return await items(request)

    async def options(self, request: Request) -> Response:
        """What the caller may do here."""
        return await _options(request, ADDING)

    async def post(self, request: Request) -> Response:
        """Add a plot."""
        edit = await _edit(request)
        if isinstance(edit, Response):
            return edit
        change = await _change(request)
        key = await asyncio.to_thread(edit.editor.add, edit.call.admission.principal, change)
        here = edit.call.addresses.collection(PLOTS.name, "items", key)
        return Response(status_code=201, headers={"Location": here})


class ItemResource(HTTPEndpoint):
    """One feature: read, and changed where the caller may."""

    async def get(self, request: Request) -> Response:
        """The feature."""
        return await item(request)

    async def options(self, request: Request) -> Response:
        """What the caller may do here, whatever the id: clients ask before there is a feature."""
        return await _options(request, CHANGING)

    async def put(self, request: Request) -> Response:
        """Give a plot all of a feature's values."""
        return await self._write(request, "replace")

    async def patch(self, request: Request) -> Response:
        """Change what a part of a feature names."""
        return await self._write(request, "update")

    async def delete(self, request: Request) -> Response:
        """Remove a plot from the version in force."""
        edit = await _edit(request)
        if isinstance(edit, Response):
            return edit
        key = feature_key(request.path_params["feature"])
        await asyncio.to_thread(edit.editor.remove, edit.call.admission.principal, key)
        return Response(status_code=204)

    async def _write(self, request: Request, how: str) -> Response:
        edit = await _edit(request)
        if isinstance(edit, Response):
            return edit
        key = feature_key(request.path_params["feature"])
        change = await _change(request)
        write = edit.editor.replace if how == "replace" else edit.editor.update
        await asyncio.to_thread(write, edit.call.admission.principal, key, change)
        return Response(status_code=204)


@dataclass(frozen=True, slots=True)
class _Edit:
    call: Call
    editor: PlotEditor


async def _options(request: Request, methods: tuple[str, ...]) -> Response:
    call = await opened(request)
    kind = collection_named(request.path_params["collection"])
    editable = kind is PLOTS and call.editor is not None
    return Response(status_code=204, headers={"Allow": ", ".join(methods if editable else READING)})


async def _edit(request: Request) -> _Edit | Response:
    """The call and who carries it out; a 405 problem where nothing can be edited."""
    call = await opened(request)
    kind = collection_named(request.path_params["collection"])
    call.parameters.refuse_rest()
    if kind is not PLOTS or not hasattr(request.app.state, "plot_editor"):
        return problem(405, *HTTP_CODES[405], headers={"Allow": ", ".join(READING)})
    require(call.admission.principal, Action.EDIT_PLOTS)
    return _Edit(call, request.app.state.plot_editor)


async def _change(request: Request) -> PlotChange:
    size = 0
    parts: list[bytes] = []
    async for part in request.stream():
        size += len(part)
        if size > MAX_BODY:
            raise TooLarge(TOO_LARGE)
        parts.append(part)
    return read_change(b"".join(parts), _content_crs(request))


def _content_crs(request: Request) -> ServedCrs:
    named = request.headers.get("content-crs")
    return parse_crs(named.strip().strip("<>") if named else None, "Content-Crs")
