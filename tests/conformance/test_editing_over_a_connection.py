"""Editing plots (OGC API – Features Part 4) as a client sees it: bytes on a connection."""

from __future__ import annotations

import http.client
import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from service.accounts.roles import Role
from service.embedded import Cluster
from tests.conformance.serving import served
from tests.conftest import PASSWORD, clone_database

ITEMS = "/ogc/collections/plots/items"
RING = [[105.9002, 29.3502], [105.9007, 29.3502], [105.9007, 29.3507], [105.9002, 29.3502]]
PLOT = {
    "type": "Feature",
    "geometry": {"type": "Polygon", "coordinates": [RING]},
    "properties": {"plot_no": "N1", "land_class": "0101"},
}
EDITORS = {Role.ADMIN, Role.OFFICE, Role.ANALYST}


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers with their names as they were written, and the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Server:
    """A server that the tests of this module may change."""

    address: str

    def ask(
        self,
        role: Role,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=60)
        login = b64encode(f"{role.value}:{PASSWORD}".encode()).decode()
        sent = {"Authorization": f"Basic {login}", **(headers or {})}
        connection.request(method, path, None if body is None else json.dumps(body), sent)
        answer = connection.getresponse()
        found = Answer(answer.status, dict(answer.headers.items()), answer.read())
        connection.close()
        return found


@pytest.fixture(scope="module")
def server(
    cluster: Cluster, township_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    url = clone_database(cluster, township_template)
    with served(url, tmp_path_factory.mktemp("edited")) as address:
        yield Server(address)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_may_what_allow_tells(server: Server, role: Role) -> None:
    allow = server.ask(role, "OPTIONS", ITEMS).headers["allow"]
    assert ("POST" in allow) is (role in EDITORS)
    added = server.ask(role, "POST", ITEMS, PLOT)
    if role not in EDITORS:
        assert added.status == 403
        assert json.loads(added.body)["code"] == "not-allowed"
        return
    assert added.status == 201
    # QGIS before 3.40.8 finds the header by its capital only.
    place = urlsplit(added.headers["Location"]).path
    read = server.ask(role, "GET", place)
    tag = {"If-Match": read.headers["etag"]}
    change = {"properties": {"planting": "LS"}}
    assert server.ask(role, "PATCH", place, change, tag).status == 204
    late = server.ask(role, "PATCH", place, change, tag)
    assert (late.status, "已被他人修改" in json.loads(late.body)["detail"]) == (412, True)
    assert server.ask(role, "DELETE", place).status == 204
    assert server.ask(role, "GET", place).status == 404


def test_a_refusal_is_a_sentence_for_people(server: Server) -> None:
    nowhere = PLOT | {"properties": {"plot_no": "N2", "land_class": "9999"}}
    refused = server.ask(Role.ANALYST, "POST", ITEMS, nowhere)
    assert refused.status == 400
    assert refused.headers["content-type"] == "application/problem+json"
    assert "地类编码 9999 不在分类体系" in json.loads(refused.body)["detail"]
