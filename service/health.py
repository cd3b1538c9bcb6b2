"""Is it alive, is it ready, how is it doing: for load balancers and monitoring."""

from __future__ import annotations

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from service.dependencies import TheRuntime
from service.errors import Unavailable
from spatial.messages import Message

router = APIRouter(tags=["health"])


@router.get("/healthz")
def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@router.get("/readyz")
def ready(runtime: TheRuntime) -> dict[str, str]:
    """The database answers, too."""
    try:
        with runtime.database.reading() as session:
            session.execute(text("SELECT 1"))
    except OperationalError as error:
        raise Unavailable(
            Message("数据库没有响应，请稍后再试。", "The database does not answer; try later.")
        ) from error
    return {"status": "ready"}


@router.get("/metrics")
def metrics() -> Response:
    """Counters and timings as Prometheus reads them."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
