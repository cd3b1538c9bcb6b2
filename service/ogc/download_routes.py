"""A filtered collection as one file, streamed."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import ExitStack, aclosing
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from service.errors import ServiceError
from service.features.downloads import geojson_stream, row_stream, write_flatgeobuf
from service.features.reader import Row
from service.features.selection import Selection
from service.ogc import links
from service.ogc.collections import collection_named
from service.ogc.dependencies import Call, opened
from service.ogc.item_routes import take_items


async def geojson(request: Request) -> Response:
    """The selection as GeoJSON, sent as the database writes it."""
    call, selection = await _opened(request)
    pieces = geojson_stream(call.access, call.admission, selection)
    # The first piece is awaited here, while a refusal can still be told by its status.
    first = await anext(pieces)
    headers = _headers(f"{selection.type.name}.geojson")
    return StreamingResponse(_resumed(first, pieces), media_type=links.GEOJSON, headers=headers)


async def flatgeobuf(request: Request) -> Response:
    """The selection as FlatGeobuf, by way of a temporary file."""
    call, selection = await _opened(request)
    rows = row_stream(call.access, call.admission, selection)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="plotwatch-download-"))
        path = Path(folder) / f"{selection.type.name}.fgb"
        async with aclosing(rows):
            loop = asyncio.get_running_loop()
            await asyncio.to_thread(_write, path, selection, rows, request, loop)
        kept = stack.pop_all()
    return FileResponse(
        path,
        media_type=links.FLATGEOBUF,
        headers=_headers(path.name),
        background=BackgroundTask(kept.close),
    )


def _write(
    path: Path,
    selection: Selection,
    rows: AsyncGenerator[list[Row], None],
    request: Request,
    loop: asyncio.AbstractEventLoop,
) -> None:
    """Write the file in a thread, asking the event loop for one batch after the other."""

    refusals: list[ServiceError] = []

    def batches() -> Iterator[list[Row]]:
        while True:
            coming = asyncio.run_coroutine_threadsafe(_next_batch(rows, request), loop)
            try:
                batch = coming.result()
            except ServiceError as error:
                # The library that reads the batches would lose what the error says.
                refusals.append(error)
                return
            if batch is None:
                return
            yield batch

    write_flatgeobuf(path, selection, batches())
    if refusals:
        raise refusals[0]


async def _next_batch(rows: AsyncGenerator[list[Row], None], request: Request) -> list[Row] | None:
    # Nothing is sent before the file is whole, so nothing but this tells that nobody waits.
    if await request.is_disconnected():
        return None
    return await anext(rows, None)


async def _resumed(first: bytes, pieces: AsyncGenerator[bytes, None]) -> AsyncIterator[bytes]:
    async with aclosing(pieces):
        yield first
        async for piece in pieces:
            yield piece


async def _opened(request: Request) -> tuple[Call, Selection]:
    call = await opened(request)
    kind = collection_named(request.path_params["collection"])
    selection = take_items(call, kind)
    call.parameters.refuse_rest()
    return call, selection


def _headers(filename: str) -> dict[str, str]:
    return {
        "Content-Disposition": f'attachment; filename="{filename}"',
        "Cache-Control": "no-store",
    }
