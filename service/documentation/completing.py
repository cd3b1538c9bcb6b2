"""The OpenAPI document that FastAPI writes, completed."""

from __future__ import annotations

from typing import Any

from service.documentation.failures import Problem


def complete(document: dict[str, Any]) -> dict[str, Any]:
    """The document with the schema that ``FAILURES`` refers to, and with summaries that say what
    an operation does; FastAPI's say how its function is called."""
    document["components"]["schemas"]["Problem"] = Problem.model_json_schema()
    for item in document["paths"].values():
        for operation in item.values():
            first, _, _ = operation["description"].partition("\n")
            operation["summary"] = first.removesuffix(".")
    return document
