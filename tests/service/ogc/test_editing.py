"""Editing plots by OGC API – Features Part 4: who may, what is asked, how it is answered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service.accounts.roles import Principal
from service.errors import Conflict
from service.ogc.editing import PlotChange
from spatial.messages import Message
from tests.conftest import PASSWORD

ITEMS = "/ogc/collections/plots/items"
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[105.9, 29.35], [105.901, 29.35], [105.901, 29.351], [105.9, 29.35]]],
}


@dataclass
class RecordingEditor:
    """Notes what it is asked to do."""

    done: list[tuple[str, str, int, PlotChange | None]] = field(default_factory=list)

    def add(self, principal: Principal, change: PlotChange) -> int:
        self.done.append(("add", principal.username, 0, change))
        return 77

    def update(self, principal: Principal, plot_id: int, change: PlotChange) -> None:
        if plot_id == 9:
            raise Conflict(Message("已被他人修改。", "Changed by another."))
        self.done.append(("update", principal.username, plot_id, change))

    def replace(self, principal: Principal, plot_id: int, change: PlotChange) -> None:
        self.done.append(("replace", principal.username, plot_id, change))

    def remove(self, principal: Principal, plot_id: int) -> None:
        self.done.append(("remove", principal.username, plot_id, None))


@pytest.fixture
def editor(empty: TestClient) -> Iterator[RecordingEditor]:
    recording = RecordingEditor()
    application(empty).state.plot_editor = recording
    yield recording
    del application(empty).state.plot_editor


def application(client: TestClient) -> FastAPI:
    assert isinstance(client.app, FastAPI)
    return client.app


def test_a_plot_is_added_and_its_address_told(empty: TestClient, editor: RecordingEditor) -> None:
    body = {"type": "Feature", "geometry": SQUARE, "properties": {"plot_no": "N1"}}
    answer = empty.post(ITEMS, json=body)
    assert answer.status_code == 201
    assert answer.headers["location"] == f"http://testserver{ITEMS}/77"
    ((how, who, _, change),) = editor.done
    assert (how, who) == ("add", "office")
    assert change is not None
    assert change.properties == {"plot_no": "N1"}
    assert change.outline is not None
    assert change.outline.bounds == pytest.approx((105.9, 29.35, 105.901, 29.351))


def test_the_header_is_written_with_its_capital_for_older_qgis(
    empty: TestClient, editor: RecordingEditor
) -> None:
    answer = empty.post(ITEMS, json={"type": "Feature", "geometry": SQUARE, "properties": {}})
    assert b"Location" in [name for name, _ in answer.headers.raw]


def test_a_part_is_changed_a_whole_replaced_a_plot_removed(
    empty: TestClient, editor: RecordingEditor
) -> None:
    media = {"Content-Type": "application/merge-patch+json"}
    part = json.dumps({"properties": {"land_class": "0101"}})
    statuses = [
        empty.patch(f"{ITEMS}/5", content=part, headers=media).status_code,
        empty.put(f"{ITEMS}/5", json={"geometry": SQUARE, "properties": {}}).status_code,
        empty.delete(f"{ITEMS}/5").status_code,
    ]
    assert statuses == [204, 204, 204]
    assert [(how, key) for how, _, key, _ in editor.done] == [
        ("update", 5),
        ("replace", 5),
        ("remove", 5),
    ]


def test_an_outline_may_come_in_another_system(empty: TestClient, editor: RecordingEditor) -> None:
    north_first = [[y, x] for x, y in SQUARE["coordinates"][0]]  # type: ignore[index]
    body = {"geometry": {"type": "Polygon", "coordinates": [north_first]}, "properties": {}}
    crs = {"Content-Crs": "<http://www.opengis.net/def/crs/EPSG/0/4490>"}
    assert empty.post(ITEMS, json=body, headers=crs).status_code == 201
    change = editor.done[0][3]
    assert change is not None and change.outline is not None
    assert change.outline.bounds == pytest.approx((105.9, 29.35, 105.901, 29.351))


def test_a_refused_edit_is_told_as_the_editor_says(
    empty: TestClient, editor: RecordingEditor
) -> None:
    answer = empty.patch(f"{ITEMS}/9", json={"properties": {}})
    assert (answer.status_code, answer.json()["detail"]) == (409, "已被他人修改。")


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        (b"not json", "body"),
        (b"[]", "body"),
        (b'{"properties": []}', "body"),
        (b'{"properties": {}, "geometry": {"type": "Point", "coordinates": [1, 2]}}', "geometry"),
        (b'{"properties": {}, "geometry": {"type": "Polygon", "coordinates": "x"}}', "geometry"),
        (b'{"properties": {}, "geometry": 5}', "geometry"),
    ],
)
def test_a_body_that_is_no_feature_is_a_400(
    empty: TestClient, editor: RecordingEditor, body: bytes, parameter: str
) -> None:
    answer = empty.post(ITEMS, content=body)
    assert answer.status_code == 400
    assert answer.json()["parameter"] in (parameter, "properties")
    assert editor.done == []


def test_options_tell_an_editor_what_it_may_do_even_where_nothing_is(
    empty: TestClient, editor: RecordingEditor
) -> None:
    assert "POST" in empty.options(ITEMS).headers["allow"]
    assert "PATCH" in empty.options(f"{ITEMS}/unknown_id").headers["allow"]
    assert "POST" not in empty.options("/ogc/collections/zones/items").headers["allow"]


def test_who_may_not_edit_is_told_so_by_every_answer(
    empty: TestClient, editor: RecordingEditor
) -> None:
    empty.auth = ("village", PASSWORD)
    assert "POST" not in empty.options(ITEMS).headers["allow"]
    assert empty.post(ITEMS, json={}).status_code == 403
    assert "features-4" not in empty.get("/ogc/conformance").text


def test_editing_is_declared_to_who_may(empty: TestClient, editor: RecordingEditor) -> None:
    assert "features-4" in empty.get("/ogc/conformance").text
    paths = empty.get("/ogc/api").json()["paths"]
    assert "post" in paths["/collections/plots/items"]
    assert "post" not in paths["/collections/cases/items"]


def test_other_collections_are_read_only(empty: TestClient, editor: RecordingEditor) -> None:
    answer = empty.post("/ogc/collections/zones/items", json={})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
