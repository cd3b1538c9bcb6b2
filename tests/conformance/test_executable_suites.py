"""The table of the executable suites' tests names tests that are there."""

from __future__ import annotations

import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from tests.conformance import test_abstract_core, test_abstract_crs, test_abstract_tiles

TABLE = tomllib.loads(Path(__file__).with_name("executable_suites.toml").read_text())
MODULES: dict[str, ModuleType] = {
    "core": test_abstract_core,
    "crs": test_abstract_crs,
    "tiles": test_abstract_tiles,
}


@pytest.mark.parametrize(("suite", "covered", "in_all"), [("features", 83, 84), ("tiles", 15, 17)])
def test_every_test_of_a_suite_is_one_of_ours_or_has_its_reason(
    suite: str, covered: int, in_all: int
) -> None:
    table = TABLE[suite]
    for answer in table["covered"].values():
        module, _, name = answer.partition(".")
        assert callable(getattr(MODULES[module], name, None)), answer
    assert all(table["not_covered"].values())
    assert len(table["covered"]) == covered
    assert len(table["covered"] | table["not_covered"]) == in_all
