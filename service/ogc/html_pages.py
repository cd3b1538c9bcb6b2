"""The same documents as pages for people: Chinese first, no scripts, safe under a strict policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.responses import FileResponse, HTMLResponse, Response

from service.ogc.links import Addresses
from service.pages import SECURITY_HEADERS

HERE = Path(__file__).parent

_templates = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Page:
    """A template by its name, its title, the crumbs above it and what else it shows."""

    template: str
    title: str
    crumbs: tuple[tuple[str, str], ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)


def html_response(
    page: Page, document: object, addresses: Addresses, headers: Mapping[str, str]
) -> Response:
    """The page of a document."""
    content = _templates.get_template(f"{page.template}.html").render(
        title=page.title,
        crumbs=page.crumbs,
        document=document,
        addresses=addresses,
        **page.more,
    )
    return HTMLResponse(content, headers={**SECURITY_HEADERS, **headers})


def stylesheet() -> Response:
    """How the pages look; open to everybody, for it says nothing."""
    headers = {"Cache-Control": "public, max-age=3600"}
    return FileResponse(HERE / "static" / "ogc.css", headers=headers)
