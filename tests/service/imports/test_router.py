"""Imports over HTTP."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
import shapely
from fastapi.testclient import TestClient
from httpx import Response

from service.runtime import Runtime
from tests.service.imports.building import (
    leftovers,
    run_queued,
    square,
    write_layer,
    write_plots,
)


def send(client: TestClient, path: Path, layer: str, **fields: str) -> Response:
    with path.open("rb") as file:
        answer: Response = client.post(
            "/api/imports",
            data={"layer": layer, **fields},
            files={"file": (path.name, file, "application/octet-stream")},
        )
    return answer


def send_bytes(client: TestClient, content: bytes, name: str, layer: str = "plots") -> Response:
    answer: Response = client.post(
        "/api/imports", data={"layer": layer}, files={"file": (name, content)}
    )
    return answer


@pytest.fixture
def plots_file(tmp_path: Path) -> Path:
    return write_plots(tmp_path / "地块.gpkg", ["1", "2", "3"])


def finished(client: TestClient, runtime: Runtime, answer: Response) -> dict[str, Any]:
    assert answer.status_code == 202, answer.text
    run_queued(runtime)
    found: dict[str, Any] = client.get(answer.json()["status_url"]).json()
    return found


def test_a_file_is_taken_and_followed_to_its_publishing(
    office: TestClient, township: Runtime, plots_file: Path
) -> None:
    answer = send(office, plots_file, "plots", note="第二次", effective_on="2026-06-01")
    assert answer.status_code == 202
    assert set(answer.json()) >= {"id", "status_url"}
    waiting = office.get(answer.json()["status_url"]).json()
    assert (waiting["status"], waiting["progress"]) == ("queued", 0)
    job = finished(office, township, answer)
    assert (job["status"], job["progress"], job["version"]) == ("published", 1, 2)
    assert job["filename"] == "地块.gpkg"
    assert (job["note"], job["effective_on"], job["created_by"]) == (
        "第二次", "2026-06-01", "office",
    )  # fmt: skip
    assert {item["name"] for item in job["decisions"]} >= {"crs", "fields"}
    assert all(item["how"] for item in job["decisions"])
    assert (job["counts"]["read"], job["counts"]["cases_raised"]) == (3, 0)


def test_an_import_is_followed_at_the_public_address(office: TestClient, plots_file: Path) -> None:
    office.headers["X-Forwarded-Host"] = "farm.example"
    answer = send(office, plots_file, "plots").json()
    assert answer["status_url"] == f"http://farm.example/api/imports/{answer['id']}"
    told = office.get(f"/api/imports/{answer['id']}").json()
    assert told["receipt_url"] == f"http://farm.example/api/imports/{answer['id']}/receipt.csv"


def test_the_same_bytes_again_point_at_the_earlier_import(
    office: TestClient, plots_file: Path
) -> None:
    first = send(office, plots_file, "plots")
    again = send(office, plots_file, "plots")
    assert again.status_code == 200
    assert again.json()["duplicate_of"] == first.json()["id"]
    assert office.get("/api/imports").json()["items"][0]["id"] == first.json()["id"]


def test_the_same_bytes_as_another_layer_are_another_import(
    office: TestClient, plots_file: Path
) -> None:
    send(office, plots_file, "plots")
    assert send(office, plots_file, "rural-roads").status_code == 202


def test_a_rejected_file_may_be_sent_again(
    office: TestClient, township: Runtime, tmp_path: Path
) -> None:
    columns = {"TBBH": ["1", "2"], "DLBM": ["0101"] * 2}
    path = write_layer(tmp_path / "p.gpkg", columns, [square(1), None])
    first = finished(office, township, send(office, path, "plots"))
    assert first["status"] == "rejected"
    assert first["problem"]["code"] == "too-many-rejected"
    assert [item["row"] for item in first["problems"]] == [2]
    assert send(office, path, "plots").status_code == 202


def test_a_version_that_was_superseded_may_be_sent_again(
    office: TestClient, township: Runtime, plots_file: Path, tmp_path: Path
) -> None:
    finished(office, township, send(office, plots_file, "plots"))
    other = write_plots(tmp_path / "q.gpkg", ["7"])
    finished(office, township, send(office, other, "plots"))
    assert send(office, plots_file, "plots").status_code == 202


def test_events_tell_of_an_import_until_it_has_ended(
    office: TestClient, township: Runtime, plots_file: Path
) -> None:
    job = finished(office, township, send(office, plots_file, "plots"))
    answer = office.get(f"/api/imports/{job['id']}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    told = [line[6:] for line in answer.text.splitlines() if line.startswith("data: ")]
    assert json.loads(told[-1])["status"] == "published"


def test_the_receipt_has_a_line_for_each_row_and_opens_in_excel(
    office: TestClient, township: Runtime, tmp_path: Path
) -> None:
    geometry = [square(n / 4, size=0.0002) for n in range(30)]
    geometry[4] = None
    columns = {"TBBH": [str(n) for n in range(30)], "DLBM": ["0101"] * 30}
    path = write_layer(tmp_path / "p.gpkg", columns, geometry)
    job = finished(office, township, send(office, path, "plots"))
    answer = office.get(job["receipt_url"])
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer.headers["content-disposition"]
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [int(line["row"]) for line in lines] == list(range(1, 31))
    assert [line["row"] for line in lines if line["status"] != "accepted"] == ["5"]
    assert lines[4]["结果"] == "不合格"
    assert lines[4]["code"] and lines[4]["detail"] and lines[4]["detail_en"]


def test_the_receipt_says_once_what_is_the_matter_with_several_fields(
    office: TestClient, township: Runtime, tmp_path: Path
) -> None:
    columns = {"JCBH": ["1"], "TBLX": ["20"], "QSX": ["四月"], "HSX": ["五月"]}
    path = write_layer(tmp_path / "p.gpkg", columns, [square(1)])
    job = finished(office, township, send(office, path, "patches"))
    answer = office.get(job["receipt_url"])
    (line,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert line["code"] == "date-unreadable"
    assert line["detail"].count("日期无法识别") == 1
    assert line["detail"].endswith("（before_date after_date）")
    assert line["field"] == "before_date after_date"


def test_rows_with_a_place_are_shown_as_points(
    office: TestClient, township: Runtime, tmp_path: Path
) -> None:
    west, south = square(0).bounds[:2]
    bow = shapely.Polygon(
        [(west, south), (west + 8e-4, south + 8e-4), (west + 8e-4, south), (west, south + 8e-4)]
    )
    columns = {"TBBH": [str(n) for n in range(30)], "DLBM": ["0101"] * 30}
    geometry = [bow, *(square(n / 4 + 2, size=0.0002) for n in range(29))]
    path = write_layer(tmp_path / "p.gpkg", columns, geometry)
    job = finished(office, township, send(office, path, "plots"))
    found = office.get(f"/api/imports/{job['id']}/problems.geojson").json()
    rows = [item for item in found["features"] if item["properties"].get("row") == 1]
    assert len(rows) == 1
    lon, lat = rows[0]["geometry"]["coordinates"]
    assert west <= lon <= west + 8e-4
    assert south <= lat <= south + 8e-4


def test_a_preview_shows_what_would_be_decided_and_the_file_is_not_sent_twice(
    office: TestClient, township: Runtime, plots_file: Path
) -> None:
    with plots_file.open("rb") as file:
        look = office.post(
            "/api/imports/preview",
            data={"layer": "plots"},
            files={"file": (plots_file.name, file)},
        ).json()
    assert (look["row_count"], look["mapping"]["land_class"]) == (3, "DLBM")
    assert look["sample"][0]["TBBH"] == "1"
    assert office.get("/api/imports").json()["items"] != []  # the township's own
    answer = office.post(
        "/api/imports",
        files={"layer": (None, "plots"), "upload": (None, look["upload"]),
               "filename": (None, look["filename"])},
    )  # fmt: skip
    job = finished(office, township, answer)
    assert (job["status"], job["filename"]) == ("published", "地块.gpkg")


def test_a_refused_preview_says_how_to_refer_to_the_file(office: TestClient) -> None:
    answer = office.post(
        "/api/imports/preview",
        data={"layer": "plots"},
        files={"file": ("note.zip", b"PK\x05\x06" + bytes(18))},
    )
    assert answer.status_code == 422
    assert len(answer.json()["upload"]) == 64


def test_imports_are_listed_from_the_newest_a_page_at_a_time(
    office: TestClient, plots_file: Path
) -> None:
    send(office, plots_file, "plots")
    send(office, plots_file, "rural-roads")
    page = office.get("/api/imports?limit=1").json()
    assert [item["layer"] for item in page["items"]] == ["rural-roads"]
    following = office.get(page["next"]).json()
    assert [item["layer"] for item in following["items"]] == ["plots"]
    assert office.get("/api/imports?layer=villages").json()["next"] is None


def test_reading_options_that_cannot_be_used_are_named(
    office: TestClient, plots_file: Path
) -> None:
    for field, value in {
        "layer": "地块",
        "crs": "x" * 4001,
        "encoding": "mojibake",
        "effective_on": "yesterday",
    }.items():
        answer = send(office, plots_file, **{"layer": "plots", field: value})
        assert answer.status_code == 400, field
        assert answer.json()["code"] == "invalid-parameter"
        assert answer.json()["parameter"] == field
        assert not re.search(r"[a-z]+ [a-z]+ [a-z]+", answer.json()["detail"]), field


def test_without_a_file_the_form_says_what_is_missing(office: TestClient) -> None:
    answer = office.post("/api/imports", files={"layer": (None, "plots")})
    assert (answer.status_code, answer.json()["parameter"]) == (400, "file")
    assert office.post("/api/imports", json={"layer": "plots"}).status_code == 400
    assert office.post("/api/imports").status_code == 400


def test_an_upload_over_the_limit_is_refused_before_it_is_read(
    office: TestClient, township: Runtime
) -> None:
    township.settings.max_upload_mb = 1
    answer = send_bytes(office, bytes(3 << 20), "big.zip")
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    assert leftovers(township) == []


def test_an_upload_over_the_limit_without_a_length_is_cut_off(
    office: TestClient, township: Runtime
) -> None:
    township.settings.max_upload_mb = 1
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="big.zip"\r\n\r\n'

    def endless() -> Any:
        yield head
        for _ in range(64):
            yield bytes(1 << 16)

    answer = office.post(
        "/api/imports",
        content=endless(),
        headers={"content-type": "multipart/form-data; boundary=x"},
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    assert leftovers(township) == []


def test_who_may_not_import_is_refused_before_the_file_is_read(
    office: TestClient, township: Runtime, plots_file: Path
) -> None:
    office.auth = ("village", "test-only")
    assert send(office, plots_file, "plots").status_code == 403
    assert office.get("/api/imports").status_code == 403
    office.auth = None
    assert send(office, plots_file, "plots").status_code == 401
    assert leftovers(township) == []


def test_an_import_that_does_not_exist_is_a_404_everywhere(office: TestClient) -> None:
    for part in ("", "/events", "/receipt.csv", "/problems.geojson"):
        assert office.get(f"/api/imports/999999{part}").status_code == 404


def test_a_village_sees_itself_in_the_list_of_villages(office: TestClient) -> None:
    items = office.get("/api/villages").json()["items"]
    assert [item["code"] for item in items] == ["500118001201", "500118001202"]
    assert items[0]["area"] > 0
    west, south, east, north = items[0]["bbox"]
    assert west < east and south < north
    office.auth = ("village", "test-only")
    assert [item["code"] for item in office.get("/api/villages").json()["items"]] == [
        "500118001201"
    ]
