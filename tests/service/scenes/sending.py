"""Scenes sent over HTTP and made ready at once, as a worker would."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import rasterio
from fastapi.testclient import TestClient

from service.patches.models import Patch
from service.runtime import Runtime
from service.scenes.converting import convert
from tests.service.cases.life.making import make_case

BEFORE, AFTER = "2026:03:28 10:30:00", "2026:07:11 10:30:00"
# Cases lie at 105.9°E 29.35°N, on the edge of the usual scene; this one goes around them.
AROUND = rasterio.transform.from_origin(105.895, 29.36, 1e-4, 1e-4)


def send(client: TestClient, path: Path, **form: str) -> Any:
    with path.open("rb") as file:
        return client.post("/api/scenes", files={"file": (path.name, file)}, data=form)


def ready(client: TestClient, runtime: Runtime, path: Path, **form: str) -> dict[str, Any]:
    number = send(client, path, **form).json()["id"]
    convert(runtime, number)
    answer: dict[str, Any] = client.get(f"/api/scenes/{number}").json()
    return answer


def make_dated_case(runtime: Runtime) -> int:
    """A case with a patch between 2026-04-01 and 2026-07-01."""
    with runtime.database.transaction() as session:
        case = make_case(session)
        patch = session.get_one(Patch, case.patch_id)
        patch.before_date, patch.after_date = date(2026, 4, 1), date(2026, 7, 1)
        return case.id
