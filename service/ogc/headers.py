"""A response header's name as older desktop systems look for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class KeptCase(bytes):
    """A header name that keeps its case: uvicorn writes what ``lower`` returns."""

    def lower(self) -> bytes:
        """The name as it is."""
        return self


LOCATION = KeptCase(b"Location")


class CapitalLocation:
    """Writes ``Location`` with its capital.

    Names of headers have no case, but QGIS before 3.40.8 finds only ``Location``: it reports that
    adding a feature failed after the row is stored, and people add it again (qgis#61729).
    """

    def __init__(self, app: Application) -> None:
        """``app`` answers."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, renaming that one header."""

        async def renamed(event: Event) -> None:
            if event["type"] == "http.response.start":
                event["headers"] = [
                    (LOCATION if name == b"location" else name, value)
                    for name, value in event["headers"]
                ]
            await send(event)

        await self._app(scope, receive, renamed)
