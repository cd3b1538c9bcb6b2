"""Overdue means the same in the list of cases, on the map and in the open collections."""

from __future__ import annotations

import mapbox_vector_tile
from fastapi.testclient import TestClient
from sqlalchemy import text

from service.runtime import Runtime

RUNNING, PAUSED = "500118001202-2026-0001", "500118001203-2026-0002"


def listed(client: TestClient) -> set[str]:
    return {case["code"] for case in client.get("/api/cases?overdue=true").json()["items"]}


def served(client: TestClient) -> set[str]:
    found = client.get("/ogc/collections/cases/items?overdue=true").json()["features"]
    return {case["properties"]["code"] for case in found}


def drawn(client: TestClient) -> set[str]:
    tile = mapbox_vector_tile.decode(client.get("/api/tiles/cases/14/13011/6793.pbf").content)
    found = [case["properties"] for case in tile["cases"]["features"]]
    return {case["code"] for case in found if case["overdue"]}


def test_a_case_whose_clock_stands_still_is_overdue_nowhere(
    own_township: TestClient, own_runtime: Runtime
) -> None:
    with own_runtime.database.transaction() as session:
        session.execute(text("UPDATE suspect_case SET due_at = now() - interval '1 day'"))
        session.execute(
            text("UPDATE suspect_case SET paused_at = now() WHERE code = :code"), {"code": PAUSED}
        )
    assert listed(own_township) == served(own_township) == drawn(own_township) == {RUNNING}
