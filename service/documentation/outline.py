"""An OpenAPI 3.1 document told in the order in which people read it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter or a property: ``kind`` in words, ``schema`` the schema it links to."""

    name: str
    place: str
    required: bool
    kind: str
    schema: str | None
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path."""

    method: str
    path: str
    summary: str
    description: str
    fields: tuple[Field, ...]
    body: tuple[Field, ...]
    answers: tuple[Field, ...]


def operations_by_tag(document: Document) -> dict[str, list[Operation]]:
    """The operations under their first tag, both in the document's order."""
    found: dict[str, list[Operation]] = {}
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                told = item[method]
                tag = (told.get("tags") or ["other"])[0]
                found.setdefault(tag, []).append(_operation(method, path, told))
    return found


def schemas(document: Document) -> dict[str, tuple[Field, ...]]:
    """The named schemas with their properties; the words of an enumeration stand as one field."""
    named = document.get("components", {}).get("schemas", {})
    return {name: tuple(_properties(schema)) for name, schema in named.items()}


def _operation(method: str, path: str, told: Document) -> Operation:
    return Operation(
        method=method.upper(),
        path=path,
        summary=told.get("summary", ""),
        description=told.get("description", ""),
        fields=tuple(_parameter(parameter) for parameter in told.get("parameters", ())),
        body=tuple(_contents(told.get("requestBody", {}), "body")),
        answers=tuple(
            field
            for status, answer in told.get("responses", {}).items()
            for field in _contents(answer, status)
        ),
    )


def _parameter(told: Document) -> Field:
    schema = told.get("schema", {})
    required = bool(told.get("required", False))
    description = told.get("description") or schema.get("description", "")
    return Field(told["name"], told["in"], required, kind(schema), link(schema), description)


def _contents(told: Document, place: str) -> Iterator[Field]:
    description = told.get("description", "")
    contents = told.get("content") or {"": {}}
    for media, content in contents.items():
        schema = content.get("schema", {})
        if told:
            yield Field(media, place, True, kind(schema), link(schema), description)


def _properties(schema: Document) -> Iterator[Field]:
    required = schema.get("required", ())
    for name, told in schema.get("properties", {}).items():
        yield Field(name, "", name in required, kind(told), link(told), told.get("description", ""))
    if "enum" in schema:
        yield Field("", "", True, kind(schema), None, "")


def kind(schema: Document) -> str:
    """What values a schema allows, in a few words."""
    if "$ref" in schema:
        return _name(schema["$ref"])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    for word in ("anyOf", "oneOf", "allOf"):
        if word in schema:
            return " | ".join(dict.fromkeys(kind(part) for part in schema[word]))
    if schema.get("type") == "array":
        return f"[{kind(schema.get('items', {}))}]"
    told = schema.get("format") or schema.get("type") or ""
    return " | ".join(told) if isinstance(told, list) else str(told)


def link(schema: Document) -> str | None:
    """The first named schema that a schema refers to, directly, in a list or as a choice."""
    found = re.search(r"#/components/schemas/([^'\"]+)", str(schema))
    return found[1] if found else None


def _name(reference: str) -> str:
    return reference.rpartition("/")[2]
