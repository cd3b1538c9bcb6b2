"""A full disk is told as such: to who uploads, and to who waits for an import."""

from __future__ import annotations

from pathlib import Path

from fastapi.testclient import TestClient
from sqlalchemy import text

from service.imports.statuses import ImportStatus
from service.runtime import Runtime
from spatial.words import LayerName
from tests.service.imports.building import import_now, leftovers, stray_tables, write_plots

FULL = """
CREATE FUNCTION disk_is_full() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER disk_is_full BEFORE INSERT ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION disk_is_full();
"""


def fill_disk_at(runtime: Runtime, table: str) -> None:
    """From now on the server has no room for rows of this table."""
    with runtime.database.transaction() as session:
        session.execute(text(FULL.format(table=table)))


def test_an_import_without_room_fails_with_the_reason(township: Runtime, tmp_path: Path) -> None:
    fill_disk_at(township, "layer_version")
    job = import_now(township, write_plots(tmp_path / "p.gpkg", ["1"]), LayerName.PLOTS)
    assert job.status == ImportStatus.FAILED
    assert job.problem is not None
    assert job.problem["code"] == "no-space"
    assert stray_tables(township) == []
    assert leftovers(township) == []


def test_an_upload_without_room_is_told_so(
    client: TestClient, runtime: Runtime, tmp_path: Path
) -> None:
    fill_disk_at(runtime, "import")
    with write_plots(tmp_path / "p.gpkg", ["1"]).open("rb") as file:
        answer = client.post("/api/imports", files={"file": file}, data={"layer": "plots"})
    assert (answer.status_code, answer.json()["code"]) == (507, "no-space")
    assert leftovers(runtime) == []
