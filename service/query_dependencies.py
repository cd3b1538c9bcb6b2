"""Query parameters that an address does not have, refused for all of the API at once."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import Request, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute

from service.errors import UnknownParameter


async def refuse_unknown_parameters(request: Request) -> None:
    """What a router depends on for its addresses to take no parameter that they do not have.

    Raises:
        UnknownParameter: naming the first of them, and those that there are.
    """
    if not request.query_params:
        return
    known = {*known_parameters(request.scope["route"])}
    for name in request.query_params:
        if name not in known:
            raise UnknownParameter(name, known)


def known_parameters(route: APIRoute) -> Iterator[str]:
    """The query parameters of an operation: those it declares, and those it reads by itself."""
    for field in get_flat_params(route.dependant):
        if isinstance(field.field_info, params.Query):
            yield field.alias
    for described in (route.openapi_extra or {}).get("parameters", ()):
        if described["in"] == "query":
            yield described["name"]
