"""Features that can be edited (OGC API – Features Part 4), and what others answer instead."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import Response

from service.accounts.permissions import Action, require
from service.accounts.roles import Principal
from service.errors import Conflict, NotFound, PreconditionFailed, TooLarge
from service.features.crs import ServedCrs, parse_crs
from service.ogc import editing
from service.ogc.collections import collection_named
from service.ogc.dependencies import Call, opened
from service.ogc.edit_tokens import TOKEN_NAMES, EditToken, require_token, token_of
from service.ogc.editing import MAX_BODY, PlotChange, read_change
from service.ogc.item_routes import feature_key, item, items
from service.plots.edited_values import refuse_others, refuse_unknown
from service.plots.editing import EDIT_CONFLICT, NO_SUCH
from service.plots.features import PLOTS
from service.problems import HTTP_CODES, problem
from service.runtime import Runtime
from spatial.messages import Message

READING = ("GET", "HEAD", "OPTIONS")
ADDING = (*READING, "POST")
CHANGING = (*READING, "PUT", "PATCH", "DELETE")
DESKTOP = "QGIS/"
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
        call = await _editing(request)
        if isinstance(call, Response):
            return call
        change = await _change(request)
        refuse_unknown(change.properties, TOKEN_NAMES)
        key = await asyncio.to_thread(editing.add, *_who(call), change)
        here = call.addresses.collection(PLOTS.name, "items", key)
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
        call = await _editing(request)
        if isinstance(call, Response):
            return call
        change = await _change(request)
        refuse_unknown(change.properties, TOKEN_NAMES)
        if_match = request.headers.get("if-match")
        token = token_of(if_match, change.properties)
        require_token(token, if_match)
        return await _written(call, editing.replace, token, change)

    async def patch(self, request: Request) -> Response:
        """Change what a part of a feature names."""
        call = await _editing(request)
        if isinstance(call, Response):
            return call
        change = await _change(request)
        refuse_others(change.properties, TOKEN_NAMES)
        token = token_of(request.headers.get("if-match"), change.properties)
        return await _written(call, editing.update, token, change)

    async def delete(self, request: Request) -> Response:
        """Remove a plot from the version in force."""
        call = await _editing(request)
        if isinstance(call, Response):
            return call
        token = token_of(request.headers.get("if-match"), {})
        return await _written(call, editing.remove, token)


async def _options(request: Request, methods: tuple[str, ...]) -> Response:
    call = await opened(request)
    kind = collection_named(request.path_params["collection"])
    editable = kind is PLOTS and call.may_edit
    allowed = methods if editable else READING
    # QGIS patches where it may, and then says nothing of the version it saw; a feature it puts back
    # whole holds it, whether the outline was changed or a property.
    if DESKTOP in request.headers.get("user-agent", ""):
        allowed = tuple(method for method in allowed if method != "PATCH")
    return Response(
        status_code=204, headers={"Allow": ", ".join(allowed), "Vary": "Authorization, User-Agent"}
    )


async def _editing(request: Request) -> Call | Response:
    """The call of an editor; a 405 problem where nothing can be edited."""
    call = await opened(request)
    kind = collection_named(request.path_params["collection"])
    call.parameters.refuse_rest()
    if kind is not PLOTS:
        return problem(405, *HTTP_CODES[405], headers={"Allow": ", ".join(READING)})
    require(call.admission.principal, Action.EDIT_PLOTS)
    return call


def _who(call: Call) -> tuple[Runtime, Principal]:
    return call.request.app.state.runtime, call.admission.principal


async def _written(
    call: Call, write: Callable[..., None], token: EditToken, *change: PlotChange
) -> Response:
    """The answer to a change of one plot; a lost race is told in the words of its condition."""
    key = feature_key(call.request.path_params["feature"])
    if not 0 < key < 2**63:
        raise NotFound(NO_SUCH)
    try:
        await asyncio.to_thread(write, *_who(call), key, *change, token)
    except Conflict as error:
        if token.header and error.problem_code == EDIT_CONFLICT:
            raise PreconditionFailed(error.message) from error
        raise
    return Response(status_code=204)


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
