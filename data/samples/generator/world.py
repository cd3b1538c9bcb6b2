"""A whole sample: township, zones, patches and what is expected of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from .documents import Register
from .ground import CLASSES, FARMLAND, Ground
from .model import Patches, Villages, World
from .placing import Placer
from .scenarios import AFTER, BEFORE, Document, Scenario, load_scenarios
from .shapes import largest_polygon, moved, to_millimetres
from .township import make_township

PATCH_NUMBER = "500118SJBG262{quarter}{number:04d}"


def make_world(seed: int) -> World:
    """A township with its zones and two batches of patches; the same seed gives the same.

    Raises:
        NoGroundError: when a scenario finds no place on this seed's township.
    """
    township = make_township(seed)
    random = np.random.default_rng((seed, 2))
    placer = Placer(random, township)
    scenarios = load_scenarios()
    shapes = _place_all(placer, scenarios)
    register = Register()
    for scenario in scenarios:
        if scenario.document is not None:
            parcel = _parcel(placer.ground, shapes[scenario.name], scenario.document)
            register.add(scenario.document, parcel)
    register.add_background(placer)
    patches = _patches(scenarios, shapes, placer.ground)
    return World(
        township=township,
        zones=register.zones(township),
        patches=patches,
        expected=_expectations(scenarios, patches, placer.ground, township.villages),
    )


def _place_all(placer: Placer, scenarios: list[Scenario]) -> dict[str, Polygon]:
    """Shapes by scenario; those that need special ground choose first, then the large ones."""
    shapes: dict[str, Polygon] = {}
    special = ("touching", "two-villages", "edge", "mixed", "roadside-6", "roadside-4")
    villages = {scenario.name: number % 6 for number, scenario in enumerate(scenarios)}
    for scenario in sorted(scenarios, key=lambda s: (s.shape not in special, -s.area)):
        if scenario.like is None:
            shapes[scenario.name] = to_millimetres(
                placer.place(
                    scenario.ground,
                    scenario.shape,
                    scenario.area,
                    village=villages[scenario.name],
                    pure=scenario.name.startswith("golden"),
                )
            )
    for scenario in scenarios:
        if scenario.like is not None:
            shapes[scenario.name] = to_millimetres(
                _seen_again(shapes[scenario.like], scenario.shape)
            )
    return shapes


def _seen_again(shape: Polygon, how: str) -> BaseGeometry:
    if how == "shifted":
        return moved(shape, 1.1, -0.8).simplify(0.2)
    if how == "grown":
        return shape.buffer(9.0, join_style="mitre")
    return shape


def _parcel(ground: Ground, shape: Polygon, document: Document) -> Polygon:
    """A parcel around the patch that covers the wanted share of its farmland, from the west."""
    parcel = shape.buffer(4.0, join_style="mitre", mitre_limit=2.0).simplify(0.8)
    if document.cover == 1.0:
        return largest_polygon(parcel)
    wanted = document.cover * ground.farmland(shape)
    west, south, east, north = parcel.bounds
    low, high = west, east
    for _ in range(60):
        middle = (low + high) / 2
        part = parcel & shapely.box(west - 1, south - 1, middle, north + 1)
        if ground.farmland(part & shape) < wanted:
            low = middle
        else:
            high = middle
    return largest_polygon(parcel & shapely.box(west - 1, south - 1, high, north + 1))


def _patches(scenarios: list[Scenario], shapes: dict[str, Polygon], ground: Ground) -> Patches:
    numbers: dict[str, str] = {}
    sent: dict[str, int] = {}
    for batch in (1, 2):
        fresh = [s for s in scenarios if s.batch == batch and s.shape != "resent"]
        for position, scenario in enumerate(fresh, start=1):
            numbers[scenario.name] = PATCH_NUMBER.format(quarter=batch + 1, number=position)
            sent[scenario.name] = batch
    # A patch sent again keeps its number and its pair of images.
    first = [s.like if s.like and s.shape == "resent" else s.name for s in scenarios]
    geometry = np.array([shapes[scenario.name] for scenario in scenarios], dtype=object)
    return Patches(
        geometry=geometry,
        batch=np.array([scenario.batch for scenario in scenarios], dtype=np.int64),
        patch_no=np.array([numbers[name] for name in first], dtype=object),
        change_code=np.array([scenario.code for scenario in scenarios], dtype=object),
        change_group=np.array([scenario.group for scenario in scenarios], dtype=object),
        before_date=np.array([BEFORE[sent[name]] for name in first], dtype="datetime64[D]"),
        after_date=np.array([AFTER[sent[name]] for name in first], dtype="datetime64[D]"),
        land_before=np.array([ground.land_class_at(shape) for shape in geometry], dtype=object),
        scenario=np.array([scenario.name for scenario in scenarios], dtype=object),
    )


def _expectations(
    scenarios: list[Scenario], patches: Patches, ground: Ground, villages: Villages
) -> dict[str, dict[str, dict[str, Any]]]:
    expected: dict[str, dict[str, dict[str, Any]]] = {"1": {}, "2": {}}
    for scenario, number, shape in zip(scenarios, patches.patch_no, patches.geometry, strict=True):
        expected[str(scenario.batch)][str(number)] = {
            "scenario": scenario.name,
            "change_group": scenario.group,
            "like": scenario.like,
            "resent": scenario.shape == "resent",
            "document": scenario.document.kind if scenario.document else None,
            "cover": scenario.document.cover if scenario.document else 0.0,
            "findings": [
                _finding(scenario, str(code), ground.areas(shape & outline))
                for code, outline in zip(villages.codes, villages.geometry, strict=True)
                if (shape & outline).area > 0.01
            ],
        }
    return expected


def _finding(scenario: Scenario, village: str, areas: dict[str, float]) -> dict[str, Any]:
    ground = next((name for name in CLASSES if areas[name] > 5.0), "P0")
    verdict = scenario.verdict(ground)
    return {
        "village": village,
        "outcome": verdict.outcome,
        "rule": verdict.row,
        "category": verdict.category,
        "severity": verdict.severity,
        "countable": verdict.countable,
        "ground": ground,
        "farmland_m2": round(sum(areas[name] for name in FARMLAND), 2),
    }
