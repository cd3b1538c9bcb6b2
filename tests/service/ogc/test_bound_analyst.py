"""An analyst bound to a village sees its plots only, whichever way the plots are asked for.

The analyst's own login to the database is bound in the same way by row-level security.
"""

from __future__ import annotations

from collections.abc import Iterator

import mapbox_vector_tile
import pytest
from fastapi.testclient import TestClient

from service.accounts.directory import add_account
from service.accounts.roles import Role
from service.runtime import Runtime
from tests.conftest import PASSWORD
from tests.service.features.ground import EAST_VILLAGE

PLOTS = "/ogc/collections/plots"
THEIRS, MINE = 1, 11
"""The first plot of the township lies in the west, the eleventh in the east."""


@pytest.fixture
def bound(own_township: TestClient, own_runtime: Runtime) -> Iterator[TestClient]:
    """The township's service as an analyst of its eastern village sees it."""
    with own_runtime.database.transaction() as session:
        add_account(session, "east", Role.ANALYST, PASSWORD, villages=[EAST_VILLAGE])
    own_township.auth = ("east", PASSWORD)
    yield own_township


@pytest.mark.parametrize(
    "address",
    [
        f"{PLOTS}/items?limit=1000",
        f"{PLOTS}/items?limit=1000&version=1",
        f"{PLOTS}/items?limit=1000&filter=village_code IS NOT NULL OR true",
        f"{PLOTS}/items?limit=1000&bbox=105.9,29.35,105.92,29.36",
        f"{PLOTS}/download.geojson",
        "/api/plots?limit=1000",
    ],
)
def test_plots_are_those_of_the_village(bound: TestClient, address: str) -> None:
    answer = bound.get(address)
    assert answer.status_code == 200, answer.text
    features = answer.json()["features"]
    assert len(features) == 100
    assert {f["properties"]["village_code"] for f in features} == {EAST_VILLAGE}


def test_counts_and_extents_tell_nothing_of_the_rest(bound: TestClient) -> None:
    page = bound.get(f"{PLOTS}/items?limit=1").json()
    assert page.get("numberMatched", 100) == 100
    assert bound.get(f"{PLOTS}/items?limit=1&count=true").json()["numberMatched"] == 100
    assert bound.get("/api/plots?limit=1&count=true").json()["numberMatched"] == 100
    west, _, east, _ = bound.get(PLOTS).json()["extent"]["spatial"]["bbox"][0]
    assert (west, east) == pytest.approx((105.91, 105.92), abs=1e-4)


def test_one_plot_is_there_or_not(bound: TestClient) -> None:
    for address in (f"{PLOTS}/items", "/api/plots"):
        assert bound.get(f"{address}/{MINE}").status_code == 200
        assert bound.get(f"{address}/{THEIRS}").status_code == 404


@pytest.mark.parametrize("address", ["8/203/106", "9/406/212", "11/1626/849", "14/13011/6793"])
def test_tiles_show_the_village_at_every_zoom(bound: TestClient, address: str) -> None:
    own = cells_drawn(bound, address)
    bound.auth = ("office", PASSWORD)
    assert own != cells_drawn(bound, address)
    village = f"?village={EAST_VILLAGE}"
    assert own == cells_drawn(bound, address, village)


def cells_drawn(client: TestClient, address: str, query: str = "") -> set[str]:
    content = client.get(f"/api/tiles/plots/{address}.pbf{query}").content
    if not content:
        return set()
    drawn = mapbox_vector_tile.decode(content).get("plots", {"features": []})["features"]
    return {str(feature["geometry"]) for feature in drawn}


def test_a_copy_of_somebody_elses_page_does_not_hold(bound: TestClient) -> None:
    own = bound.get(f"{PLOTS}/items").headers["etag"]
    bound.auth = ("office", PASSWORD)
    whole = bound.get(f"{PLOTS}/items", headers={"If-None-Match": own})
    assert whole.status_code == 200
    bound.auth = ("east", PASSWORD)
    tag = {"If-None-Match": whole.headers["etag"]}
    assert bound.get(f"{PLOTS}/items", headers=tag).status_code == 200
