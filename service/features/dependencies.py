"""What routers of features ask the application for, and how they read a box."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI, Query
from starlette.requests import Request

from service.features.access import Access, Admission
from service.features.crs import CRS84
from service.features.extent import Box, parse_bbox
from service.features.reader import FeatureReader
from service.runtime import Runtime


@asynccontextmanager
async def reading_features(app: FastAPI) -> AsyncIterator[None]:
    """The application's life, with a pool of reading connections on its event loop."""
    runtime: Runtime = app.state.runtime
    reader = FeatureReader(runtime.database, runtime.settings.features)
    await reader.open()
    app.state.access = Access(runtime, reader)
    try:
        yield
    finally:
        await reader.close()


def the_access(request: Request) -> Access:
    """The door that the application's life opened."""
    access: Access = request.app.state.access
    return access


async def admitted(request: Request) -> Admission:
    """The caller of a request and the state of the data; a 401 problem without credentials."""
    address = request.client.host if request.client else ""
    return await the_access(request).admit(request.headers, address)


async def boxes_asked_for(
    bbox: Annotated[
        str | None,
        Query(description="West, south, east, north in degrees; west > east: across 180°"),
    ] = None,
) -> tuple[Box, ...] | None:
    """The boxes of the parameter ``bbox``, where no other coordinate system can be named."""
    return parse_bbox(bbox, CRS84)


TheBoxes = Annotated[tuple[Box, ...] | None, Depends(boxes_asked_for)]
