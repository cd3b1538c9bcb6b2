"""Tiles of the ground are fetched by the service.

So the page asks nobody but its own service, its security policy stays strict, and a key never
leaves the server.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import httpx
import structlog

from service.basemap.layers import BasemapLayer, basemap_layers
from service.errors import NotFound, Unavailable
from service.settings import BasemapSettings
from spatial.messages import Message

NO_LAYER = Message("没有配置这个底图。", "There is no such layer of the ground.")
NO_TILE = Message("底图在此处没有图片。", "The ground has no picture here.")
SILENT = Message(
    "底图服务没有应答，暂时只显示图斑和地块，办理不受影响。"
    "请管理员检查服务器能否访问底图地址（天地图，或 PLOTWATCH_BASEMAP__URL）。",
    "The server of the base map does not answer; cases and plots are shown without it. Ask the "
    "administrator to check that this server can reach it (天地图, or PLOTWATCH_BASEMAP__URL).",
)
REFUSED = Message(
    "底图服务拒绝提供图片（HTTP {status}），暂时只显示图斑和地块，办理不受影响。"
    "多半是密钥有误、过期或超过用量：请管理员检查 PLOTWATCH_BASEMAP__TIANDITU_KEY"
    "（须为服务器端密钥）或 PLOTWATCH_BASEMAP__URL，改后重启服务。",
    "The server of the base map gives no pictures (HTTP {status}); cases and plots are shown "
    "without it. Its key may be wrong, expired or used up: ask the administrator to check "
    "PLOTWATCH_BASEMAP__TIANDITU_KEY (a key for servers) or PLOTWATCH_BASEMAP__URL, and to restart "
    "the service.",
)
PICTURES = frozenset({"image/png", "image/jpeg", "image/jpg", "image/webp", "image/gif"})
"""An SVG is none: opened by itself it may run scripts, and it would run them as this service."""
log = structlog.get_logger()


@dataclass(frozen=True)
class Picture:
    """A tile as it came."""

    content: bytes
    media_type: str


class Basemap:
    """The configured layers, and the connection to where they are; lives with the process."""

    def __init__(self, settings: BasemapSettings) -> None:
        self._settings = settings
        self.layers = {layer.name: layer for layer in basemap_layers(settings)}

    @cached_property
    def _client(self) -> httpx.AsyncClient:
        # Made when first needed: reading the certificates takes 40 ms.
        return httpx.AsyncClient(timeout=self._settings.timeout_seconds, follow_redirects=True)

    async def fetch(self, name: str, z: int, x: int, y: int) -> Picture:
        """A tile of a layer.

        Raises:
            NotFound: when there is no such layer, or nothing there.
            Unavailable: when its server does not answer with a picture.
        """
        layer = self.layers.get(name)
        if layer is None:
            raise NotFound(NO_LAYER)
        answer = await self._ask(layer, z, x, y)
        if answer.status_code in (204, 404):
            raise NotFound(NO_TILE)
        media_type = answer.headers.get("content-type", "").partition(";")[0]
        if answer.status_code != 200 or media_type not in PICTURES:
            log.warning("the base map gives no picture", layer=name, status=answer.status_code)
            raise Unavailable(REFUSED.format(status=answer.status_code), code="basemap-unreadable")
        return Picture(answer.content, media_type)

    async def _ask(self, layer: BasemapLayer, z: int, x: int, y: int) -> httpx.Response:
        try:
            return await self._client.get(layer.address(z, x, y))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # Without its cause: the address in it holds the key.
            log.warning("no base map", layer=layer.name, reason=type(error).__name__)
            raise Unavailable(SILENT, code="basemap-unreadable") from None
