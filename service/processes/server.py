"""The HTTP server (uvicorn) on one runtime."""

from __future__ import annotations

import errno
import socket
import time

import uvicorn

from service.application import create_application
from service.errors import StartupError
from service.imports.reading.process import get_ready
from service.runtime import Runtime

KEEP_ALIVE_SECONDS = 65
SHUTDOWN_SECONDS = 5


def run_server(runtime: Runtime, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM."""
    get_ready()
    uvicorn.run(
        create_application(runtime),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        server_header=False,
        proxy_headers=True,
    )


def refuse_taken_port(host: str, port: int) -> None:
    """Find out before anything is started.

    Raises:
        StartupError: when the address cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                reason = f"Port {port} is in use by another program; choose one with --port."
            else:
                reason = f"{host}:{port} cannot be listened on ({error.strerror})."
            raise StartupError(reason) from error


def wait_until_up(host: str, port: int, seconds: float = 60.0) -> bool:
    """Whether the server accepts connections within the given time."""
    reachable = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        try:
            with socket.create_connection((reachable, port), timeout=1):
                return True
        except OSError:
            time.sleep(0.1)
    return False
