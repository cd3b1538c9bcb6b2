"""Other people's clients, on a real connection."""

from __future__ import annotations

from collections.abc import Iterator

import pyogrio
import pytest
from owslib.ogcapi.features import Features
from owslib.util import Authentication

from tests.service.features.fixtures import OFFICE

COUNTS = {"villages": 2, "plots": 200, "zones": 1, "patches": 2, "cases": 2}


@pytest.fixture
def gdal(address: str) -> Iterator[str]:
    """The address as GDAL opens it; its credentials are set for the test only."""
    pyogrio.set_gdal_config_options({"GDAL_HTTP_USERPWD": ":".join(OFFICE)})
    yield f"OAPIF:{address}/ogc/"
    pyogrio.set_gdal_config_options({"GDAL_HTTP_USERPWD": None})


def test_gdal_finds_every_collection_with_all_its_features(gdal: str) -> None:
    names = {name for name, _ in pyogrio.list_layers(gdal)}
    assert names == set(COUNTS)
    for name, count in COUNTS.items():
        assert len(pyogrio.read_dataframe(gdal, layer=name)) == count


def test_gdal_reads_an_extent_in_the_place_where_it_is(gdal: str) -> None:
    corner = (105.9001, 29.3501, 105.9019, 29.3519)
    frame = pyogrio.read_dataframe(gdal, layer="plots", bbox=corner)
    assert sorted(frame["plot_no"]) == ["D0001", "D0002", "D0021", "D0022"]
    assert frame.to_crs(4326).total_bounds == pytest.approx([105.9, 29.35, 105.902, 29.352])


def test_gdal_hands_a_filter_to_the_server(gdal: str) -> None:
    frame = pyogrio.read_dataframe(gdal, layer="plots", where="land_class = '0101'")
    assert len(frame) == 50


def test_owslib_reads_collections_items_queryables_and_filters(address: str) -> None:
    features = Features(f"{address}/ogc/", auth=Authentication(*OFFICE))
    assert set(features.feature_collections()) == set(COUNTS)
    assert "land_class" in features.collection_queryables("plots")["properties"]
    box = features.collection_items("plots", bbox=[105.9001, 29.3501, 105.9019, 29.3519])
    assert box["numberReturned"] == 4
    chosen = features.collection_items("plots", filter="land_class = '0101'", limit=200)
    assert chosen["numberMatched"] == 50
    assert features.collection_item("plots", "7")["properties"]["plot_no"] == "D0007"
