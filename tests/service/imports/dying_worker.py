"""A worker that stops for ever at a given instant of an import, to be killed there."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from itertools import count
from typing import Any

from service.imports import pipeline
from service.imports.progress import Progress
from service.runtime import Runtime
from service.screening import occasions, running
from service.settings import Settings
from service.worker import run_worker

REACHED = "reached"


def stop_here(*_: Any, **__: Any) -> None:
    """Say so and stay."""
    print(REACHED, flush=True)
    time.sleep(3600)


def after(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, never to be returned from."""

    def run(*arguments: Any, **named: Any) -> None:
        function(*arguments, **named)
        stop_here()

    return run


def at_call(number: int, function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function until it is called for so many a time."""
    calls = count(1)

    def run(*arguments: Any, **named: Any) -> Any:
        if next(calls) == number:
            stop_here()
        return function(*arguments, **named)

    return run


def arm(instant: str) -> None:
    """Make the next import stop at an instant."""
    if instant == "rows-arriving":
        Progress.batch = stop_here  # type: ignore[method-assign]
    elif instant == "rows-staged":
        pipeline.index_version = stop_here
    elif instant == "version-attached":
        pipeline.publish_base_layer = after(pipeline.publish_base_layer)
    elif instant == "kernel-at-work":
        # Two parts are screened, the first of them stored; the third is with the kernel's thread.
        running.PATCHES_AT_ONCE = 1
        running.screen = at_call(3, running.screen)
    elif instant == "part-stored":
        running.PATCHES_AT_ONCE = 1
        running.store_outcomes = after(running.store_outcomes)
    elif instant == "cases-raised":
        occasions.raise_or_join = after(occasions.raise_or_join)
    elif instant == "marked-published":
        pipeline.end_published = after(pipeline.end_published)
    elif instant == "committed":
        pipeline.publish_upload = after(pipeline.publish_upload)


if __name__ == "__main__":
    settings = Settings()
    assert settings.database_url is not None
    arm(sys.argv[1])
    run_worker(Runtime.connect(settings, settings.database_url))
