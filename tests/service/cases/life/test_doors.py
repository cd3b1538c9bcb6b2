"""No door of a case's life opens to another village, or to a department without duty."""

from __future__ import annotations

from typing import Any

import pytest

from service.cases.statuses import Status
from tests.conftest import PASSWORD
from tests.service.cases.life.making import Township
from tests.service.evidence.pictures import picture

STRANGERS = (
    "other-village",
    "other-grid",
    "culture_service_center",
    "agriculture_service_center",
)
HASH = "0" * 64
DOORS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("GET", "", {}),
    ("GET", "/events", {}),
    ("GET", "/ground", {}),
    ("GET", "/transitions", {}),
    ("POST", "/transitions", {"json": {"to": "office_review", "fields": {"opinion": "other"}}}),
    ("POST", "/pause", {"json": {"reason": "weather"}}),
    ("POST", "/resume", {"json": {}}),
    ("POST", "/void", {"json": {"reason": "duplicate"}}),
    ("POST", "/revive", {"json": {"note": "x"}}),
    ("POST", "/self-report", {"json": {"reported_on": "2026-11-01", "note": "x"}}),
    ("POST", "/notes", {"json": {"note": "x"}}),
    ("POST", "/split", {"json": {"note": "x", "parts": [{"geometry": {}}] * 2}}),
    ("GET", "/scenes", {}),
    ("GET", "/chips/before.png", {}),
    ("GET", "/evidence", {}),
    ("POST", "/evidence", {"files": {"file": ("a.jpg", picture())}}),
    ("GET", "/evidence/{evidence}/content", {}),
    ("GET", "/evidence/{evidence}/thumbnail", {}),
    ("GET", f"/evidence/uploads/{HASH}", {}),
    ("PATCH", f"/evidence/uploads/{HASH}", {"content": b"x", "headers": {"Upload-Offset": "0"}}),
)

LISTS = (
    "/api/cases",
    "/api/cases.geojson",
    "/api/villages/summary",
    "/api/departments/summary",
    "/api/periods/summary",
    "/api/assessment?year=2026",
    "/api/assessment/departments?year=2026",
    "/api/notices",
    "/api/imports",
    "/ogc/collections/cases/items?f=json",
    "/ogc/collections/patches/items?f=json",
)


@pytest.fixture(scope="module")
def place(township: Township) -> tuple[int, int]:
    """A case with a photo: the ids of both."""
    case_id = township.case(Status.EVIDENCE)
    answer = township.client.post(
        f"/api/cases/{case_id}/evidence",
        files={"file": ("a.jpg", picture(colour=(1, 1, 1)))},
        auth=("grid", PASSWORD),
    )
    return case_id, int(answer.json()["id"])


def test_every_door_of_a_case_is_tried_here(township: Township) -> None:
    paths = township.get("/api/openapi.json").json()["paths"]
    doors = {
        (method.upper(), path.removeprefix("/api/cases/{case_id}"))
        for path, operations in paths.items()
        if path.startswith("/api/cases/{case_id}")
        for method in operations
    }
    stand_ins = {"{evidence}": "{evidence_id}", HASH: "{sha256}", "before.png": "{which}.png"}
    tried = set()
    for method, path, _ in DOORS:
        for stand_in, name in stand_ins.items():
            path = path.replace(stand_in, name)
        tried.add((method, path))
    assert tried == doors


@pytest.mark.parametrize("stranger", STRANGERS)
@pytest.mark.parametrize("address", LISTS)
def test_no_list_tells_a_stranger_of_the_case(
    township: Township, place: tuple[int, int], address: str, stranger: str
) -> None:
    code = township.state(place[0]).code
    assert code in township.get("/api/cases?limit=1000").text
    answer = township.get(address, stranger)
    assert answer.status_code in (200, 403)
    assert code not in answer.text
    assert "500118001202" not in answer.text


@pytest.mark.parametrize("stranger", STRANGERS)
@pytest.mark.parametrize(("method", "path", "options"), DOORS)
def test_a_stranger_finds_no_such_case(
    township: Township,
    place: tuple[int, int],
    method: str,
    path: str,
    options: dict[str, Any],
    stranger: str,
) -> None:
    case_id, evidence_id = place
    address = f"/api/cases/{case_id}" + path.format(evidence=evidence_id)
    answer = township.client.request(method, address, auth=(stranger, PASSWORD), **options)
    assert answer.status_code == 404
    assert "500118001202" not in answer.text


@pytest.mark.parametrize(("method", "path", "options"), DOORS)
def test_nobody_comes_in_without_credentials(
    township: Township, place: tuple[int, int], method: str, path: str, options: dict[str, Any]
) -> None:
    case_id, evidence_id = place
    address = f"/api/cases/{case_id}" + path.format(evidence=evidence_id)
    township.client.auth = None
    assert township.client.request(method, address, **options).status_code == 401


def test_evidence_is_not_reached_through_ones_own_case(
    township: Township, place: tuple[int, int]
) -> None:
    _, evidence_id = place
    own = township.case(Status.EVIDENCE, village_code="500118001203")
    address = f"/api/cases/{own}/evidence/{evidence_id}/content"
    assert township.get(address, "other-village").status_code == 404


def test_dispatching_tells_a_stranger_nothing(township: Township) -> None:
    case_id = township.case()
    answer = township.post("/api/cases/dispatch", {"ids": [case_id]}, "other-village").json()
    assert [item["code"] for item in answer["refused"]] == ["not-found"]


def test_the_case_was_left_alone(township: Township, place: tuple[int, int]) -> None:
    events = township.get(f"/api/cases/{place[0]}/events").json()["items"]
    assert [event["kind"] for event in events] == ["raised", "evidence_added"]
