"""The server process of these tests."""

from __future__ import annotations

import multiprocessing
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from service.application import create_application
from tests.service.features.fixtures import connect


def serve(listening: socket.socket, database_url: str, home: Path) -> None:
    """Serve until terminated. A process of its own: GDAL holds the interpreter while it waits."""
    app = create_application(connect(database_url, home))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    server.run(sockets=[listening])


@contextmanager
def served(database_url: str, home: Path) -> Iterator[str]:
    """The address at which a process of its own serves a database."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        process = multiprocessing.get_context("spawn").Process(
            target=serve, args=(listening, database_url, home), daemon=True
        )
        process.start()
        try:
            # Callers queue at the socket until the server accepts.
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            process.terminate()
            process.join()
