"""The page at ``/api/docs``: written by the service itself, without scripts or other sites."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from service.documentation.outline import operations_by_tag, schemas
from service.pages import ASK_AGAIN, SECURITY_HEADERS

HERE = Path(__file__).parent
HEADERS = {**SECURITY_HEADERS, "Cache-Control": ASK_AGAIN}

_templates = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

router = APIRouter(include_in_schema=False)


@router.get("/docs")
def documentation(request: Request) -> Response:
    """Every operation and schema of the API, on one page."""
    document = request.app.openapi()
    content = _templates.get_template("docs.html").render(
        title=document["info"]["title"],
        version=document["info"]["version"],
        operations=operations_by_tag(document),
        schemas=schemas(document),
        root=str(request.scope.get("root_path", "")),
    )
    return HTMLResponse(content, headers=HEADERS)


@router.get("/docs/docs.css")
def stylesheet() -> Response:
    """How the page looks."""
    return FileResponse(HERE / "static" / "docs.css", headers=HEADERS)
