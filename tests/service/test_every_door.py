"""A village never learns of another village's case, by whichever door.

Every operation is asked by a village's own user and by an analyst bound to that village, before
anything happens in the other village and after. What they get is stated in ``doors``; nothing of
the other village stands in it, and what happened there has changed nothing of it: no count, no
cursor, no tag of a page without cases.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.testclient import TestClient
from geoalchemy2.shape import from_shape
from shapely import MultiPolygon, box
from sqlalchemy import select, text

from service import clock, health, pages
from service.accounts.directory import add_account
from service.accounts.roles import Role
from service.alerts.dispatch import dispatch
from service.alerts.models import Delivery
from service.application import API_ROUTERS, create_application
from service.cases.models import Case
from service.cases.schemas import CaseAreas
from service.cases.statuses import Status
from service.documentation.pages import router as documentation
from service.embedded import Cluster
from service.imports.models import Import
from service.ogc.routes import ogc_routes
from service.patches.models import Patch
from service.runtime import Runtime
from service.scenes.models import Scene
from service.settings import Settings
from tests.conftest import PASSWORD, clone_database
from tests.service.cases.life.making import allow_rewriting, make_case
from tests.service.doors import DOORS, Door
from tests.service.evidence.pictures import picture
from tests.service.features.ground import EAST_VILLAGE, WEST_VILLAGE, make_township

STRANGERS = {"east": False, "east-analyst": True}
"""Who asks, and whether as an analyst."""
NEVER = str(2**31)
THINGS = ("case", "evidence", "import", "scene", "token", "subscription", "patches", "cases")
NOWHERE = dict.fromkeys(THINGS, NEVER) | {
    "delivery": "00000000-0000-0000-0000-000000000001", "code": "x", "patch_no": "x",
}  # fmt: skip
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)?|\d{4}-\d\d-\d\d \d\d:\d\d")
MARK = "西村密"
"""Stands in whatever is made for the other village alone."""
PASSING = frozenset({"content-length", "etag", "date", "last-modified"})
"""Headers that tell of the copy, not of what is in it."""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def ground(west: float) -> Any:
    return from_shape(MultiPolygon([box(west, 29.3502, west + 0.0005, 29.3507)]), srid=4490)


@dataclass
class World:
    """Two villages; ``told`` is what strangers were answered before anything happened in one."""

    runtime: Runtime
    client: TestClient
    own: int
    things: dict[str, str] = field(default_factory=lambda: dict(NOWHERE))
    told: dict[tuple[str, str], str] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)

    def ask(self, name: str, door: Door, address: str, who: str | None) -> Any:
        """The answer to one of a door's addresses, as somebody or nobody."""
        method, _, path = name.partition(" ")
        first = door.address or path
        whole = first.partition("?")[0] + address if address.startswith("?") else address or first
        auth: Any = (who, PASSWORD) if who else None
        values = {**self.things, "own": str(self.own), "village": WEST_VILLAGE}
        sent = _filled(door.sent, values)
        return self.client.request(
            method, _filled(whole, values), auth=auth, follow_redirects=False, **sent
        )


def _filled(value: Any, values: Mapping[str, str]) -> Any:
    """The same with the names of things replaced; that of a case alone becomes its number."""
    if isinstance(value, str):
        found = re.fullmatch(r"{(\w+)}", value)
        if found and found[1] == "case":
            return int(values["case"])
        return re.sub(r"{(\w+)}", lambda part: values.get(part[1], part[0]), value)
    if isinstance(value, Mapping):
        return {name: _filled(one, values) for name, one in value.items()}
    return [_filled(one, values) for one in value] if isinstance(value, list) else value


def readable(answer: Any) -> str:
    """All that an answer tells: status, headers and body, a workbook unpacked."""
    body = answer.content
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            parts = [archive.read(name) for name in sorted(archive.namelist())]
        body = b"\n".join(parts)
    kept = {k: v for k, v in answer.headers.items() if k not in PASSING}
    return MOMENT.sub("T", f"{answer.status_code} {kept}\n{body.decode(errors='replace')}")


@pytest.fixture(scope="module")
def world(
    cluster: Cluster, migrated_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    home: Path = tmp_path_factory.mktemp("home")
    url = clone_database(cluster, migrated_template)
    runtime = Runtime.connect(Settings(home=home, database_url=None), url)
    with runtime.database.transaction() as session:
        make_township(session)
        allow_rewriting(session)
        for table in ("finding", "suspect_case", "patch"):
            session.execute(text(f"DELETE FROM {table}"))
        for role in (Role.ADMIN, Role.OFFICE):
            add_account(session, role.value, role, PASSWORD)
        for name, role, village in (
            ("east", Role.VILLAGE, EAST_VILLAGE),
            ("east-analyst", Role.ANALYST, EAST_VILLAGE),
            (f"{MARK}书记", Role.VILLAGE, WEST_VILLAGE),
        ):
            add_account(session, name, role, PASSWORD, villages=[village])
        own = case_in(session, EAST_VILLAGE, 105.912, code=f"{EAST_VILLAGE}-2026-0001")
    with TestClient(create_application(runtime), raise_server_exceptions=False) as client:
        world = World(runtime, client, own)
        world.things["plots"] = world.things["zones"] = "1"
        for name, door, address, who in questions():
            world.told[who, name + address] = readable(world.ask(name, door, address, who))
        things_happen(world)
        yield world
    runtime.database.dispose()


def case_in(session: Any, village: str, west: float, **changes: Any) -> int:
    """A case with a finding of its patch, so that the patch is known to belong to the village."""
    areas = dict.fromkeys(CaseAreas.model_fields, 0.0) | {"suspect": 2600.0}
    case = make_case(session, village_code=village, geom=ground(west), areas=areas, **changes)
    session.get_one(Patch, case.patch_id).geom = ground(west)
    finding = (
        "INSERT INTO finding (run_id, patch_id, village_code, outcome, judgement, geom)"
        " SELECT run_id, patch_id, village_code, 'case', '{}', geom FROM suspect_case"
        " WHERE id = :case"
    )
    session.execute(text(finding), {"case": case.id})
    return int(case.id)


def questions() -> Iterator[tuple[str, Door, str, str]]:
    """Every address that is read, by each stranger."""
    for name, door in DOORS.items():
        if name.startswith("GET ") and not door.endless:
            for address in ("", *door.also):
                for who in STRANGERS:
                    yield name, door, address, who


def things_happen(world: World) -> None:
    """All that can happen in a village, in the other one."""
    secretary = (f"{MARK}书记", PASSWORD)

    def call(method: str, path: str, auth: tuple[str, str], **sent: Any) -> Any:
        answer = world.client.request(method, path, auth=auth, **sent)
        assert answer.is_success, (path, answer.text)
        return answer.json() if answer.content else None

    office, things = ("office", PASSWORD), world.things
    alert = {"channel": "email", "target": "xi-cun-mi@example.org"}
    things["subscription"] = str(call("POST", "/api/subscriptions", secretary, json=alert)["id"])
    token = call("POST", "/api/me/tokens", secretary, json={"name": f"{MARK}令牌"})
    things["token"] = str(token["id"])
    now = clock.now()
    with world.runtime.database.transaction() as session:
        work = {"status": "ready", "stage": "done", "progress": 1.0, "created_at": now}
        scene = Scene(
            filename=f"{MARK}.tif", sha256="1" * 64, size=1, taken_on=now.date(), bands=[],
            stretch=[], footprint=ground(105.9001), **work,
        )  # fmt: skip
        batch = Import(
            id=7, layer="patches", filename=f"{MARK}.zip", size=1, sha256="2" * 64, options={},
            note=MARK, status="published", counts={"cases_raised": 2}, decisions=[], findings=[],
            created_at=now,
        )  # fmt: skip
        session.add_all([scene, batch])
        open_case = case_in(session, WEST_VILLAGE, 105.9002, reason=f"疑似{MARK}", batch_id=7)
        void = case_in(session, WEST_VILLAGE, 105.9012, reason=f"疑似{MARK}")
        recurring = case_in(session, WEST_VILLAGE, 105.9022, recurrence_of=open_case)
        case_in(session, WEST_VILLAGE, 105.9032, status=Status.CLOSED_RECTIFIED)
        # It was the strangers' own, as its number says; what became of it there is not.
        case_in(session, WEST_VILLAGE, 105.9042, code=f"{EAST_VILLAGE}-2026-0009")
        cases = session.scalars(select(Case).where(Case.village_code == WEST_VILLAGE)).all()
        patches = [session.get_one(Patch, case.patch_id) for case in cases]
        for patch in patches:
            patch.patch_no = f"{MARK}-{patch.patch_no}"
        world.secrets = [MARK, "xi-cun-mi", *(case.code for case in cases)]
        things |= {"scene": str(scene.id), "import": "7", "code": cases[0].code}
        things["patch_no"], things["patches"] = patches[0].patch_no, str(patches[0].id)
    things["case"] = things["cases"] = str(open_case)
    here = f"/api/cases/{open_case}"
    call("POST", f"/api/cases/{void}/void", office, json={"reason": "duplicate", "note": MARK})
    call("POST", "/api/cases/dispatch", office, json={"case_ids": [open_case, recurring]})
    call("POST", f"{here}/notes", secretary, json={"note": MARK})
    photo = {"file": (f"{MARK}.jpg", picture())}
    things["evidence"] = str(call("POST", f"{here}/evidence", secretary, files=photo)["id"])
    entry = f"/api/assessment/2026/villages/{WEST_VILLAGE}/entries/patrol_rate"
    call("PUT", entry, office, json={"value": 50, "note": MARK})
    with world.runtime.database.transaction() as session:
        dispatch(session, world.runtime.settings)
    with world.runtime.database.reading() as session:
        things["delivery"] = str(session.scalars(select(Delivery.id)).first())
        assert things["delivery"] != "None"


def operations() -> set[str]:
    """Method and path of everything that the service answers, in the table's words."""
    found = set()
    hidden_routers: tuple[APIRouter, ...] = (documentation, health.router, pages.router)
    for router in (*API_ROUTERS, *hidden_routers):
        prefix = "" if router in (health.router, pages.router) else "/api"
        for route in router.routes:
            path = f"{prefix}{route.path}".replace(":path}", "}")  # type: ignore[attr-defined]
            found |= {f"{method} {path}" for method in route.methods}  # type: ignore[attr-defined]
    return found


def test_every_operation_has_its_entry(world: World) -> None:
    document = world.client.get("/api/openapi.json").json()
    there = operations()
    for path, methods in document["paths"].items():
        there |= {f"{method.upper()} {path}" for method in methods}
    world.client.auth = ("office", PASSWORD)
    for path, methods in world.client.get("/ogc/api").json()["paths"].items():
        names = {method.upper() for method in methods} & {*METHODS}
        there |= {f"{name} /ogc{path}" for name in names}
    assert there - DOORS.keys() - {"GET /api/openapi.json"} == set()
    known = {name.replace("{featureId}", "{feature}") for name in DOORS}
    unknown = DOORS.keys() - there - {"GET /ogc", "GET /ogc/static/ogc.css"}
    assert not {name for name in unknown if not name.startswith("GET /ogc")}, known


def test_every_ogc_route_is_one_of_the_definition() -> None:
    # Whatever is routed and not in the definition would be asked by nobody here.
    mount = ogc_routes()[1]
    paths = {route.path for route in mount.routes}  # type: ignore[attr-defined]
    assert paths == {
        "/", "/api", "/conformance", "/collections", "/static/ogc.css", "/tileMatrixSets",
        "/tileMatrixSets/WebMercatorQuad", "/collections/{collection}",
        "/collections/{collection}/queryables", "/collections/{collection}/items",
        "/collections/{collection}/items/{feature}",
        "/collections/{collection}/download.geojson", "/collections/{collection}/download.fgb",
        "/collections/{collection}/tiles", "/collections/{collection}/tiles/{scheme}",
        "/collections/{collection}/tiles/{scheme}/{matrix}/{row}/{column}",
    }  # fmt: skip


@pytest.mark.parametrize("name", DOORS)
def test_nobody_comes_in_without_a_login(world: World, name: str) -> None:
    answer = world.ask(name, DOORS[name], "", None)
    assert answer.status_code == DOORS[name].nobody, answer.text
    assert not [secret for secret in world.secrets if secret in readable(answer)]


@pytest.mark.parametrize("who", STRANGERS)
@pytest.mark.parametrize("name", [name for name, door in DOORS.items() if not door.endless])
def test_a_stranger_gets_what_is_stated_and_nothing_of_the_other_village(
    world: World, name: str, who: str
) -> None:
    door = DOORS[name]
    for address in ("", *door.also):
        answer = world.ask(name, door, address, who)
        said = readable(answer)
        # What was asked for may come back in links; it is known to whoever asks.
        echoed = _filled(address, world.things)
        assert not [one for one in world.secrets if one in said and one not in echoed], said
        wanted = door.expected(STRANGERS[who])
        assert answer.status_code in {wanted, 204 if wanted == 200 else wanted}, (address, said)
        if door.compared and echoed == address:
            assert said == world.told.get((who, name + address), said), address
        assert kept_for_the_login(answer), answer.headers


def kept_for_the_login(answer: Any) -> bool:
    """Whether no copy of an answer may be shown to whoever logs in on the same machine next."""
    caching = answer.headers.get("cache-control", "")
    if "no-store" in caching or "public" in caching or "max-age" not in caching:
        return True
    return "authorization" in answer.headers.get("vary", "").lower()


def test_the_village_itself_sees_all_of_it(world: World) -> None:
    # Were the things of the other village not there, the tests above could not fail.
    world.client.auth = (f"{MARK}书记", PASSWORD)
    for path in (
        "/api/cases", "/api/cases.geojson", "/api/notices", "/api/subscriptions", "/api/deliveries",
        "/api/me/tokens", "/api/scenes", "/ogc/collections/cases/items",
        "/ogc/collections/patches/items", f"/api/cases/{world.things['case']}/events",
        f"/api/cases/{world.things['case']}/evidence", "/stac/search",
    ):  # fmt: skip
        said = world.client.get(path).text
        assert any(secret in said for secret in world.secrets), path
    world.client.auth = ("office", PASSWORD)
    assert MARK in world.client.get("/api/imports").text
