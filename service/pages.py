"""The page at ``/``: its built files, with the headers that keep a browser safe and quick."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse, HTMLResponse

from service.problems import HTTP_CODES, problem

DIST = Path(__file__).parent / "web" / "dist"

SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; "
        "style-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'self'; "
        "frame-ancestors 'none'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=()",
}
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
HASHED_FOLDER = "assets"
NOT_BUILT = (
    "<!doctype html><meta charset=utf-8><title>Plotwatch</title>"
    "<p>页面尚未构建：请用 <code>./plotwatch up</code> 启动。"
    "<p>The page has not been built: start with <code>./plotwatch up</code>."
)
API_PREFIXES = ("api/", "ogc/", "ogc", "stac")

router = APIRouter(include_in_schema=False)


@router.get("/{path:path}")
def page(path: str) -> Response:
    """A built file; any other address is the page's own, so that links into it work."""
    if path.startswith(API_PREFIXES):
        return problem(404, *HTTP_CODES[404])
    file = _built(path)
    if file is not None:
        caching = FOR_EVER if path.startswith(f"{HASHED_FOLDER}/") else ASK_AGAIN
        return FileResponse(file, headers={**SECURITY_HEADERS, "Cache-Control": caching})
    index = DIST / "index.html"
    if not index.exists():
        return HTMLResponse(NOT_BUILT, 503, headers=dict(SECURITY_HEADERS))
    return FileResponse(index, headers={**SECURITY_HEADERS, "Cache-Control": ASK_AGAIN})


def _built(path: str) -> Path | None:
    """The built file that an address names, when it is one."""
    try:
        file = (DIST / path).resolve()
        known = file.is_file() and file.is_relative_to(DIST.resolve())
    except (OSError, ValueError):
        # A name that no file can have: too long, or with the character NUL.
        return None
    return file if known else None
