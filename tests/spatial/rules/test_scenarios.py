"""Every scenario of ``scenarios.toml``: layers in, findings out."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from spatial.overlay.model import OverlaySettings, Roads
from spatial.rules import Exemption, Finding, load_rule_table
from spatial.screening import screen
from tests.spatial.overlay.building import (
    DAY,
    make_ground,
    make_patches,
    make_plots,
    make_villages,
    make_zones,
    objects,
    rectangle,
)

SCENARIOS = tomllib.loads(Path(__file__).with_name("scenarios.toml").read_text())["scenario"]
AROUND = [-999.0, -999.0, 999.0, 999.0]
VILLAGES = [{"code": "500118001202", "name": "三星村", "box": AROUND}]
AREAS = (
    "patch",
    "farmland",
    "permanent_basic_farmland",
    "high_standard_farmland",
    "cropland",
    "recoverable",
    "exempt",
    "suspect",
)


def box(row: dict[str, Any]) -> shapely.Geometry:
    return rectangle(*row.get("box", AROUND))


def run(scenario: dict[str, Any]) -> list[Finding]:
    roads = scenario.get("roads", [])
    ground = make_ground(
        make_plots(*((row["protection"], box(row)) for row in scenario.get("plots", []))),
        make_zones(
            *(
                (row["kind"], box(row), row.get("document"), row.get("from"), row.get("to"))
                for row in scenario.get("zones", [])
            )
        ),
        make_villages(
            *((row["code"], row["name"], box(row)) for row in scenario.get("villages", VILLAGES))
        ),
    )
    ground = replace(
        ground,
        roads=Roads(
            geometry=objects([box(row) for row in roads]),
            belt_m=np.array([float(row["belt"]) for row in roads]),
            known=bool(roads),
        ),
        reserves=objects([rectangle(*row) for row in scenario.get("reserves", [])]),
    )
    patch = make_patches(
        rectangle(*scenario["patch"]), group=scenario["group"], day=scenario.get("day", DAY)
    )
    return screen(patch, ground, load_rule_table(), OverlaySettings()).findings


def document(exemption: Exemption) -> str:
    effect = "exempts" if exemption.exempts else "expired" if exemption.expired else "silent"
    return f"{exemption.document_no} {effect}"


def facts(finding: Finding) -> dict[str, Any]:
    return {
        "village": finding.village_code or "",
        "outcome": finding.outcome.value,
        "rule": finding.rule,
        "category": finding.category and finding.category.value,
        "severity": finding.severity,
        "prohibitions": list(finding.prohibitions),
        "department": finding.department and finding.department.value,
        "supporting": [department.value for department in finding.supporting_departments],
        "verify": finding.verify_workdays,
        "rectify": finding.rectify_days,
        "until": finding.rectify_until and finding.rectify_until.value,
        "countable": finding.countable,
        "suspect_mu": finding.areas.suspect_mu,
        "documents": [document(exemption) for exemption in finding.exemptions],
    }


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario["name"])
def test_a_scenario_ends_as_expected(scenario: dict[str, Any]) -> None:
    findings = run(scenario)
    assert len(findings) == len(scenario["expect"])
    for finding, told in zip(findings, scenario["expect"], strict=True):
        expected = {"outcome": "case", "village": "500118001202"} | told
        says = expected.pop("says", "")
        areas = {name: expected.pop(name) for name in AREAS if name in expected}
        found = facts(finding)
        assert {name: found[name] for name in expected} == expected
        for name, area in areas.items():
            assert getattr(finding.areas, name) == pytest.approx(area, rel=1e-3, abs=0.01), name
        assert says in finding.reason.zh


def test_the_scenarios_visit_every_row_that_judges() -> None:
    visited = {told.get("rule") for scenario in SCENARIOS for told in scenario["expect"]}
    judging = {number for number, row in load_rule_table().rows.items() if row.category}
    assert judging <= visited


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario["name"])
def test_a_scenario_only_suspects(scenario: dict[str, Any]) -> None:
    for finding in run(scenario):
        assert "疑似" in finding.reason.zh or "待核实" in finding.reason.zh
        assert finding.reason.en
        assert "{" not in finding.reason.zh + finding.reason.en
        if finding.category:
            assert any(word in finding.category.label.zh for word in ("疑似", "待核实"))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario["name"])
def test_the_figures_of_a_scenario_agree_with_each_other(scenario: dict[str, Any]) -> None:
    for finding in run(scenario):
        areas = finding.areas
        classes = areas.permanent_basic_farmland + areas.high_standard_farmland + areas.cropland
        assert areas.farmland == pytest.approx(classes)
        assert areas.farmland <= areas.patch * (1 + 1e-6)
        if finding.rule:
            assert areas.suspect + areas.exempt == pytest.approx(areas.farmland)
        assert areas.suspect_low <= areas.suspect + 1e-6 <= areas.suspect_high + 2e-6
