"""Evidence given to cases: once, bounded, with its place, and seen by nobody else."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from service import clock
from service.cases.statuses import Status
from service.evidence.checking import broken_files
from service.evidence.uploads import forget_unfinished
from tests.conftest import PASSWORD
from tests.service.cases.life.making import PLACE, SIDE, Township
from tests.service.evidence.pictures import exif, picture, pixel_bomb

WITHIN = {"lon": PLACE[0] + SIDE / 2, "lat": PLACE[1] + SIDE / 2}
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer <<>>\n%%EOF\n"


def send(township: Township, case_id: int, content: bytes, by: str = "grid", **form: Any) -> Any:
    files = {"file": (form.pop("name", "IMG_1.jpg"), content, "application/octet-stream")}
    address = f"/api/cases/{case_id}/evidence"
    return township.client.post(address, files=files, data=form, auth=(by, PASSWORD))


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_a_photo_is_kept_by_its_hash_with_time_place_and_direction(township: Township) -> None:
    case_id = township.case(Status.EVIDENCE)
    south = {"lon": WITHIN["lon"], "lat": PLACE[1] - 0.0005}
    content = picture(exif(**south, azimuth=90.0, taken="2026:11:24 09:00:00"))
    answer = send(township, case_id, content, kind="far")
    made = answer.json()
    assert answer.status_code == 201
    assert made["sha256"] == sha256(content)
    assert made["distance_m"] == pytest.approx(55.4, abs=0.3)
    assert made["bearing_off"] == pytest.approx(66, abs=3)
    assert (made["position_source"], made["taken_source"], made["kind"]) == ("exif", "exif", "far")
    assert made["taken_at"].startswith("2026-11-24T01:00:00")


def test_what_the_phone_says_counts_where_the_photo_says_nothing(township: Township) -> None:
    case_id = township.case(Status.EVIDENCE)
    said = {**WITHIN, "taken_at": "2026-11-24T09:00:00+08:00", "azimuth": 12}
    made = send(township, case_id, picture(colour=(1, 2, 3)), **said).json()
    assert made["distance_m"] == 0.0
    sources = (made["position_source"], made["taken_source"], made["azimuth_source"])
    assert sources == ("device", "device", "device")
    own = picture(exif(lon=106.0, lat=29.0))
    assert send(township, case_id, own, **said).json()["position_source"] == "exif"


def test_the_same_file_is_kept_once_however_often_it_is_sent(township: Township) -> None:
    case_id = township.case(Status.EVIDENCE)
    content = picture(colour=(3, 3, 3))
    first = send(township, case_id, content, sha256=sha256(content))
    again = send(township, case_id, content, sha256=sha256(content))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    history = township.get(f"/api/cases/{case_id}/events").json()["items"]
    assert [event["kind"] for event in history] == ["raised", "evidence_added"]


def test_a_file_that_arrived_otherwise_than_sent_is_refused(township: Township) -> None:
    case_id = township.case(Status.EVIDENCE)
    answer = send(township, case_id, picture(), sha256="0" * 64)
    assert (answer.status_code, answer.json()["code"]) == (400, "hash-differs")
    assert township.get(f"/api/cases/{case_id}/evidence").json()["items"] == []


def test_what_is_handed_out_has_no_device_data_and_cannot_run(township: Township) -> None:
    case_id = township.case(Status.EVIDENCE)
    made = send(township, case_id, picture(exif(**WITHIN), "HEIF"), name="街景 (1).HEIC").json()
    address = f"/api/cases/{case_id}/evidence/{made['id']}"
    content = township.get(f"{address}/content", "village")
    assert content.headers["content-type"] == "image/jpeg"
    assert b"SERIAL-1234" not in content.content
    assert content.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in content.headers["content-security-policy"]
    small = township.get(f"{address}/thumbnail", "village")
    assert max(Image.open(io.BytesIO(small.content)).size) == 320


def test_a_document_is_a_document_whatever_it_is_called(township: Township) -> None:
    case_id = township.case(Status.EVIDENCE)
    made = send(township, case_id, PDF, name="批文.jpg", **WITHIN).json()
    assert (made["kind"], made["media_type"], made["lon"]) == ("document", "application/pdf", None)
    address = f"/api/cases/{case_id}/evidence/{made['id']}"
    assert township.get(f"{address}/thumbnail").status_code == 404
    served = township.get(f"{address}/content")
    assert served.content == PDF
    assert served.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 400, "empty-file"),
        (b"<script>alert(1)</script>", 400, "not-a-picture"),
        (b"PK\x03\x04" + b"\0" * 500, 400, "not-a-picture"),
        (pixel_bomb(), 413, "too-many-pixels"),
        (b"\xff\xd8\xff" + b"\0" * (41 << 20), 413, "too-large"),
    ],
)
def test_harmful_files_are_refused(
    township: Township, content: bytes, status: int, code: str
) -> None:
    case_id = township.case(Status.EVIDENCE)
    answer = send(township, case_id, content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert township.get(f"/api/cases/{case_id}/evidence").json()["items"] == []


@pytest.mark.parametrize(
    "form",
    [
        {"lon": "105.9"},
        {"lon": "nan", "lat": "1"},
        {"lon": "200", "lat": "1"},
        {"taken_at": "2026-11-24T09:00:00"},
        {"azimuth": "361"},
        {"kind": "selfie"},
        {"sha256": "abc"},
        {"note": "a\x00b"},
    ],
)
def test_a_form_that_cannot_be_used_is_a_400(township: Township, form: dict[str, str]) -> None:
    case_id = township.case(Status.EVIDENCE)
    assert send(township, case_id, picture(), **form).status_code == 400


def test_a_request_that_is_no_form_is_a_400(township: Township) -> None:
    case_id = township.case(Status.EVIDENCE)
    assert township.post(f"/api/cases/{case_id}/evidence", {"file": "x"}).status_code == 400


def test_a_case_takes_no_more_than_its_number_of_files(township: Township) -> None:
    case_id = township.case(Status.EVIDENCE)
    limits = township.runtime.settings.evidence
    limits.files_of_case = 2
    try:
        codes = [
            send(township, case_id, picture(colour=(9, 9, shade))).status_code
            for shade in (1, 100, 200)
        ]
    finally:
        limits.files_of_case = 500
    assert codes == [201, 201, 409]


@pytest.mark.parametrize("status", [Status.CLOSED_RECTIFIED, Status.TRANSFERRED, Status.SPLIT])
def test_what_is_settled_takes_no_more(township: Township, status: Status) -> None:
    assert send(township, township.case(status), picture()).status_code == 409


@pytest.mark.parametrize(
    ("by", "status"),
    [
        ("other-village", 404),
        ("other-grid", 404),
        ("culture_service_center", 404),
        ("analyst", 403),
        ("finance", 403),
        ("law_enforcement", 201),
        ("office", 201),
    ],
)
def test_evidence_is_given_by_those_whose_case_it_is(
    township: Township, by: str, status: int
) -> None:
    case_id = township.case(Status.EVIDENCE)
    assert send(township, case_id, picture(), by=by).status_code == status


def test_nobody_changes_or_removes_evidence(township: Township) -> None:
    send(township, township.case(Status.EVIDENCE), picture())
    for statement in ("UPDATE evidence SET distance_m = 0", "DELETE FROM evidence"):
        with (
            pytest.raises(DBAPIError, match="append-only"),
            township.runtime.database.transaction() as session,
        ):
            session.execute(text(statement))


def put_piece(
    township: Township, case_id: int, whole: bytes, start: int, end: int, by: str = "grid"
) -> Any:
    return township.client.patch(
        f"/api/cases/{case_id}/evidence/uploads/{sha256(whole)}",
        content=whole[start:end],
        headers={"Upload-Offset": str(start)},
        auth=(by, PASSWORD),
    )


def test_an_upload_in_pieces_goes_on_where_it_stopped(township: Township) -> None:
    case_id = township.case(Status.EVIDENCE)
    whole = picture(size=(900, 700), colour=(7, 8, 9), quality=95)
    address = f"/api/cases/{case_id}/evidence/uploads/{sha256(whole)}"
    assert put_piece(township, case_id, whole, 0, 2000).json()["offset"] == 2000
    # The answer to the first piece was lost: sent again, it changes nothing.
    assert put_piece(township, case_id, whole, 0, 2000).json()["offset"] == 2000
    gap = put_piece(township, case_id, whole, 3000, 4000)
    assert (gap.status_code, gap.json()["offset"]) == (409, 2000)
    form = {"upload": sha256(whole), "filename": "a.jpg", "kind": "near"}
    early = township.client.post(
        f"/api/cases/{case_id}/evidence", data=form, files={"x": b""}, auth=("grid", PASSWORD)
    )
    assert (early.status_code, early.json()["code"]) == (409, "upload-incomplete")
    assert township.get(address, "grid").json() == {"offset": 2000, "complete": False}
    put_piece(township, case_id, whole, 2000, len(whole))
    made = township.client.post(
        f"/api/cases/{case_id}/evidence", data=form, files={"x": b""}, auth=("grid", PASSWORD)
    )
    assert (made.status_code, made.json()["sha256"]) == (201, sha256(whole))
    assert township.get(address, "grid").json() == {"offset": 0, "complete": True}


def test_pieces_are_bounded_and_nobody_elses(township: Township) -> None:
    case_id = township.case(Status.EVIDENCE)
    whole = picture(colour=(70, 8, 9))
    assert put_piece(township, case_id, whole, 0, 100).status_code == 200
    address = f"/api/cases/{case_id}/evidence/uploads/{sha256(whole)}"
    assert township.get(address, "village").json()["offset"] == 0
    assert put_piece(township, case_id, whole, 0, 100, by="other-grid").status_code == 404
    huge = b"\0" * ((8 << 20) + 1)
    assert put_piece(township, case_id, huge, 0, len(huge)).status_code == 413
    far = township.client.patch(
        address, content=b"x", headers={"Upload-Offset": str(1 << 30)}, auth=("grid", PASSWORD)
    )
    assert far.status_code == 413


def test_what_nobody_goes_on_with_is_forgotten(township: Township) -> None:
    case_id = township.case(Status.EVIDENCE)
    whole = picture(colour=(71, 8, 9))
    put_piece(township, case_id, whole, 0, 100)
    settings = township.runtime.settings
    assert forget_unfinished(settings) == 0
    with clock.moved(timedelta(hours=73)):
        assert forget_unfinished(settings) >= 1
    address = f"/api/cases/{case_id}/evidence/uploads/{sha256(whole)}"
    assert township.get(address, "grid").json()["offset"] == 0


def test_a_file_changed_or_removed_behind_the_service_is_found(township: Township) -> None:
    runtime = township.runtime
    made = [
        send(township, township.case(Status.EVIDENCE), picture(colour=(200, 1, shade))).json()
        for shade in (1, 2)
    ]
    with runtime.database.reading() as session:
        assert list(broken_files(session, runtime.files)) == []
        with runtime.files.local_path(made[0]["sha256"]) as path:
            path.unlink()
        with runtime.files.local_path(made[1]["sha256"]) as path:
            path.write_bytes(b"another photo")
        found = list(broken_files(session, runtime.files))
    assert [sentence.rpartition(" ")[2] for sentence in found] == ["missing", "changed"]
