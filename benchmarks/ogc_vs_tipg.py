"""Pages, tiles and 304 answers against tipg, on one database in one run.

    python -m benchmarks.ogc_vs_tipg --tipg VENV/bin/python [--seconds 4] [--rounds 3] [--side 707]
        [--keep FOLDER]

Makes its own database of side × side plots with 22 vertices, or uses the one kept in a folder.
Both servers run one process of uvicorn; the load is four keep-alive connections from one process.
The two are measured in turns, so that whatever else the machine does falls on both. Requests are
without compression, and to Plotwatch with a Bearer token, which tipg does not ask for.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.http_load import Figure, measure, requests
from benchmarks.plots_database import CELL, PASSWORD, SOUTH, WEST, plots_database
from service.runtime import Runtime

CONNECTIONS = 4
PAGES = (21, 399, 1000)


@dataclass(frozen=True, slots=True)
class Load:
    """One kind of request: different addresses, so that nothing answers from memory."""

    name: str
    paths: tuple[str, ...]
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200


def boxes(count: int, limit: int) -> tuple[str, ...]:
    """Twenty extents that hold about ``count`` plots each."""
    width = CELL * count**0.5
    corners = [(WEST + 0.02 + 0.011 * n, SOUTH + 0.02 + 0.009 * n) for n in range(20)]
    return tuple(
        f"bbox={x:.6f},{y:.6f},{x + width:.6f},{y + width:.6f}&limit={limit}" for x, y in corners
    )


def tiles() -> tuple[tuple[int, int, int], ...]:
    """Tiles of zoom 14 that lie within the plots."""
    import math

    x = int((WEST + 0.02 + 180) / 360 * 2**14)
    latitude = math.radians(SOUTH + 0.03)
    y = int((1 - math.asinh(math.tan(latitude)) / math.pi) / 2 * 2**14)
    return tuple((14, x + 1 + n % 5, y - 1 - n // 5) for n in range(20))


def measured(base: str, load: Load, seconds: float) -> Figure:
    """What a server manages of a load."""
    asked = requests(base, load.paths, dict(load.headers))
    return asyncio.run(measure(base, asked, load.status, CONNECTIONS, seconds))


@contextmanager
def server(command: list[str], port: int, **environment: str) -> Iterator[str]:
    """A server process, from its first answer to its end."""
    base = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(command, env={**os.environ, **environment})
    try:
        for _ in range(300):
            try:
                httpx.get(f"{base}/healthz", timeout=1)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield base
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """A port nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def uvicorn(python: str, app: str, port: int, *more: str) -> list[str]:
    """The command of one uvicorn process."""
    quiet = ["--log-level", "error", "--no-access-log"]
    return [python, "-m", "uvicorn", app, "--port", str(port), *quiet, *more]


def compare(ours: str, theirs: str, seconds: float, rounds: int) -> None:
    """Measure every pair in turns and print the ratios of the medians."""
    token = httpx.post(
        f"{ours}/api/auth/token", data={"username": "reader", "password": PASSWORD}
    ).json()["access_token"]
    bearer = (("Authorization", f"Bearer {token}"),)
    items, peer = "/ogc/collections/plots/items?", "/collections/plotwatch.plot_v1/items?"
    pairs = [
        (
            Load(f"page of {n}", tuple(items + box for box in boxes(n, 1000)), bearer),
            Load(f"page of {n}", tuple(peer + box for box in boxes(n, 1000))),
        )
        for n in PAGES
    ]
    pairs.append(
        (
            Load(
                "tile z14",
                tuple(
                    f"/ogc/collections/plots/tiles/WebMercatorQuad/{z}/{y}/{x}"
                    for z, x, y in tiles()
                ),
                bearer,
            ),
            Load(
                "tile z14",
                tuple(
                    f"/collections/plotwatch.plot_v1/tiles/WebMercatorQuad/{z}/{x}/{y}"
                    for z, x, y in tiles()
                ),
            ),
        )
    )
    for n in PAGES:
        path = items + boxes(n, 1000)[0]
        tag = httpx.get(ours + path, headers=dict(bearer)).headers["etag"]
        pairs.append(
            (
                Load(f"304 of {n}", (path,), (*bearer, ("If-None-Match", tag)), 304),
                Load(f"304 of {n}", (peer + boxes(n, 1000)[0],)),
            )
        )
    print(f"{'':12} {'plotwatch/s':>12} {'tipg/s':>9} {'ratio':>7} {'p95 ms':>8} {'tipg p95':>9}")
    for mine, other in pairs:
        figures = [
            (measured(ours, mine, seconds), measured(theirs, other, seconds)) for _ in range(rounds)
        ]
        a = statistics.median(x.rate for x, _ in figures)
        b = statistics.median(y.rate for _, y in figures)
        p, q = (statistics.median(pair[i].p95 for pair in figures) for i in (0, 1))
        print(f"{mine.name:12} {a:12.1f} {b:9.1f} {a / b:7.1f} {p:8.1f} {q:9.1f}", flush=True)


def run(runtime: Runtime, tipg: Path, seconds: float, rounds: int) -> None:
    """Start both servers on the database and compare them."""
    url = runtime.database.dsn
    ours, theirs = free_port(), free_port()
    environment = {"PLOTWATCH_HOME": str(runtime.settings.home), "BENCHMARK_DATABASE": url}
    mine = uvicorn(sys.executable, "benchmarks.ogc_vs_tipg:application", ours, "--factory")
    other = uvicorn(str(tipg), "tipg.main:app", theirs)
    peer = {
        "DATABASE_URL": url,
        "TIPG_DB_SCHEMAS": '["plotwatch"]',
        "TIPG_MAX_FEATURES_PER_QUERY": "10000",
    }
    print(
        f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores",
        flush=True,
    )
    with server(mine, ours, **environment) as a, server(other, theirs, **peer) as b:
        compare(a, b, seconds, rounds)


def application() -> object:
    """The service on the benchmark's database, for uvicorn."""
    from service.application import create_application
    from service.settings import Settings

    return create_application(Runtime.connect(Settings(), os.environ["BENCHMARK_DATABASE"]))


def main() -> None:
    """Make the database, compare, throw it away."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tipg", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--side", type=int, default=707)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    with plots_database(options.side, options.side, options.keep) as runtime:
        run(runtime, options.tipg, options.seconds, options.rounds)


if __name__ == "__main__":
    main()
