"""What routers of features ask the application for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.requests import Request

from service.features.access import Access, Admission
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
