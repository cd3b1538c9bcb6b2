"""A filtered collection as one file."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import geopandas
import pytest
from fastapi.testclient import TestClient

from service.errors import TooManyRequests
from service.features.fragments import Fragment
from service.features.reader import FeatureReader, Row
from service.features.selection import Selection
from service.ogc import download_routes
from service.runtime import Runtime
from tests.conftest import PASSWORD
from tests.service.features.fixtures import OFFICE


@pytest.mark.parametrize("ending", ["geojson", "fgb"])
def test_a_file_holds_every_feature_selected_with_its_types(
    township: TestClient, tmp_path: Path, ending: str
) -> None:
    answer = township.get(f"/ogc/collections/plots/download.{ending}?village_code=500118001202")
    path = tmp_path / f"plots.{ending}"
    path.write_bytes(answer.content)
    frame = geopandas.read_file(path)
    assert len(frame) == 100
    assert set(frame["village_code"]) == {"500118001202"}
    assert frame["area_m2"].dtype == "float64" or frame["area_m2"].dtype == "int32"
    assert frame.total_bounds == pytest.approx([105.9, 29.35, 105.91, 29.36])
    assert "attachment" in answer.headers["content-disposition"]


@pytest.mark.parametrize("ending", ["geojson", "fgb"])
@pytest.mark.parametrize(("epsg", "west"), [(4523, 35_587_391.3), (4490, 105.9), (3857, 11788734)])
def test_a_file_names_its_system_and_keeps_east_before_north(
    township: TestClient, tmp_path: Path, ending: str, epsg: int, west: float
) -> None:
    path = tmp_path / f"plots.{ending}"
    answer = township.get(f"/ogc/collections/plots/download.{ending}?crs=EPSG:{epsg}")
    path.write_bytes(answer.content)
    frame = geopandas.read_file(path)
    assert frame.crs.to_epsg() == epsg
    assert frame.total_bounds[0] == pytest.approx(west, abs=1)


@pytest.mark.parametrize("collection", ["villages", "plots", "zones", "patches", "cases"])
@pytest.mark.parametrize("ending", ["geojson", "fgb"])
def test_every_collection_can_be_taken_along(
    township: TestClient, collection: str, ending: str
) -> None:
    answer = township.get(f"/ogc/collections/{collection}/download.{ending}")
    assert answer.status_code == 200
    assert answer.content


@pytest.mark.parametrize("ending", ["geojson", "fgb"])
def test_a_file_has_no_column_for_edits(township: TestClient, tmp_path: Path, ending: str) -> None:
    """Nothing is edited in a file; a desktop finds the column in the items."""
    path = tmp_path / f"plots.{ending}"
    path.write_bytes(township.get(f"/ogc/collections/plots/download.{ending}").content)
    assert "edit_token" not in geopandas.read_file(path).columns
    items = township.get("/ogc/collections/plots/items?limit=1").json()["features"]
    assert "edit_token" in items[0]["properties"]


@pytest.mark.parametrize("ending", ["geojson", "fgb"])
def test_a_file_of_cases_says_which_patch_and_how_much_farmland(
    township: TestClient, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"cases.{ending}"
    path.write_bytes(township.get(f"/ogc/collections/cases/download.{ending}").content)
    frame = geopandas.read_file(path)
    told = township.get("/api/cases").json()["items"]
    numbers = {case["id"]: case["patch"]["patch_no"] for case in told}
    assert dict(zip(frame["case_id"], frame["patch_no"], strict=True)) == numbers
    areas = {case["id"]: case["areas"]["farmland"] for case in told}
    assert dict(zip(frame["case_id"], frame["farmland_m2"], strict=True)) == areas


@pytest.mark.parametrize("ending", ["geojson", "fgb"])
def test_before_any_import_the_file_is_empty(
    empty: TestClient, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"plots.{ending}"
    path.write_bytes(empty.get(f"/ogc/collections/plots/download.{ending}").content)
    assert len(geopandas.read_file(path)) == 0


def test_a_village_users_file_holds_its_own_cases(township: TestClient) -> None:
    township.auth = ("village", PASSWORD)
    cases = township.get("/ogc/collections/cases/download.geojson").json()["features"]
    assert [case["id"] for case in cases] == [1]


def test_a_bad_filter_is_told_before_the_file_begins(township: TestClient) -> None:
    for ending in ("geojson", "fgb"):
        answer = township.get(f"/ogc/collections/plots/download.{ending}?filter=plot_id / 0 = 1")
        assert answer.status_code == 400


def test_rows_are_made_only_as_they_are_fetched(own_runtime: Runtime) -> None:
    endless = Fragment("SELECT generate_series(1, 1000000000000)")

    async def two_batches() -> list[int]:
        reader = FeatureReader(own_runtime.database, own_runtime.settings.features)
        async with aclosing(reader.batches(endless)) as batches:
            return [len(await anext(batches)), len(await anext(batches))]

    assert asyncio.run(two_batches()) == [500, 500]


def test_as_many_downloads_as_allowed_run_at_once(own_runtime: Runtime) -> None:
    numbers = Fragment("SELECT generate_series(1, 1000)")

    async def three() -> None:
        reader = FeatureReader(own_runtime.database, own_runtime.settings.features)
        async with (
            aclosing(reader.batches(numbers)) as one,
            aclosing(reader.batches(numbers)) as two,
        ):
            await anext(one)
            await anext(two)
            await anext(reader.batches(numbers))

    with pytest.raises(TooManyRequests):
        asyncio.run(three())


@pytest.mark.parametrize(("waiting", "read"), [(True, 200), (False, 0)])
def test_rows_are_read_only_while_somebody_waits_for_the_file(
    own_township: TestClient, monkeypatch: pytest.MonkeyPatch, waiting: bool, read: int
) -> None:
    written: list[Row] = []

    def write(path: Path, selection: Selection, batches: Iterator[list[Row]]) -> None:
        path.touch()
        written.extend(row for batch in batches for row in batch)

    monkeypatch.setattr(download_routes, "write_flatgeobuf", write)
    login = b64encode(":".join(OFFICE).encode())
    scope = {
        "type": "http", "method": "GET", "scheme": "http", "http_version": "1.1",
        "path": "/ogc/collections/plots/download.fgb", "query_string": b"", "root_path": "",
        "headers": [(b"host", b"plotwatch"), (b"authorization", b"Basic " + login)],
        "server": ("plotwatch", 80), "client": ("127.0.0.1", 1),
    }  # fmt: skip

    async def receive() -> dict[str, object]:
        if waiting:
            await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    async def send(message: object) -> None:
        pass

    assert own_township.portal is not None
    own_township.portal.call(own_township.app, scope, receive, send)
    assert len(written) == read
