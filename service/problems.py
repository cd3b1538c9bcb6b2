"""Errors as people and programs meet them: RFC 9457 problems, from one table."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import orjson
import sqlalchemy.exc
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from service.bodies import UNKNOWN_MEMBER
from service.database.failures import out_of_space
from service.errors import ServiceError, UnknownParameter, refusal_body
from service.invalid_values import what_is_wrong
from spatial.errors import LimitError, SpatialError
from spatial.messages import Message

log = structlog.get_logger()

HTTP_CODES: Mapping[int, tuple[str, Message]] = {
    404: ("not-found", Message("没有这个地址。", "There is nothing at this address.")),
    405: (
        "method-not-allowed",
        Message("此地址不支持该方法。", "This method is not allowed here."),
    ),
}
NO_SPACE = Message(
    "服务器磁盘已满，什么也没有保存。请管理员腾出空间后再试。",
    "The server's disk is full; nothing was kept. Ask the administrator to make room, then repeat.",
)
DATABASE_AWAY = Message(
    "数据库暂时没有应答，请稍后再试。", "The database does not answer just now; repeat in a moment."
)
SECONDS_TO_RECOVER = "5"


def problem(
    status: int,
    code: str,
    message: Message,
    headers: Mapping[str, str] | None = None,
    **extra: Any,
) -> Response:
    """An RFC 9457 answer; ``detail`` is Chinese, ``detail_en`` English."""
    body = {
        "type": f"urn:plotwatch:problem:{code}",
        "title": code.replace("-", " "),
        "status": status,
        "code": code,
        "detail": message.zh,
        "detail_en": message.en,
        **{name: value for name, value in extra.items() if value not in (None, ())},
    }
    return Response(
        orjson.dumps(body),
        status_code=status,
        media_type="application/problem+json",
        headers=headers,
    )


def _headers(error: ServiceError) -> dict[str, str] | None:
    if error.status == 401:
        return {"WWW-Authenticate": 'Basic realm="Plotwatch"'}
    if "retry_after" in error.extra:
        return {"Retry-After": str(error.extra["retry_after"])}
    return None


def refusal(error: SpatialError, **extra: Any) -> Response:
    """The answer to input that was refused."""
    body = refusal_body(error)
    place = {k: v for k, v in body.items() if k not in ("code", "detail", "detail_en")}
    status = 413 if isinstance(error, LimitError) else 422
    return problem(status, error.problem_code, error.message, **place, **extra)


def _refused(error: ServiceError) -> Response:
    return problem(error.status, error.problem_code, error.message, _headers(error), **error.extra)


def _invalid(error: RequestValidationError) -> Response:
    """The first of the things that are wrong with a request."""
    first = error.errors()[0]
    source, *inside = map(str, first["loc"])
    if first["type"] == UNKNOWN_MEMBER:
        name = ".".join([*inside, first["ctx"]["name"]])
        return _refused(UnknownParameter(name, first["ctx"]["known"]))
    # Of a body that is no JSON the place inside it would be the number of a character.
    where = source if first["type"] == "json_invalid" else ".".join(inside) or source
    wrong = what_is_wrong(first)
    message = Message(
        f"参数 {where} 无效：{wrong.zh}。", f"Parameter {where} is not valid: {wrong.en}."
    )
    return problem(400, "invalid-parameter", message, parameter=where)


def _database_away() -> Response:
    return problem(503, "unavailable", DATABASE_AWAY, {"Retry-After": SECONDS_TO_RECOVER})


def install_error_handlers(app: FastAPI) -> None:
    """Register the table from exception to HTTP answer."""

    @app.exception_handler(ServiceError)
    async def service_error(request: Request, error: ServiceError) -> Response:
        return _refused(error)

    @app.exception_handler(SpatialError)
    async def spatial_error(request: Request, error: SpatialError) -> Response:
        return refusal(error)

    @app.exception_handler(RequestValidationError)
    async def validation_error(request: Request, error: RequestValidationError) -> Response:
        return _invalid(error)

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> Response:
        text = str(error.detail)
        code, message = HTTP_CODES.get(error.status_code, ("http-error", Message(text, text)))
        return problem(error.status_code, code, message, error.headers)

    @app.exception_handler(sqlalchemy.exc.OperationalError)
    async def database_error(request: Request, error: sqlalchemy.exc.OperationalError) -> Response:
        if out_of_space(error):
            return problem(507, "no-space", NO_SPACE)
        log.error("the database failed", path=request.url.path, reason=str(error.orig))
        return _database_away()

    @app.exception_handler(sqlalchemy.exc.TimeoutError)
    async def all_connections_busy(
        request: Request, error: sqlalchemy.exc.TimeoutError
    ) -> Response:
        log.error("no connection to the database came free", path=request.url.path)
        return _database_away()

    @app.exception_handler(OSError)
    async def system_error(request: Request, error: OSError) -> Response:
        if out_of_space(error):
            return problem(507, "no-space", NO_SPACE)
        return await unexpected(request, error)

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> Response:
        incident = uuid.uuid4().hex[:12]
        log.error("unexpected error", incident=incident, path=request.url.path, exc_info=error)
        message = Message(
            f"服务内部错误，请把编号 {incident} 告诉管理员。",
            f"Internal error; tell your administrator the number {incident}.",
        )
        return problem(500, "internal-error", message, incident=incident)
