"""Writes the API's OpenAPI document to standard output, for the page's typed client."""

from __future__ import annotations

import json
import sys

from service.application import create_application
from service.runtime import Runtime
from service.settings import Settings


def document() -> str:
    """The document as JSON; no database is asked for it."""
    runtime = Runtime.connect(Settings(), "postgresql+psycopg://localhost/none")
    return json.dumps(create_application(runtime).openapi(), ensure_ascii=False)


if __name__ == "__main__":
    sys.stdout.write(document())
