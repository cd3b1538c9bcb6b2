"""The card of one plot: itself and what lies over it."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from service.runtime import Runtime
from tests.service.features.ground import publish_plots


def test_the_card_tells_which_zones_cover_the_plot_and_how_much(township: TestClient) -> None:
    card = township.get("/api/plots/3").json()
    (zone,) = card["zones"]
    assert (zone["kind"], zone["protects"], zone["zone_no"]) == (
        "permanent-basic-farmland",
        True,
        "YN-1",
    )
    assert zone["area"] == pytest.approx(10763.7 / 2, rel=1e-3)
    assert zone["share"] == pytest.approx(0.5, abs=0.01)


def test_protection_on_the_card_is_by_layer_before_land_class(township: TestClient) -> None:
    assert township.get("/api/plots/1").json()["protection"] == "permanent_basic_farmland"
    assert township.get("/api/plots/5").json()["protection"] == "cropland"


def test_a_zone_that_only_touches_the_plot_does_not_cover_it(township: TestClient) -> None:
    assert township.get("/api/plots/61").json()["zones"] == []


def test_a_plot_of_a_superseded_version_still_has_its_card(
    own_township: TestClient, own_runtime: Runtime
) -> None:
    with own_runtime.database.transaction() as session:
        publish_plots(session, rows=1)
    version = own_township.get("/api/plots/200").json()["version"]
    assert version["version"] == 1
    assert version["superseded_at"] is not None


@pytest.mark.parametrize(("plot", "status"), [("999999", 404), ("0", 404), ("abc", 400)])
def test_a_plot_that_is_not_there_is_a_problem(
    township: TestClient, plot: str, status: int
) -> None:
    assert township.get(f"/api/plots/{plot}").status_code == status
