"""Hostile and broken uploads at the door: a problem that says why, and nothing kept."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from service.runtime import Runtime
from tests.service.imports.building import leftovers, run_queued, stray_tables, write_plots

VRT = b"<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>/etc/passwd</SrcDataSource>"
NETWORK_LINK = (
    b"<?xml version='1.0'?><kml xmlns='http://www.opengis.net/kml/2.2'><NetworkLink><Link>"
    b"<href>http://169.254.169.254/</href></Link></NetworkLink></kml>"
)


def zipped(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def with_symbolic_link() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        link = zipfile.ZipInfo("plots.geojson")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return packed.getvalue()


def shapefile_header() -> bytes:
    return b"\x00\x00\x27\x0a" + bytes(20) + (50).to_bytes(4, "big") + bytes(72)


HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a document in a zip": ("report.zip", lambda: zipped({"说明.docx": b"PK\x03\x04 nothing"})),
    "a broken zip": ("broken.zip", lambda: zipped({"a.geojson": b"{}" * 99})[:-30]),
    "an image": ("plots.zip", lambda: b"II*\x00" + bytes(400)),
    "a virtual dataset": ("plots.geojson", lambda: VRT),
    "a virtual dataset in a zip": ("plots.zip", lambda: zipped({"plots.shp": VRT})),
    "a web page": ("plots.shp", lambda: b"<!DOCTYPE html><html><body>404</body></html>"),
    "a Git LFS pointer": (
        "plots.shp",
        lambda: b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n",
    ),
    "a bare shapefile": ("plots.shp", shapefile_header),
    "a KML that links elsewhere": ("plots.kml", lambda: NETWORK_LINK),
    "half a GeoJSON": ("plots.geojson", lambda: b'{"type": "FeatureCollection", "features": [{'),
    "GeoJSON without features": (
        "plots.geojson",
        lambda: json.dumps({"type": "FeatureCollection", "features": []}).encode(),
    ),
    "a database without layers": ("plots.gpkg", lambda: b"SQLite format 3\x00" + bytes(4096)),
    "a path that leads out": ("plots.zip", lambda: zipped({"../../plots.geojson": b"{}"})),
    "a symbolic link": ("plots.zip", with_symbolic_link),
    "a zip bomb": ("plots.zip", lambda: zipped({"plots.geojson": bytes(30 << 20)})),
    "too many members": (
        "plots.zip",
        lambda: zipped({f"{number}.txt": b"" for number in range(12_000)}),
    ),
    "noise": ("plots.gpkg", lambda: bytes(range(256)) * 40),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_at_sight_and_not_kept(
    office: TestClient, township: Runtime, case: str
) -> None:
    name, make = HOSTILE[case]
    content = make()
    answer = office.post("/api/imports", data={"layer": "plots"}, files={"file": (name, content)})
    assert answer.status_code in (413, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] != "reading-crashed"
    assert problem["detail"] and problem["detail_en"]
    assert list(township.files.hashes()) == []
    assert leftovers(township) == []


@pytest.mark.parametrize("case", ["a document in a zip", "half a GeoJSON", "a zip bomb"])
def test_a_hostile_file_too_large_for_a_look_is_rejected_by_the_worker(
    office: TestClient, township: Runtime, case: str
) -> None:
    township.settings.imports.look_mb = -1
    name, make = HOSTILE[case]
    answer = office.post("/api/imports", data={"layer": "plots"}, files={"file": (name, make())})
    assert answer.status_code == 202
    run_queued(township)
    job = office.get(answer.json()["status_url"]).json()
    assert job["status"] == "rejected"
    assert job["problem"]["code"] and job["problem"]["detail"]
    with township.database.reading() as session:
        published = session.scalar(text("SELECT count(*) FROM layer_version"))
    assert published == 2  # the township's own villages and plots
    assert stray_tables(township) == []
    assert leftovers(township) == []


def test_files_cut_anywhere_are_published_or_refused_with_a_reason(
    office: TestClient, township: Runtime, tmp_path: Path
) -> None:
    township.settings.imports.look_mb = -1
    whole = write_plots(tmp_path / "p.fgb", ["1", "2", "3"]).read_bytes()
    for part in (0.1, 0.4, 0.7, 0.95):
        content = whole[: int(len(whole) * part)]
        answer = office.post(
            "/api/imports", data={"layer": "plots"}, files={"file": ("p.fgb", content)}
        )
        assert answer.status_code == 202
        run_queued(township)
        job = office.get(answer.json()["status_url"]).json()
        assert job["status"] in ("published", "rejected"), job["problem"]
    assert leftovers(township) == []
