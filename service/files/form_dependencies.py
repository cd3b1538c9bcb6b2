"""Forms that come with a file: their text fields as a model, and how the document tells them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

Form = TypeVar("Form", bound=BaseModel)


def validated(model: type[Form], fields: Mapping[str, str]) -> Form:
    """The text fields of a form as a model.

    Raises:
        RequestValidationError: naming the first field that cannot be used.
    """
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        details = [{**item, "loc": ("body", *item["loc"])} for item in error.errors()]
        raise RequestValidationError(details) from error


def form_documentation(model: type[BaseModel]) -> dict[str, Any]:
    """The request body for the OpenAPI document, which cannot see into a stream."""
    schema = model.model_json_schema()
    definitions = schema.pop("$defs", {})
    properties = {name: _inlined(part, definitions) for name, part in schema["properties"].items()}
    properties["file"] = {"type": "string", "format": "binary"}
    body = {**schema, "properties": properties}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": body}}}}


def _inlined(part: dict[str, Any], definitions: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    if "$ref" not in part:
        return part
    rest = {name: value for name, value in part.items() if name != "$ref"}
    return definitions[part["$ref"].rpartition("/")[2]] | rest
