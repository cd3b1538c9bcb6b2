"""The log of a failure tells where it happened, and nothing that was in hand there."""

from __future__ import annotations

import subprocess
import sys

FAILING = """
import structlog
from service.cli.main import configure_logging

def look_after(password):
    return {}["missing"]

configure_logging()
try:
    look_after("hunter2-hunter2")
except KeyError:
    structlog.get_logger().exception("it failed")
"""


def test_a_traceback_shows_no_local_variables() -> None:
    done = subprocess.run([sys.executable, "-c", FAILING], capture_output=True, check=True)
    said = done.stderr.decode()
    assert "look_after" in said
    assert "KeyError" in said
    assert "hunter2" not in said
