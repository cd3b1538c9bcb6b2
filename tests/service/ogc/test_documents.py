"""The documents around the features, as programs and as people read them."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from openapi_spec_validator import validate

from service import clock
from service.runtime import Runtime
from tests.conftest import PASSWORD
from tests.service.features.ground import publish_plots

PAGES = (
    "/",
    "/api",
    "/conformance",
    "/collections",
    "/collections/plots",
    "/collections/cases",
    "/collections/zones/queryables",
    "/collections/plots/items",
    "/collections/patches/items/1",
    "/collections/plots/tiles",
    "/collections/plots/tiles/WebMercatorQuad",
    "/tileMatrixSets",
    "/tileMatrixSets/WebMercatorQuad",
)


def document(client: TestClient, path: str) -> dict[str, Any]:
    answer = client.get(f"/ogc{path}")
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.json()
    return content


def relations(content: dict[str, Any]) -> set[str]:
    return {link["rel"] for link in content["links"]}


def test_the_landing_page_leads_to_everything_with_absolute_links(empty: TestClient) -> None:
    landing = document(empty, "/")
    assert {"self", "service-desc", "service-doc", "conformance", "data"} <= relations(landing)
    assert all(link["href"].startswith("http://testserver/ogc/") for link in landing["links"])
    description = next(link for link in landing["links"] if link["rel"] == "service-desc")
    assert description["type"] == "application/vnd.oai.openapi+json;version=3.0"


def test_links_are_followed_to_documents(township: TestClient) -> None:
    for path in ("/", "/collections/plots", "/collections/plots/tiles/WebMercatorQuad"):
        for link in document(township, path)["links"]:
            if not link.get("templated"):
                assert township.get(link["href"]).status_code == 200, link


def test_the_landing_page_is_found_without_its_slash(empty: TestClient) -> None:
    assert empty.get("/ogc").json() == empty.get("/ogc/").json()


def test_links_have_the_address_that_a_proxy_was_asked_for(empty: TestClient) -> None:
    forwarded = {"X-Forwarded-Host": "farmland.example", "X-Forwarded-Proto": "https"}
    landing = empty.get("/ogc/", headers=forwarded).json()
    assert landing["links"][0]["href"].startswith("https://farmland.example/ogc/")


def test_the_api_definition_is_valid_openapi_3_0(empty: TestClient) -> None:
    answer = empty.get("/ogc/api")
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    validate(answer.json())


def test_the_api_definition_tells_qgis_its_page_size(empty: TestClient) -> None:
    limit = document(empty, "/api")["components"]["parameters"]["limit"]["schema"]
    assert (limit["default"], limit["maximum"]) == (100, 10_000)


def test_the_five_collections_name_their_systems_and_extents(township: TestClient) -> None:
    found = {c["id"]: c for c in document(township, "/collections")["collections"]}
    assert set(found) == {"villages", "plots", "zones", "patches", "cases"}
    plots = found["plots"]
    assert plots["storageCrs"] in plots["crs"]
    west, south, east, north = plots["extent"]["spatial"]["bbox"][0]
    assert (west, south) == pytest.approx((105.9, 29.35), abs=1e-4)
    assert (east, north) == pytest.approx((105.92, 29.36), abs=1e-4)
    ((since, until),) = plots["extent"]["temporal"]["interval"]
    assert since == "2026-01-01T00:00:00Z"
    assert until == f"{clock.now():%Y-%m-%d}T23:59:59Z"
    # Zones without a first day have no extent in time, which is said by leaving it out.
    assert "temporal" not in found["zones"]["extent"]


def test_an_extent_is_a_village_users_own(township: TestClient) -> None:
    township.auth = ("village", PASSWORD)
    west, _, east, _ = document(township, "/collections/cases")["extent"]["spatial"]["bbox"][0]
    assert (west, east) == pytest.approx((105.9032, 105.9036), abs=1e-4)


def test_an_extent_follows_the_data(own_township: TestClient, own_runtime: Runtime) -> None:
    document(own_township, "/collections/plots")
    with own_runtime.database.transaction() as session:
        publish_plots(session, rows=1)
    box = document(own_township, "/collections/plots")["extent"]["spatial"]["bbox"][0]
    assert box[3] == pytest.approx(29.351, abs=1e-4)


def test_before_any_import_collections_are_there_and_empty(empty: TestClient) -> None:
    assert len(document(empty, "/collections")["collections"]) == 5
    assert document(empty, "/collections/zones/items")["features"] == []


def test_queryables_say_what_filters_may_name(empty: TestClient) -> None:
    schema = document(empty, "/collections/cases/queryables")
    assert schema["properties"]["severity"]["type"] == "integer"
    assert "non_farm" in schema["properties"]["category"]["enum"]
    assert "areas" not in schema["properties"]
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("path", PAGES)
def test_every_resource_is_a_page_for_people_without_scripts(
    township: TestClient, path: str
) -> None:
    answer = township.get(f"/ogc{path}", headers={"Accept": "text/html,*/*;q=0.8"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    for inline in ("<script", "<style", "style=", "onclick"):
        assert inline not in answer.text


def test_pages_are_chinese_first(township: TestClient) -> None:
    assert "地块" in township.get("/ogc/collections?f=html").text


def test_text_from_files_is_escaped_on_pages(
    own_township: TestClient, own_runtime: Runtime
) -> None:
    from sqlalchemy import text

    with own_runtime.database.transaction() as session:
        session.execute(text("UPDATE plot SET ownership = '<b>x</b>' WHERE plot_no = 'D0001'"))
    page = own_township.get("/ogc/collections/plots/items/1?f=html").text
    assert "<b>x</b>" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page


@pytest.mark.parametrize("path", PAGES)
def test_clients_are_told_to_ask_again(township: TestClient, path: str) -> None:
    assert "no-cache" in township.get(f"/ogc{path}").headers["cache-control"]


@pytest.mark.parametrize("path", PAGES)
def test_unknown_parameters_and_formats_are_400(township: TestClient, path: str) -> None:
    unknown = township.get(f"/ogc{path}?colour=red")
    assert (unknown.status_code, unknown.json()["parameter"]) == (400, "colour")
    format_ = township.get(f"/ogc{path}?f=gml")
    assert (format_.status_code, format_.json()["parameter"]) == (400, "f")


@pytest.mark.parametrize("path", PAGES)
def test_every_resource_wants_a_login(empty: TestClient, path: str) -> None:
    empty.auth = None
    answer = empty.get(f"/ogc{path}")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Basic")


@pytest.mark.parametrize(
    "path",
    [
        "/collections/roads",
        "/collections/roads/items",
        "/collections/plots/items/0",
        "/collections/plots/items/nothing",
        "/collections/plots/items/99999999999999999999999",
        "/collections/plots/tiles/WorldCRS84Quad",
        "/nowhere",
    ],
)
def test_what_is_not_there_is_a_404_problem(township: TestClient, path: str) -> None:
    answer = township.get(f"/ogc{path}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_stylesheet_is_open(empty: TestClient) -> None:
    empty.auth = None
    assert empty.get("/ogc/static/ogc.css").headers["content-type"].startswith("text/css")
