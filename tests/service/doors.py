"""Every operation there is, and what it answers to somebody of another village.

An operation without an entry fails ``test_every_door``: whoever adds one says here what a village,
and an analyst bound to one, get from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

HASH = "0" * 64
DELIVERY = "00000000-0000-0000-0000-000000000000"
MERGE = {"Content-Type": "application/merge-patch+json"}
SQUARE = [[105.9002, 29.3502], [105.9007, 29.3502], [105.9007, 29.3507], [105.9002, 29.3502]]
PLOT = {
    "type": "Feature",
    "geometry": {"type": "Polygon", "coordinates": [SQUARE]},
    "properties": {"plot_no": "N1", "land_class": "0101"},
}
FORM: dict[str, Any] = {"files": {"file": ("a.zip", b"x")}, "data": {"layer": "patches"}}


@dataclass(frozen=True, kw_only=True)
class Door:
    """An operation as a stranger tries it; addresses beside its own are further ways to ask.

    ``{case}``, ``{evidence}`` and so on are things of the other village. ``nobody`` is what comes
    without a login. ``stranger`` may be two statuses: of a village and of a bound analyst.
    """

    stranger: int | tuple[int, int]
    address: str = ""
    also: tuple[str, ...] = ()
    nobody: int = 401
    sent: Mapping[str, Any] = field(default_factory=dict)
    compared: bool = True
    """Whether what happens in the other village may change nothing of the answer."""
    endless: bool = False
    """A stream: only its refusal is waited for."""

    def expected(self, analyst: bool) -> int:
        """The status that a stranger gets."""
        return self.stranger[analyst] if isinstance(self.stranger, tuple) else self.stranger


def shown(*also: str, **more: Any) -> Door:
    """Answered, without anything of the other village in it."""
    return Door(stranger=200, also=also, **more)


def hidden(**more: Any) -> Door:
    """As if there were no such thing."""
    return Door(stranger=404, **more)


def untouched(**more: Any) -> Door:
    """As if there were no such thing; an analyst acts on none."""
    return Door(stranger=(404, 403), **more)


def closed(**more: Any) -> Door:
    """Not for this role, whatever it asks for."""
    return Door(stranger=403, **more)


def open_to_all(**more: Any) -> Door:
    """Says nothing of anybody."""
    return Door(stranger=200, nobody=200, **more)


def json(**body: Any) -> dict[str, Any]:
    """A JSON body to send."""
    return {"json": body}


FILTERS = (
    "?village={village}", "?status=pending_assignment", "?q={code}", "?q={patch_no}", "?batch=7",
    "?bbox=105.9,29.35,105.91,29.36", "?voided=true", "?overdue=true", "?period=2026",
    "?department=planning_and_environment", "?severity=2", "?concluded=2026",
)  # fmt: skip
FILTERED = tuple(FILTERS)
CASE = "/api/cases/{case}"
SCENE = "/api/scenes/{scene}"
OGC = "/ogc/collections"


def _of_collection(name: str) -> dict[str, Door]:
    here = f"{OGC}/{name}"
    items = f"{here}/items"
    tile = f"{here}/tiles/WebMercatorQuad/14/6793/13010"
    ways = (
        f"{items}?limit=1&count=true", f"{items}?f=html",
        f"{items}?bbox=105.9,29.35,105.9005,29.3505", f"{items}?filter=true",
    )  # fmt: skip
    if name == "cases":
        ways += (
            f"{items}?code={{code}}", f"{items}?village_code={{village}}",
            f"{items}?filter=village_code='{{village}}' OR true",
            f"{items}?filter=case_id={{case}}", f"{items}?datetime=2026-01-01/..",
        )  # fmt: skip
    if name == "patches":
        ways += (f"{items}?patch_no={{patch_no}}", f"{items}?batch_id=7")
    return {
        f"GET {here}": shown(f"{here}?f=html"),
        f"GET {here}/queryables": shown(),
        f"GET {here}/items": shown(*ways),
        f"GET {here}/items/{{featureId}}": hidden(address=f"{items}/{{{name}}}"),
        f"GET {here}/download.geojson": shown(),
        f"GET {here}/download.fgb": shown(),
        f"GET {here}/tiles": shown(),
        f"GET {here}/tiles/WebMercatorQuad": shown(),
        f"GET {here}/tiles/WebMercatorQuad/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": Door(
            stranger=200, address=tile
        ),
    }


DOORS: dict[str, Door] = {
    # Lists and figures of cases.
    "GET /api/cases": shown(*FILTERED, "?limit=1"),
    "GET /api/cases.geojson": shown(*FILTERED),
    "GET /api/cases.xlsx": shown(*FILTERED[:3]),
    "GET /api/villages/summary": shown(*FILTERED),
    "GET /api/departments/summary": shown(*FILTERED),
    "GET /api/periods/summary": shown(*FILTERED),
    "GET /api/villages/{code}/summary": hidden(address="/api/villages/{village}/summary"),
    # One case.
    "GET /api/cases/{case_id}": hidden(address=CASE),
    "GET /api/cases/{case_id}/events": hidden(address=f"{CASE}/events"),
    "GET /api/cases/{case_id}/ground": hidden(address=f"{CASE}/ground"),
    "GET /api/cases/{case_id}/transitions": hidden(address=f"{CASE}/transitions"),
    "GET /api/cases/{case_id}/scenes": hidden(address=f"{CASE}/scenes"),
    "GET /api/cases/{case_id}/chips/{which}.png": hidden(address=f"{CASE}/chips/before.png"),
    "POST /api/cases/{case_id}/transitions": untouched(
        address=f"{CASE}/transitions", sent=json(to="office_review", fields={"opinion": "other"})
    ),
    "POST /api/cases/dispatch": Door(stranger=(200, 403), sent=json(case_ids=["{case}"])),
    "POST /api/cases/{case_id}/revive": untouched(
        address=f"{CASE}/revive", sent=json(note="x")
    ),
    "POST /api/cases/{case_id}/pause": untouched(
        address=f"{CASE}/pause", sent=json(reason="weather")
    ),
    "POST /api/cases/{case_id}/resume": untouched(address=f"{CASE}/resume", sent=json()),
    "POST /api/cases/{case_id}/void": untouched(
        address=f"{CASE}/void", sent=json(reason="duplicate")
    ),
    "POST /api/cases/{case_id}/self-report": untouched(
        address=f"{CASE}/self-report", sent=json(reported_on="2026-11-01", note="x")
    ),
    "POST /api/cases/{case_id}/notes": untouched(address=f"{CASE}/notes", sent=json(note="x")),
    "POST /api/cases/{case_id}/split": untouched(
        address=f"{CASE}/split", sent=json(note="x", parts=[{"geometry": {}}] * 2)
    ),
    # Evidence: an analyst gives none, whatever the case.
    "GET /api/cases/{case_id}/evidence": hidden(address=f"{CASE}/evidence"),
    "POST /api/cases/{case_id}/evidence": Door(
        stranger=(404, 403), address=f"{CASE}/evidence",
        sent={"files": {"file": ("a.pdf", b"%PDF-1.4 x")}},
    ),
    "GET /api/cases/{case_id}/evidence/{evidence_id}/content": hidden(
        address=f"{CASE}/evidence/{{evidence}}/content",
        also=("/api/cases/{own}/evidence/{evidence}/content",),
    ),
    "GET /api/cases/{case_id}/evidence/{evidence_id}/thumbnail": hidden(
        address=f"{CASE}/evidence/{{evidence}}/thumbnail",
        also=("/api/cases/{own}/evidence/{evidence}/thumbnail",),
    ),
    "GET /api/cases/{case_id}/evidence/uploads/{sha256}": Door(
        stranger=(404, 403), address=f"{CASE}/evidence/uploads/{HASH}"
    ),
    "PATCH /api/cases/{case_id}/evidence/uploads/{sha256}": Door(
        stranger=(404, 403), address=f"{CASE}/evidence/uploads/{HASH}",
        sent={"content": b"x", "headers": {"Upload-Offset": "0"}},
    ),
    "GET /api/case-forms": shown(),
    # Assessment: a village sees its own card, and its rank among all; an analyst none.
    "GET /api/assessment": Door(
        stranger=(200, 403), address="/api/assessment?year=2026", compared=False
    ),
    "GET /api/assessment/departments": Door(
        stranger=(200, 403), address="/api/assessment/departments?year=2026"
    ),
    "GET /api/assessment.xlsx": Door(
        stranger=(200, 403), address="/api/assessment.xlsx?year=2026", compared=False
    ),
    "PUT /api/assessment/{year}/villages/{code}/entries/{item}": closed(
        address="/api/assessment/2026/villages/{village}/entries/patrol_rate",
        sent=json(value=1, note="x"),
    ),
    "PUT /api/assessment/{year}/departments/{code}/entries/{item}": closed(
        address="/api/assessment/2026/departments/finance/entries/inspections",
        sent=json(value=1, note="x"),
    ),
    "GET /api/assessment/{year}/villages/{code}/entries": Door(
        stranger=403, address="/api/assessment/2026/villages/{village}/entries"
    ),
    "PUT /api/assessment/{year}/villages/{code}/vetoes/{flag}": closed(
        address="/api/assessment/2026/villages/{village}/vetoes/x",
        sent=json(confirmed=True, reason="x"),
    ),
    # Accounts and log-ins.
    "GET /api/auth/ways": open_to_all(),
    "POST /api/auth/token": Door(
        stranger=401, sent={"data": {"username": "village", "password": "wrong"}}
    ),
    "POST /api/auth/link": Door(stranger=401, sent=json(token="x")),
    "POST /api/auth/renew": Door(stranger=401),
    "GET /api/auth/oidc/start": Door(stranger=404, nobody=404),
    "GET /api/auth/oidc/callback": Door(stranger=401),
    "GET /api/me": shown(),
    "POST /api/me/password": Door(stranger=400, sent=json(current="wrong", new="another-one")),
    "POST /api/me/logout-everywhere": Door(stranger=204),
    "GET /api/me/tokens": shown(),
    "POST /api/me/tokens": Door(stranger=201, sent=json(name="x")),
    "DELETE /api/me/tokens/{token_id}": hidden(address="/api/me/tokens/{token}"),
    "GET /api/accounts": closed(also=("?q=village", "?village={village}")),
    "POST /api/accounts": closed(sent=json(username="x", role="office")),
    "GET /api/accounts/{account_id}": closed(address="/api/accounts/1"),
    "PUT /api/accounts/{account_id}": closed(address="/api/accounts/1", sent=json(role="office")),
    "POST /api/accounts/{account_id}/disable": closed(address="/api/accounts/1/disable"),
    "POST /api/accounts/{account_id}/enable": closed(address="/api/accounts/1/enable"),
    "POST /api/accounts/{account_id}/password": closed(
        address="/api/accounts/1/password", sent=json()
    ),
    "POST /api/accounts/{account_id}/logout-everywhere": closed(
        address="/api/accounts/1/logout-everywhere"
    ),
    "GET /api/accounts/{account_id}/tokens": closed(address="/api/accounts/1/tokens"),
    "GET /api/accounts/{account_id}/events": closed(address="/api/accounts/1/events"),
    # Alerts.
    "GET /api/subscriptions": shown(),
    "POST /api/subscriptions": Door(
        stranger=400, sent=json(channel="page", villages=["{village}"])
    ),
    "DELETE /api/subscriptions/{subscription_id}": hidden(
        address="/api/subscriptions/{subscription}"
    ),
    "GET /api/deliveries": shown("?status=waiting", "?limit=1"),
    "POST /api/deliveries/{delivery_id}/resend": hidden(
        address="/api/deliveries/{delivery}/resend"
    ),
    "GET /api/notices": shown("?limit=1"),
    "GET /api/notices/events": shown(endless=True),
    # Working days are everybody's; the office corrects them.
    "GET /api/workdays": shown(address="/api/workdays?year=2026"),
    "PUT /api/workdays/{day}": closed(
        address="/api/workdays/2026-10-01", sent=json(working=True)
    ),
    "DELETE /api/workdays/{day}": closed(address="/api/workdays/2026-10-01"),
    # Imports are the township's: whoever is bound to villages has none.
    "POST /api/imports": closed(sent=FORM),
    "GET /api/imports": closed(),
    "POST /api/imports/preview": closed(sent=FORM),
    "GET /api/imports/{import_id}": closed(address="/api/imports/{import}"),
    "GET /api/imports/{import_id}/events": closed(address="/api/imports/{import}/events"),
    "GET /api/imports/{import_id}/receipt.csv": closed(
        address="/api/imports/{import}/receipt.csv"
    ),
    "GET /api/imports/{import_id}/problems.geojson": closed(
        address="/api/imports/{import}/problems.geojson"
    ),
    "POST /api/imports/{import_id}/screen": closed(address="/api/imports/{import}/screen"),
    # The map: plots are everybody's but a bound analyst's.
    "GET /api/villages": shown(),
    "GET /api/plots": shown("?village={village}&limit=1&count=true"),
    "GET /api/plots/{plot_id}": Door(stranger=(200, 404), address="/api/plots/{plots}"),
    "GET /api/tiles/style.json": open_to_all(),
    "GET /api/tiles/{layers}/{z}/{x}/{y}.pbf": shown(
        "/api/tiles/cases,patches/14/13010/6793.pbf?village={village}",
        "/api/tiles/cases,patches/14/13010/6793.pbf?batch=7",
        "/api/tiles/cases/8/203/106.pbf",
        address="/api/tiles/cases,patches/14/13010/6793.pbf",
    ),
    "GET /api/basemap": shown(),
    "GET /api/basemap/{layer}/{z}/{x}/{y}": hidden(address="/api/basemap/base/3/6/3"),
    # Scenes: those that show one's own ground.
    "POST /api/scenes": closed(sent={"files": {"file": ("a.tif", b"x")}}),
    "GET /api/scenes": shown("?bbox=105.9,29.35,105.91,29.36"),
    "GET /api/scenes/{scene_id}": hidden(address=SCENE),
    "GET /api/scenes/{scene_id}/tilejson.json": hidden(address=f"{SCENE}/tilejson.json"),
    "GET /api/scenes/{scene_id}/map/tiles/WebMercatorQuad/{z}/{y}/{x}": hidden(
        address=f"{SCENE}/map/tiles/WebMercatorQuad/14/6793/13010"
    ),
    "GET /api/scenes/{scene_id}/tiles/{z}/{x}/{y}.png": hidden(
        address=f"{SCENE}/tiles/14/13010/6793.png"
    ),
    "GET /api/scenes/{scene_id}/cog.tif": hidden(address=f"{SCENE}/cog.tif"),
    "GET /api/scenes/mosaic/tilejson.json": shown(),
    "GET /api/scenes/mosaic/map/tiles/WebMercatorQuad/{z}/{y}/{x}": Door(
        stranger=200, address="/api/scenes/mosaic/map/tiles/WebMercatorQuad/14/6793/13010"
    ),
    "GET /api/scenes/mosaic/{z}/{x}/{y}.png": Door(
        stranger=200, address="/api/scenes/mosaic/14/13010/6793.png"
    ),
    "POST /api/scenes/detections": closed(sent=json(before=1, after=2)),
    "GET /api/scenes/detections": closed(),
    "GET /api/scenes/detections/{detection_id}": closed(address="/api/scenes/detections/1"),
    "GET /stac": shown(),
    "GET /stac/conformance": shown(),
    "GET /stac/collections": shown(),
    "GET /stac/collections/{name}": shown(address="/stac/collections/scenes"),
    "GET /stac/collections/{name}/items": shown(address="/stac/collections/scenes/items"),
    "GET /stac/collections/{name}/items/{number}": hidden(
        address="/stac/collections/scenes/items/{scene}"
    ),
    "GET /stac/search": shown("?ids={scene}", "?bbox=105.9,29.35,105.91,29.36"),
    "POST /stac/search": shown(sent=json(ids=["{scene}"])),
    # OGC.
    "GET /ogc": shown(),
    "GET /ogc/": shown(),
    "GET /ogc/api": shown(),
    "GET /ogc/conformance": shown(),
    "GET /ogc/collections": shown("?f=html"),
    "GET /ogc/tileMatrixSets": shown(),
    "GET /ogc/tileMatrixSets/WebMercatorQuad": shown(),
    "GET /ogc/static/ogc.css": open_to_all(),
    **{
        door: told
        for name in ("villages", "plots", "zones", "patches", "cases")
        for door, told in _of_collection(name).items()
    },
    f"POST {OGC}/plots/items": closed(sent={"json": PLOT}),
    f"PUT {OGC}/plots/items/{{featureId}}": Door(
        stranger=(403, 404), address=f"{OGC}/plots/items/{{plots}}",
        sent={"json": PLOT, "headers": {"If-Match": "*"}},
    ),
    f"PATCH {OGC}/plots/items/{{featureId}}": Door(
        stranger=(403, 404), address=f"{OGC}/plots/items/{{plots}}",
        sent={"json": {"properties": {"planting": "LS"}}, "headers": MERGE},
    ),
    f"DELETE {OGC}/plots/items/{{featureId}}": Door(
        stranger=(403, 404), address=f"{OGC}/plots/items/{{plots}}"
    ),
    # Documentation, health and the page itself.
    "GET /api/docs": open_to_all(),
    "GET /api/docs/docs.css": open_to_all(),
    "GET /healthz": open_to_all(),
    "GET /readyz": open_to_all(),
    "GET /metrics": open_to_all(compared=False),
    "GET /{path}": open_to_all(address="/robots.txt", compared=False),
}  # fmt: skip

# Ground that the whole township reads: villages and zones, and plots by all but a bound analyst.
DOORS[f"GET {OGC}/villages/items/{{featureId}}"] = shown(address=f"{OGC}/villages/items/1")
DOORS[f"GET {OGC}/zones/items/{{featureId}}"] = shown(address=f"{OGC}/zones/items/{{zones}}")
DOORS[f"GET {OGC}/plots/items/{{featureId}}"] = Door(
    stranger=(200, 404), address=f"{OGC}/plots/items/{{plots}}"
)
