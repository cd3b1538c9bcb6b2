"""Imports run one way: service to spatial, and between the folders of service without circles."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = sorted(path.parent for path in (ROOT / "service").glob("*/__init__.py"))


def imported_modules(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def folder_imports() -> dict[str, set[str]]:
    graph: dict[str, set[str]] = {}
    for folder in PACKAGES:
        uses = graph.setdefault(folder.name, set())
        for module in folder.rglob("*.py"):
            for name in imported_modules(module):
                parts = name.split(".")
                if parts[0] == "service" and len(parts) > 1 and parts[1] != folder.name:
                    uses.add(parts[1])
    return {
        folder: {use for use in uses if ROOT / "service" / use in PACKAGES}
        for folder, uses in graph.items()
    }


def test_spatial_knows_no_service_no_database_and_no_http() -> None:
    forbidden = {"service", "sqlalchemy", "geoalchemy2", "psycopg", "fastapi", "starlette"}
    for module in (ROOT / "spatial").rglob("*.py"):
        used = {name.split(".")[0] for name in imported_modules(module)}
        assert not used & forbidden, module


def test_the_folders_of_service_import_without_circles() -> None:
    try:
        tuple(TopologicalSorter(folder_imports()).static_order())
    except CycleError as error:
        pytest.fail(f"circle: {' -> '.join(error.args[1])}")


def test_behaviour_never_imports_fastapi() -> None:
    # Routers, dependencies and what installs the application translate; all else behaves.
    translators = ("router", "dependencies", "parameters", "responses", "pages", "routes")
    for module in (module for folder in PACKAGES for module in folder.rglob("*.py")):
        if module.stem.endswith(translators):
            continue
        used = {name.split(".")[0] for name in imported_modules(module)}
        assert not used & {"fastapi", "starlette"}, module
