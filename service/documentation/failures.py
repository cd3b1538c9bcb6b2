"""How every operation fails, as the OpenAPI document tells it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field


class Problem(BaseModel):
    """What went wrong and what to do (RFC 9457); the place in a request or file where known."""

    type: str = Field(description="urn:plotwatch:problem:CODE")
    title: str
    status: int
    code: str = Field(description="Says in one word what failed; stays the same between versions")
    detail: str = Field(description="What failed and what to do, Chinese")
    detail_en: str = Field(description="The same in English")
    parameter: str | None = Field(None, description="The parameter or field of the request")
    file: str | None = Field(None, description="The file within an upload")
    layer: str | None = None
    row: int | None = Field(None, description="1-based")
    field: str | None = Field(None, description="The field of the layer")
    choices: list[str] | None = Field(None, description="What could be meant instead")
    upload: str | None = Field(None, description="Stands for the refused file in later requests")
    offset: int | None = Field(None, description="Where an upload in pieces has to go on")
    limit_mb: int | None = Field(None, description="The largest file taken, in MB")
    retry_after: int | None = Field(None, description="Seconds after which to try again")
    allowed: list[dict[str, str]] | None = Field(
        None, description="The moves that can be made of a case instead: to, label, label_en"
    )
    incident: str | None = Field(None, description="The number to tell the administrator")


FAILURES: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "A problem: what failed, and what to do about it",
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        },
    }
}
