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


def folder_imports(place: Path) -> dict[str, set[str]]:
    """For each folder of a package the others of them that its modules import."""
    package = ".".join(place.relative_to(ROOT).parts)
    folders = {path.parent.name: path.parent for path in place.glob("*/__init__.py")}
    return {
        folder: {
            used
            for module in path.rglob("*.py")
            for name in imported_modules(module)
            for used in [name.removeprefix(f"{package}.").split(".")[0]]
            if name.startswith(f"{package}.") and used in folders and used != folder
        }
        for folder, path in folders.items()
    }


def test_spatial_knows_no_service_no_database_and_no_http() -> None:
    forbidden = {"service", "sqlalchemy", "geoalchemy2", "psycopg", "fastapi", "starlette"}
    for module in (ROOT / "spatial").rglob("*.py"):
        used = {name.split(".")[0] for name in imported_modules(module)}
        assert not used & forbidden, module


@pytest.mark.parametrize(
    "place", ["service", "service/cases", "spatial", "spatial/intake", "spatial/imagery"]
)
def test_folders_import_without_circles(place: str) -> None:
    graph = folder_imports(ROOT / place)
    assert any(graph.values())
    try:
        tuple(TopologicalSorter(graph).static_order())
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
