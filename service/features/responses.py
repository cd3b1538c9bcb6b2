"""Features over HTTP: headers that keep caches honest, bytes passed on as they are."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from service.accounts.roles import Principal
from service.features.known_tags import Question

GEOJSON = "application/geo+json"
REVALIDATE = "private, no-cache"
DECIDING = ("host", "accept", "x-forwarded-proto", "x-forwarded-host")
"""The headers that an answer and its links depend on."""


def tagged_headers(tag: str, **more: str) -> dict[str, str]:
    """Headers of an answer that a cache may keep but must ask about every time."""
    return {"ETag": tag, "Cache-Control": REVALIDATE, "Vary": "Accept, Authorization", **more}


def not_modified(tag: str) -> Response:
    """The caller's copy still holds."""
    return Response(status_code=304, headers=tagged_headers(tag))


def geojson_response(content: bytes, headers: Mapping[str, str]) -> Response:
    """GeoJSON bytes as they are."""
    return Response(content, media_type=GEOJSON, headers=headers)


def question(request: Request, principal: Principal) -> Question:
    """All of a request, and of who sent it, that its answer depends on beside the data."""
    scope, headers = request.scope, request.headers
    place = (scope["scheme"], scope.get("root_path"), scope["path"], scope["query_string"])
    return (principal, *place, *(headers.get(name) for name in DECIDING))
