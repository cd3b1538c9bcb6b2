"""Cases over HTTP: lists, filters, pages, one case, its ground and history, and who sees what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from service import clock
from service.accounts.directory import add_account
from service.accounts.roles import Role
from service.application import create_application
from service.cases.models import Case
from service.cases.schemas import CaseDetail, CasePage
from service.cases.statuses import Status
from service.database import Database
from service.findings.models import Piece
from service.runtime import Runtime
from service.villages.models import Village
from spatial.words import Department
from tests.conftest import PASSWORD
from tests.service.cases.sighting_maker import (
    OTHER_VILLAGE,
    VILLAGE,
    Seen,
    rectangle,
    screen_file,
    standing_cases,
)

SAME = rectangle(0, 0, 30, 10)
"""Ground that batches 1 and 2 both saw: case 0001 of the village, joined."""
FIRST_FILE = [
    Seen(number="TB-1", ground=SAME, severity=3, after=date(2026, 1, 4)),
    Seen(number="TB-2", ground=rectangle(100, 0, 130, 10), severity=0),
    Seen(number="TB-3", ground=rectangle(200, 0, 230, 10), village=OTHER_VILLAGE),
]
SECOND_FILE = [
    Seen(number="TB-4", ground=SAME, severity=2),
    Seen(number="TB_5%", ground=rectangle(300, 0, 330, 10), severity=1),
]

ABSENT_IN_THESE_TESTS = (
    "farmland",
    "permanent_basic_farmland",
    "high_standard_farmland",
    "cropland",
    "recoverable",
    "suspect_low",
    "suspect_high",
    "suspect_mu",
)


@pytest.fixture(scope="module")
def listed(shared_database: Database) -> Database:
    """Four cases of two batches in two villages, and an account for each kind of reader."""
    with shared_database.transaction() as session:
        for code, name in ((VILLAGE, "三星村"), (OTHER_VILLAGE, "望城村")):
            session.add(Village(code=code, name=name, township_code=code[:9]))
        screen_file(session, FIRST_FILE, 1)
        screen_file(session, SECOND_FILE, 2)
        add_account(session, "office", Role.OFFICE, PASSWORD)
        add_account(session, "village", Role.VILLAGE, PASSWORD, villages=[VILLAGE])
        add_account(session, "analyst", Role.ANALYST, PASSWORD, villages=[OTHER_VILLAGE])
        for department in (Department.LAW_ENFORCEMENT, Department.CULTURE_SERVICE_CENTER):
            add_account(session, department, Role.DEPARTMENT, PASSWORD, department=department)
    return shared_database


@pytest.fixture
def reader(listed: Database, runtime: Runtime) -> Iterator[TestClient]:
    """A client of the office on those cases."""
    shared = Runtime(runtime.settings, listed, runtime.files)
    with TestClient(create_application(shared), raise_server_exceptions=False) as client:
        client.auth = ("office", PASSWORD)
        yield client


def numbers(client: TestClient, **query: Any) -> list[str]:
    """The patch numbers of the cases listed."""
    answer = client.get("/api/cases", params=query)
    assert answer.status_code == 200, answer.text
    return [item["patch"]["patch_no"] for item in answer.json()["items"]]


def case_id(client: TestClient, patch_no: str) -> int:
    found: int = client.get("/api/cases", params={"q": patch_no}).json()["items"][0]["id"]
    return found


def test_cases_are_listed_newest_first_as_the_contract_says(reader: TestClient) -> None:
    answer = reader.get("/api/cases").json()
    assert [item["patch"]["patch_no"] for item in answer["items"]] == [
        "TB_5%",
        "TB-3",
        "TB-2",
        "TB-1",
    ]
    item = answer["items"][-1]
    assert item["village"] == {"code": VILLAGE, "name": "三星村"}
    assert item["category_label"] == "疑似非农化"
    assert len(item["sightings"]) == 2
    assert item["geometry"]["type"] == "MultiPolygon"
    assert set(item["provenance"]) >= {"run_id", "plots_version", "zones_versions", "tolerance_m"}
    assert item["status"] == "pending_assignment"
    assert item["due_at"].endswith("Z") or "+" in item["due_at"]


def test_pages_follow_each_other_without_gap_or_repetition(reader: TestClient) -> None:
    seen: list[str] = []
    address: str | None = "/api/cases?limit=3"
    while address:
        page = reader.get(address).json()
        seen += [item["code"] for item in page["items"]]
        address = page["next"]
    assert len(seen) == len(set(seen)) == 4


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"village": OTHER_VILLAGE}, ["TB-3"]),
        ({"village": [VILLAGE, OTHER_VILLAGE], "severity": 2}, ["TB-3"]),
        (
            {"village": f"{VILLAGE},{OTHER_VILLAGE}", "severity": ["2", "0,3"]},
            ["TB-3", "TB-2", "TB-1"],
        ),
        ({"status": "screened"}, ["TB-2"]),
        ({"status": ["screened", "concluded"]}, ["TB-2"]),
        ({"category": "likely_legal"}, ["TB-2"]),
        ({"status": "screened,concluded", "severity": "0,1"}, ["TB-2"]),
        ({"severity": [0, 1]}, ["TB_5%", "TB-2"]),
        ({"batch": 2}, ["TB_5%", "TB-1"]),
        ({"batch": 1}, ["TB-3", "TB-2", "TB-1"]),
        ({"department": "planning_and_environment"}, ["TB_5%", "TB-3", "TB-2", "TB-1"]),
        ({"department": "finance"}, []),
        ({"bbox": "105.9029,29.35,105.9034,29.3501"}, ["TB_5%"]),
        ({"bbox": "105.8,29.3,105.80001,29.30001"}, []),
        ({"overdue": "true"}, []),
        ({"open": "false"}, []),
        ({"open": "true", "severity": 3}, ["TB-1"]),
        ({"q": "TB-4"}, ["TB-1"]),
        ({"q": "望城"}, ["TB-3"]),
        ({"q": "-0001"}, ["TB-3", "TB-1"]),
        ({"q": "5%"}, ["TB_5%"]),
        ({"q": "B_1"}, []),
        ({"voided": "true"}, []),
    ],
)
def test_filters_choose_cases(
    reader: TestClient, query: dict[str, Any], expected: list[str]
) -> None:
    assert numbers(reader, **query) == expected


def test_a_case_is_overdue_once_its_day_has_passed(reader: TestClient) -> None:
    with clock.moved(timedelta(days=30)):
        assert numbers(reader, overdue="true") == ["TB_5%", "TB-3", "TB-1"]


@pytest.mark.parametrize(
    "query",
    [
        {"status": "no-such-state"},
        {"severity": "5"},
        {"severity": "1,5"},
        {"status": "screened,"},
        {"batch": str(2**70)},
        {"bbox": "1,2,3"},
        {"bbox": "a,b,c,d"},
        {"q": "\x00"},
        {"village": "\x00"},
        {"after": "nonsense"},
        {"limit": "0"},
    ],
)
def test_a_filter_that_cannot_be_used_is_a_problem(
    reader: TestClient, query: dict[str, str]
) -> None:
    answer = reader.get("/api/cases", params=query)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "invalid-parameter"


def test_a_case_shows_its_sightings(reader: TestClient) -> None:
    detail = reader.get(f"/api/cases/{case_id(reader, 'TB-1')}").json()
    told = detail["sighting_details"]
    assert [(one["patch"]["patch_no"], one["severity"], one["deciding"]) for one in told] == [
        ("TB-1", 3, True),
        ("TB-4", 2, False),
    ]
    assert detail["kin"] == []


def test_answers_are_what_the_description_of_the_interface_says(reader: TestClient) -> None:
    page = reader.get("/api/cases").json()
    for item in page["items"]:
        item["areas"] |= dict.fromkeys(ABSENT_IN_THESE_TESTS, 0.0)
    assert CasePage.model_validate(page, extra="forbid")
    detail = reader.get(f"/api/cases/{page['items'][0]['id']}").json()
    detail["areas"] |= dict.fromkeys(ABSENT_IN_THESE_TESTS, 0.0)
    assert CaseDetail.model_validate(detail, extra="forbid")


def test_the_history_of_a_case_can_be_read_in_order(reader: TestClient) -> None:
    events = reader.get(f"/api/cases/{case_id(reader, 'TB-1')}/events").json()["items"]
    assert [(event["number"], event["kind"]) for event in events] == [(1, "raised"), (2, "joined")]
    assert events[1]["previous_hash"] == events[0]["hash"]


def test_the_ground_of_a_case_tells_suspect_from_exempt(
    reader: TestClient, listed: Database
) -> None:
    with listed.transaction() as session:
        case = next(one for one in standing_cases(session) if one.severity == 3)
        for kind in (None, "approved-construction"):
            session.add(
                Piece(
                    run_id=case.run_id,
                    patch_id=case.patch_id,
                    village_code=case.village_code,
                    protection="cropland",
                    zone_kind=kind,
                    document_no="渝府〔2026〕1号" if kind else None,
                    dust=False,
                    area_m2=10.0,
                    area_low_m2=9.0,
                    area_high_m2=11.0,
                    geom=case.geom,
                )
            )
    answer = reader.get(f"/api/cases/{case_id(reader, 'TB-1')}/ground")
    assert answer.headers["content-type"] == "application/geo+json"
    told = [feature["properties"] for feature in answer.json()["features"]]
    assert [(one["exempt"], one["protection"]) for one in told] == [
        (False, "cropland"),
        (True, "cropland"),
    ]
    assert told[1]["document_no"] == "渝府〔2026〕1号"


def test_geojson_takes_the_same_filters_and_agrees_with_the_list(reader: TestClient) -> None:
    answer = reader.get("/api/cases.geojson", params={"batch": 2})
    assert answer.headers["content-type"] == "application/geo+json"
    features = answer.json()["features"]
    items = reader.get("/api/cases", params={"batch": 2}).json()["items"]
    assert [feature["id"] for feature in features] == [item["id"] for item in items]
    for feature, item in zip(features, items, strict=True):
        geometry = item.pop("geometry")
        assert (feature["geometry"], feature["properties"]) == (geometry, item)


def test_no_cases_is_an_empty_collection(reader: TestClient) -> None:
    answer = reader.get("/api/cases.geojson", params={"village": "999"}).json()
    assert answer == {"type": "FeatureCollection", "features": []}


def test_a_list_without_geometry_can_be_asked_for(reader: TestClient) -> None:
    items = reader.get("/api/cases", params={"geometry": "false"}).json()["items"]
    assert {item["geometry"] for item in items} == {None}


@pytest.mark.parametrize(
    ("username", "expected"),
    [
        ("village", ["TB_5%", "TB-2", "TB-1"]),
        ("analyst", ["TB-3"]),
        ("law_enforcement", ["TB_5%", "TB-3", "TB-2", "TB-1"]),
        ("culture_service_center", []),
    ],
)
def test_readers_see_their_own_cases(
    reader: TestClient, username: str, expected: list[str]
) -> None:
    reader.auth = (username, PASSWORD)
    assert numbers(reader) == expected
    features = reader.get("/api/cases.geojson").json()["features"]
    assert [one["properties"]["patch"]["patch_no"] for one in features] == expected
    assert reader.get("/api/villages/summary").json()["total"]["cases"] == len(expected)


@pytest.mark.parametrize("door", ["", "/events", "/ground"])
def test_a_case_of_another_village_is_not_there(reader: TestClient, door: str) -> None:
    foreign = case_id(reader, "TB-3")
    own = case_id(reader, "TB-1")
    reader.auth = ("village", PASSWORD)
    assert reader.get(f"/api/cases/{own}{door}").status_code == 200
    answer = reader.get(f"/api/cases/{foreign}{door}")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not-found"
    missing = reader.get(f"/api/cases/{10**9}{door}")
    assert missing.json()["detail"] == answer.json()["detail"]


@pytest.mark.parametrize("wrong", ["abc", "-1", str(2**70)])
def test_a_number_that_is_none_is_a_problem_and_no_failure(reader: TestClient, wrong: str) -> None:
    assert reader.get(f"/api/cases/{wrong}").status_code == 400


def test_nobody_reads_without_logging_in(reader: TestClient) -> None:
    reader.auth = None
    for address in ("/api/cases", "/api/cases.geojson", "/api/cases/1", "/api/villages/summary"):
        assert reader.get(address).status_code == 401


def test_kin_are_named_with_their_conclusion(client: TestClient, runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        screen_file(session, [Seen(number="old", ground=SAME)])
        session.execute(
            update(Case).values(
                status=Status.CLOSED_RECTIFIED.value, conclusion="non_farm", closed_at=clock.now()
            )
        )
        session.expire_all()
        screen_file(session, [Seen(number="new", ground=SAME)], 2)
    earlier, later = case_id(client, "old"), case_id(client, "new")
    (kin,) = client.get(f"/api/cases/{later}").json()["kin"]
    assert (kin["relation"], kin["id"], kin["conclusion"]) == ("earlier", earlier, "non_farm")
    (kin,) = client.get(f"/api/cases/{earlier}").json()["kin"]
    assert (kin["relation"], kin["id"]) == ("recurrence", later)


def test_a_void_case_can_still_be_read_and_names_what_took_it_over(
    client: TestClient, runtime: Runtime
) -> None:
    chain = [rectangle(0, 0, 30, 10), rectangle(20, 0, 50, 10), rectangle(10, 0, 40, 10)]
    with runtime.database.transaction() as session:
        for number, ground in enumerate(chain):
            screen_file(session, [Seen(number=f"C{number}", ground=ground)], number)
            session.expire_all()
    (void,) = client.get("/api/cases", params={"voided": "true"}).json()["items"]
    (home,) = client.get("/api/cases").json()["items"]
    assert void["merged_into"] == home["id"]
    detail = client.get(f"/api/cases/{void['id']}").json()
    assert detail["kin"][0]["relation"] == "merged_into"
