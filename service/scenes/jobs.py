"""Background jobs of scenes."""

from __future__ import annotations

from procrastinate import JobContext

from service.jobs import queue, runtime_of
from service.scenes.taking_in import convert

CONVERT_LOCK = "scenes"
"""One conversion at a time: it keeps a processor busy and fills the disk's cache."""


@queue.task(name="scenes.convert", pass_context=True)
def run(context: JobContext, scene_id: int) -> None:
    """Make a COG of one scene."""
    convert(runtime_of(context), scene_id)
