"""The ground beneath the map: fetched from where the deployment says, its key told to nobody."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from starlette.testclient import TestClient

from service.application import create_application
from service.basemap.layers import basemap_layers
from service.runtime import Runtime
from service.settings import BasemapSettings
from tests.conftest import PASSWORD

PNG = b"\x89PNG\r\n\x1a\n"
KEY = "a-key-of-a-server"


@dataclass
class TileServer:
    """A server of tiles that can misbehave."""

    url: str = ""
    asked: list[str] = field(default_factory=list)
    status: int = 200
    media_type: str = "image/png"


@pytest.fixture
def tiles() -> Iterator[TileServer]:
    server = TileServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append(self.path)
            self.send_response(server.status)
            self.send_header("content-type", server.media_type)
            self.end_headers()
            self.wfile.write(PNG)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{http.server_port}"
    threading.Thread(target=http.serve_forever, daemon=True).start()
    yield server
    http.shutdown()
    http.server_close()


@contextmanager
def opened(runtime: Runtime, url: str) -> Iterator[TestClient]:
    """The application with a ground."""
    basemap = BasemapSettings(url=url, attribution="示例", timeout_seconds=2)
    settings = runtime.settings.model_copy(update={"basemap": basemap})
    application = create_application(Runtime(settings, runtime.database, runtime.files))
    with TestClient(application, raise_server_exceptions=False) as client:
        client.auth = ("office", PASSWORD)
        yield client


def test_without_an_address_there_is_no_ground(client: TestClient) -> None:
    assert client.get("/api/basemap").json() == {"items": []}
    assert client.get("/api/basemap/base/3/6/3").status_code == 404


@pytest.mark.usefixtures("client")
def test_a_tile_is_fetched_and_passed_on(runtime: Runtime, tiles: TileServer) -> None:
    with opened(runtime, f"{tiles.url}/{{z}}/{{y}}/{{x}}?key={KEY}") as client:
        listed = client.get("/api/basemap")
        answer = client.get("/api/basemap/base/3/6/3")
        assert answer.content == PNG
        assert answer.headers["content-type"] == "image/png"
        assert tiles.asked == [f"/3/3/6?key={KEY}"]
        assert listed.json()["items"] == [{"name": "base", "attribution": "示例", "deepest": 18}]
        client.auth = None
        assert client.get("/api/basemap/base/3/6/3").status_code == 401
        assert KEY not in listed.text


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize(
    ("status", "media_type", "told", "code"),
    [
        (404, "image/png", 404, "not-found"),
        (204, "image/png", 404, "not-found"),
        (403, "text/html", 503, "basemap-unreadable"),
        (200, "text/html", 503, "basemap-unreadable"),
        (200, "image/svg+xml", 503, "basemap-unreadable"),
    ],
)
def test_what_is_no_picture_is_told_as_what_it_is(
    runtime: Runtime, tiles: TileServer, status: int, media_type: str, told: int, code: str
) -> None:
    tiles.status, tiles.media_type = status, media_type
    with opened(runtime, f"{tiles.url}/{{z}}/{{x}}/{{y}}?key={KEY}") as client:
        answer = client.get("/api/basemap/base/3/6/3")
        assert (answer.status_code, answer.json()["code"]) == (told, code)
        assert KEY not in answer.text
        assert told == 404 or f"HTTP {status}" in answer.json()["detail"]


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize("server", ["http://127.0.0.1:1", "http://127.0.0.1:x", "127.0.0.1:1"])
def test_a_server_that_is_away_is_a_503(runtime: Runtime, server: str) -> None:
    with opened(runtime, f"{server}/{{z}}/{{x}}/{{y}}?key={KEY}") as client:
        answer = client.get("/api/basemap/base/3/6/3")
        assert answer.status_code == 503
        assert KEY not in answer.text


def test_a_key_of_tianditu_is_images_with_names() -> None:
    layers = basemap_layers(BasemapSettings(tianditu_key=KEY))
    assert [layer.name for layer in layers] == ["img", "cia"]
    address = layers[0].address(12, 3250, 1700)
    assert address.startswith("https://t0.tianditu.gov.cn/img_w/wmts?")
    assert "TILEMATRIX=12&TILEROW=1700&TILECOL=3250" in address
    assert address.endswith(f"tk={KEY}")
