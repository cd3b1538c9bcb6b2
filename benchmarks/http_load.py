"""A load of HTTP requests that costs little itself: the client must not be what is measured.

httpx takes a millisecond of a core for each request, more than a server needs for a 304.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from httptools import HttpResponseParser


@dataclass(frozen=True, slots=True)
class Figure:
    """Requests per second and the 95th percentile of their time in milliseconds."""

    rate: float
    p95: float


class KeptConnection(asyncio.Protocol):
    """One keep-alive connection, one request at a time."""

    def __init__(self) -> None:
        self._transport: Any = None
        self._answered: asyncio.Future[int] | None = None
        self._parser = HttpResponseParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the loop."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Called by the loop."""
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        """Called by the parser at the end of an answer."""
        if self._answered is not None:
            self._answered.set_result(self._parser.get_status_code())
        self._parser = HttpResponseParser(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the loop."""
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(ConnectionError("the server closed the connection"))

    async def ask(self, request: bytes) -> int:
        """The status of the answer, which is read to its end."""
        self._answered = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answered

    def close(self) -> None:
        """Hang up."""
        self._answered = None
        self._transport.close()


def requests(base: str, paths: Sequence[str], headers: Mapping[str, str]) -> list[bytes]:
    """The bytes of GET requests."""
    told = {"Host": urlsplit(base).netloc, "Accept-Encoding": "identity", **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return [f"GET {path} HTTP/1.1\r\n{head}\r\n".encode() for path in paths]


async def measure(
    base: str, asked: Sequence[bytes], status: int, connections: int, seconds: float
) -> Figure:
    """Connections asking one request after the other, as fast as they are answered.

    Raises:
        SystemExit: at an answer of another status.
    """
    times: list[float] = []
    address = urlsplit(base)
    loop = asyncio.get_running_loop()
    stop = time.perf_counter() + seconds

    async def keep_asking(number: int) -> None:
        _, kept = await loop.create_connection(KeptConnection, address.hostname, address.port)
        await kept.ask(asked[0])
        while time.perf_counter() < stop:
            began = time.perf_counter()
            found = await kept.ask(asked[number % len(asked)])
            times.append(time.perf_counter() - began)
            if found != status:
                raise SystemExit(f"{found} instead of {status}")
            number += connections
        kept.close()

    began = time.perf_counter()
    await asyncio.gather(*(keep_asking(number) for number in range(connections)))
    elapsed = time.perf_counter() - began
    slowest = sorted(times)[max(0, round(len(times) * 0.95) - 1)]
    return Figure(len(times) / elapsed, slowest * 1000)
