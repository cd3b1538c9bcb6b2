"""The server process of these tests."""

from __future__ import annotations

import socket
from pathlib import Path

import uvicorn

from service.application import create_application
from tests.service.features.fixtures import connect


def serve(listening: socket.socket, database_url: str, home: Path) -> None:
    """Serve until terminated. A process of its own: GDAL holds the interpreter while it waits."""
    app = create_application(connect(database_url, home))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    server.run(sockets=[listening])
