"""Pages of other sites may not change anything with the login that a browser keeps.

A browser that has asked for name and password once (HTTP Basic, as for the pages under ``/ogc``)
sends them with everything that any page makes it send, forms and files included. It says then which
site the page is of. Tokens are sent by the page that holds them and by no other.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from service.problems import problem
from service.settings import Settings
from spatial.messages import Message

READING = frozenset({"GET", "HEAD", "OPTIONS"})
FOREIGN = Message(
    "此请求来自其他网站的页面，已拒绝。请在本系统的页面中操作，或用 API 令牌。",
    "This was sent by a page of another site and is refused; use this service's own page, or an "
    "API token.",
)


class RefuseForeignPages:
    """Refuses changes that a page of another site asks for with a kept login."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        """``app`` answers everything else."""
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with 403, or pass on."""
        refused = self._is_foreign(scope)
        answer = problem(403, "foreign-page", FOREIGN) if refused else self._app
        await answer(scope, receive, send)

    def _is_foreign(self, scope: Scope) -> bool:
        if scope["type"] != "http" or scope["method"] in READING:
            return False
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if origin is None or not headers.get("authorization", "").lower().startswith("basic "):
            return False
        own = {
            headers.get("host", ""),
            headers.get("x-forwarded-host", "").split(",")[0].strip(),
            urlsplit(self._settings.public_url or "").netloc,
        }
        return urlsplit(origin).netloc not in own - {""}
