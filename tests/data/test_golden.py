"""The samples through intake, overlay and rules give what ``expected.json`` says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from spatial.intake.model import ReadOptions, Reference, RowBatch, Source
from spatial.intake.upload import open_upload
from spatial.overlay.model import (
    Ground,
    OverlaySettings,
    Patches,
    Plots,
    Roads,
    Villages,
    Zones,
)
from spatial.rules.model import Finding, Outcome
from spatial.rules.table import load_rule_table
from spatial.screening import screen
from spatial.words import LayerName

Layers = dict[str, RowBatch]


@pytest.fixture(scope="module")
def layers(
    samples: Path, manifest: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> Layers:
    """Every file of the manifest as intake reads it, by its name."""
    read: Layers = {}
    for entry in manifest:
        villages = read["villages.zip"].geometry if read else np.empty(0, dtype=object)
        source = Source(samples / entry["path"], tmp_path_factory.mktemp("unpacked"))
        layer = LayerName(entry["layer"])
        with open_upload(source, layer, ReadOptions(), Reference(villages)) as upload:
            (read[entry["path"]],) = upload.batches()
    return read


@pytest.fixture(scope="module")
def ground(layers: Layers, manifest: list[dict[str, Any]]) -> Ground:
    plots, villages = layers["plots.zip"], layers["villages.zip"]
    zones = [
        (LayerName(entry["layer"]), layers[entry["path"]])
        for entry in manifest
        if LayerName(entry["layer"]).zone_kind
    ]
    return Ground(
        plots=Plots(
            ids=plots.rows, geometry=plots.geometry, protection=plots.columns["protection"]
        ),
        zones=Zones(
            ids=np.arange(sum(len(batch.rows) for _, batch in zones)),
            geometry=np.concatenate([batch.geometry for _, batch in zones]),
            kind=np.concatenate(
                [np.full(len(batch.rows), layer.value, dtype=object) for layer, batch in zones]
            ),
            document_no=_column(zones, "document_no"),
            valid_from=_column(zones, "valid_from").astype("datetime64[D]"),
            valid_to=_column(zones, "valid_to").astype("datetime64[D]"),
            use=_column(zones, "use"),
        ),
        villages=Villages(
            codes=villages.columns["code"],
            names=villages.columns["name"],
            geometry=villages.geometry,
        ),
    )


@pytest.fixture(scope="module")
def findings(layers: Layers, ground: Ground) -> dict[str, dict[str, list[Finding]]]:
    """Findings by batch and patch number."""
    return {
        "1": _screen(layers["patches-2026-q2.zip"], ground),
        "2": _screen(layers["patches-2026-q3.zip"], ground),
    }


@pytest.mark.parametrize("batch", ["1", "2"])
def test_every_patch_ends_as_expected(
    findings: dict[str, dict[str, list[Finding]]], expected: dict[str, Any], batch: str
) -> None:
    given = {
        _title(number, expected[batch]): [_summary(finding) for finding in found]
        for number, found in findings[batch].items()
    }
    wanted = {
        _title(number, expected[batch]): [
            tuple(finding[name] for name in SUMMARY) for finding in patch["findings"]
        ]
        for number, patch in expected[batch].items()
    }
    assert given == wanted


@pytest.mark.parametrize("batch", ["1", "2"])
def test_farmland_of_every_finding_is_as_drawn(
    findings: dict[str, dict[str, list[Finding]]], expected: dict[str, Any], batch: str
) -> None:
    for number, patch in expected[batch].items():
        for finding, wanted in zip(findings[batch][number], patch["findings"], strict=True):
            # The drawing measures on the projection, whose areas are up to 0.03 % larger here.
            assert finding.areas.farmland == pytest.approx(
                wanted["farmland_m2"], rel=5e-4, abs=0.05
            ), patch["scenario"]


def test_partly_covered_patches_name_the_document_and_its_share(
    findings: dict[str, dict[str, list[Finding]]], expected: dict[str, Any]
) -> None:
    partly = {number: patch for number, patch in expected["1"].items() if 0 < patch["cover"] < 1}
    assert len(partly) == 3
    for number, patch in partly.items():
        (finding,) = findings["1"][number]
        (exemption,) = finding.exemptions
        assert exemption.kind == patch["document"]
        assert exemption.area == pytest.approx(patch["cover"] * finding.areas.farmland, rel=1e-3), (
            patch["scenario"]
        )


def test_planting_beyond_the_green_belt_of_the_national_road_is_told_from_planting_within(
    layers: Layers, ground: Ground, expected: dict[str, Any]
) -> None:
    plots = layers["plots.zip"]
    highway = plots.geometry[plots.columns["land_class"] == "1003"]
    known = replace(ground, roads=Roads(geometry=highway, belt_m=np.full(len(highway), 5.0)))
    found = _screen(layers["patches-2026-q2.zip"], known)
    prohibitions = {
        patch["scenario"]: found[number][0].prohibitions for number, patch in expected["1"].items()
    }
    assert 2 in prohibitions["golden-06-six-metres"]
    assert 2 not in prohibitions["golden-06-four-metres"]


SUMMARY = ("village", "outcome", "rule", "category", "severity", "countable")


def _summary(finding: Finding) -> tuple[Any, ...]:
    category = finding.category.value if finding.category else None
    countable = finding.countable and finding.outcome is Outcome.CASE
    return (
        finding.village_code,
        finding.outcome.value,
        finding.rule,
        category,
        finding.severity,
        countable,
    )


def _title(number: str, expected: dict[str, Any]) -> str:
    return f"{number} {expected[number]['scenario']}"


def _screen(batch: RowBatch, ground: Ground) -> dict[str, list[Finding]]:
    patches = Patches(
        ids=batch.rows,
        geometry=batch.geometry,
        change_group=batch.columns["change_group"],
        after_date=batch.columns["after_date"].astype("datetime64[D]"),
    )
    found: dict[str, list[Finding]] = {str(no): [] for no in batch.columns["patch_no"]}
    for finding in screen(patches, ground, load_rule_table(), OverlaySettings()).findings:
        found[str(batch.columns["patch_no"][finding.patch])].append(finding)
    return found


def _column(zones: Sequence[tuple[LayerName, RowBatch]], name: str) -> np.ndarray[Any, Any]:
    return np.concatenate([batch.columns[name] for _, batch in zones])
