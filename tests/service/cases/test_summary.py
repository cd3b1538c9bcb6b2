"""Figures agree with the cases to the last square metre."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from service.cases.models import Case
from service.cases.statuses import Status
from service.runtime import Runtime
from service.villages.models import Village
from spatial.words import Protection
from tests.conftest import PASSWORD
from tests.service.cases.sighting_maker import (
    OTHER_VILLAGE,
    VILLAGE,
    Seen,
    rectangle,
    screen_file,
)

PROTECTIONS = [kind.value for kind in Protection if kind is not Protection.NONE]
QUIET_VILLAGE = "500118001204"


@pytest.fixture
def counted(client: TestClient, runtime: Runtime) -> TestClient:
    """A client on forty cases whose areas have awkward digits, one of them split."""
    with runtime.database.transaction() as session:
        for code in (VILLAGE, OTHER_VILLAGE, QUIET_VILLAGE):
            session.add(Village(code=code, name=f"村{code[-2:]}", township_code=code[:9]))
        screen_file(session, [_seen(number) for number in range(40)])
        cases = session.scalars(select(Case).order_by(Case.id)).all()
        for number, case in enumerate(cases):
            case.areas = _areas(number)
            case.department = ("finance", "law_enforcement", "task_force_office")[number % 3]
            if number % 5 == 0:
                case.status = Status.RECTIFYING.value
        cases[-1].status = Status.SPLIT.value
    return client


def _seen(number: int) -> Seen:
    return Seen(
        number=f"TB-{number}",
        ground=rectangle(50 * number, 0, 50 * number + 10, 10),
        severity=number % 5,
        village=OTHER_VILLAGE if number % 4 == 0 else VILLAGE,
    )


def _areas(number: int) -> dict[str, float]:
    areas = {
        name: (number * 37.123456789 + place * 0.1) * (number % (place + 2) > 0)
        for place, name in enumerate(PROTECTIONS)
    }
    farmland = sum(areas.values())
    exempt = farmland / 7
    return areas | {"farmland": farmland, "exempt": exempt, "suspect": farmland - exempt}


def listed(client: TestClient, **query: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client.get("/api/cases", params=query).json()["items"]
    return [item for item in items if item["status"] != "split"]


def assert_agrees(figures: Mapping[str, Any], cases: list[dict[str, Any]]) -> None:
    """Every figure against the cases it counts."""
    assert_shares(figures, cases)
    keys: dict[str, Callable[[dict[str, Any]], str]] = {
        "by_category": lambda case: str(case["category"]),
        "by_severity": lambda case: str(case["severity"]),
        "by_status": lambda case: str(case["status"]),
    }
    for dimension, key in keys.items():
        assert set(figures[dimension]) == {key(case) for case in cases}
        for name, share in figures[dimension].items():
            assert_shares(share, [case for case in cases if key(case) == name])
    for name, share in figures["by_protection"].items():
        areas = [case["areas"][name] for case in cases]
        assert share["area"] == pytest.approx(sum(areas), abs=1e-6)
        assert share["cases"] == sum(area > 0 for area in areas)


def assert_shares(share: Mapping[str, Any], cases: list[dict[str, Any]]) -> None:
    assert share["cases"] == len(cases)
    for name in ("suspect", "farmland", "exempt"):
        total = sum(case["areas"][name] for case in cases)
        assert share[name] == pytest.approx(total, abs=1e-6)
    assert share["suspect_mu"] == pytest.approx(share["suspect"] * 3 / 2000, abs=0.0051)


def test_a_village_agrees_with_its_cases(counted: TestClient) -> None:
    for code in (VILLAGE, OTHER_VILLAGE):
        figures = counted.get(f"/api/villages/{code}/summary").json()
        assert figures["code"] == code
        assert_agrees(figures, listed(counted, village=code))


def test_all_villages_and_their_total_agree_with_the_cases(counted: TestClient) -> None:
    answer = counted.get("/api/villages/summary").json()
    assert [item["code"] for item in answer["items"]] == [VILLAGE, OTHER_VILLAGE, QUIET_VILLAGE]
    for item in answer["items"]:
        assert_agrees(item, listed(counted, village=item["code"]))
    assert_agrees(answer["total"], listed(counted))


def test_departments_agree_with_the_cases(counted: TestClient) -> None:
    answer = counted.get("/api/departments/summary").json()
    assert len(answer["items"]) == 3
    for item in answer["items"]:
        assert_agrees(item, listed(counted, department=item["code"]))
    assert_agrees(answer["total"], listed(counted))


def test_figures_take_the_filters_of_the_list(counted: TestClient) -> None:
    query = {"severity": "3", "open": "true"}
    total = counted.get("/api/villages/summary", params=query).json()["total"]
    assert_agrees(total, listed(counted, **query))
    assert total["open"] == total["cases"]


def test_a_village_without_cases_has_figures_of_zero(counted: TestClient) -> None:
    figures = counted.get(f"/api/villages/{QUIET_VILLAGE}/summary").json()
    assert_agrees(figures, [])


def test_the_parent_of_a_split_is_not_counted(counted: TestClient) -> None:
    assert counted.get("/api/villages/summary").json()["total"]["cases"] == 39


@pytest.mark.parametrize("code", [OTHER_VILLAGE, "999999999999"])
def test_another_village_has_no_figures_for_a_village(counted: TestClient, code: str) -> None:
    counted.auth = ("village", PASSWORD)
    assert counted.get(f"/api/villages/{code}/summary").status_code == 404
    assert counted.get(f"/api/villages/{VILLAGE}/summary").status_code == 200
    items = counted.get("/api/villages/summary").json()["items"]
    assert [item["code"] for item in items] == [VILLAGE]
