"""Addresses in answers: always those by which the caller, or the public, reaches the service."""

from __future__ import annotations

from starlette.requests import Request

from service.runtime import Runtime


def public_root(request: Request) -> str:
    """Where the service is reached, without a slash at its end; all absolute links begin so.

    The configured address, a proxy's path included; or what a proxy in front says the caller asked
    for; or the request's own.
    """
    runtime: Runtime = request.app.state.runtime
    if runtime.settings.public_url:
        return runtime.settings.public_url
    scheme = request.headers.get("x-forwarded-proto", request.url.scheme).split(",")[0].strip()
    host = request.headers.get("x-forwarded-host", "").split(",")[0].strip()
    return f"{scheme}://{host or request.url.netloc}{_server_path(request)}".rstrip("/")


def public_place(request: Request) -> str:
    """The address that was asked for, without its query."""
    path = str(request.scope["path"])
    return public_root(request) + path.removeprefix(_server_path(request))


def public_address(request: Request, **changed: object) -> str:
    """The address that was asked for, with some parameters of its query put in or replaced."""
    query = request.url.include_query_params(**changed).query
    return f"{public_place(request)}?{query}" if query else public_place(request)


def address_of(request: Request, operation: str, **places: object) -> str:
    """The address of an operation of the API by its name, with the parts of its path."""
    return public_root(request) + str(request.app.url_path_for(operation, **places))


def _server_path(request: Request) -> str:
    # Within a mounted application the first names the server's own path, the second both.
    scope = request.scope
    return str(scope.get("app_root_path", scope.get("root_path", ""))).rstrip("/")
