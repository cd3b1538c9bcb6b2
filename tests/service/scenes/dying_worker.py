"""A worker that stops for ever at a given instant of work on scenes, to be killed there."""

from __future__ import annotations

import sys

from service.runtime import Runtime
from service.scenes import converting, detecting
from service.settings import Settings
from service.worker import run_worker
from tests.service.imports.dying_worker import after, stop_here


def arm(instant: str) -> None:
    """Make the next work stop at an instant."""
    if instant == "cog-written":
        converting.write_cog = after(converting.write_cog)
    elif instant == "cog-stored":
        converting._described = after(converting._described)
    elif instant == "comparing":
        detecting._compare = stop_here
    elif instant == "patches-stored":
        detecting.submit_upload = stop_here


if __name__ == "__main__":
    settings = Settings()
    assert settings.database_url is not None
    arm(sys.argv[1])
    run_worker(Runtime.connect(settings, settings.database_url))
