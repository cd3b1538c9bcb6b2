"""``kill -9`` during work on scenes: it is resumed or ended, and nothing half-done stays."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from service.jobs import RUNTIME_KEY, worker_queue
from service.jobs.recovery import MAX_ATTEMPTS
from service.runtime import Runtime
from service.scenes.jobs import recover
from tests.service.imports.dying_worker import REACHED
from tests.service.scenes.sending import BEFORE, send
from tests.spatial.imagery.scene_maker import write_scene


def kill_at(runtime: Runtime, instant: str) -> None:
    """Let a worker come to an instant of the queued work, and kill it there."""
    environment = {
        **os.environ,
        "PLOTWATCH_HOME": str(runtime.settings.home),
        "PLOTWATCH_DATABASE_URL": runtime.database.dsn,
    }
    command = [sys.executable, "-m", "tests.service.scenes.dying_worker", instant]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as worker:
        try:
            assert worker.stdout is not None
            assert REACHED in (line.strip() for line in worker.stdout)
        finally:
            worker.kill()


def work_until_idle(runtime: Runtime) -> None:
    """Recover and work as a new worker would, until no job is left that can be done."""
    recover(runtime)

    async def work() -> None:
        with worker_queue(runtime.database) as app:
            async with app.open_async():
                await app.run_worker_async(
                    wait=False,
                    install_signal_handlers=False,
                    additional_context={RUNTIME_KEY: runtime},
                )

    asyncio.run(work())


def leftovers(runtime: Runtime) -> list[str]:
    folder = runtime.settings.home / "work"
    return [path.name for path in folder.iterdir()] if folder.exists() else []


@pytest.mark.parametrize("instant", ["cog-written", "cog-stored"])
def test_a_scene_whose_worker_was_killed_is_taken_in_by_the_next(
    client: TestClient, runtime: Runtime, tmp_path: Path, instant: str
) -> None:
    number = send(client, write_scene(tmp_path / "a.tif", taken=BEFORE)).json()["id"]
    kill_at(runtime, instant)
    assert client.get(f"/api/scenes/{number}").json()["status"] == "running"
    work_until_idle(runtime)
    assert client.get(f"/api/scenes/{number}").json()["status"] == "ready"
    assert len(list(runtime.files.hashes())) == 1
    assert leftovers(runtime) == []


def test_a_scene_that_kills_every_worker_is_given_up_and_not_kept(
    client: TestClient, runtime: Runtime, tmp_path: Path
) -> None:
    number = send(client, write_scene(tmp_path / "a.tif", taken=BEFORE)).json()["id"]
    with runtime.database.transaction() as session:
        session.execute(
            text("UPDATE procrastinate_jobs SET attempts = :tries"), {"tries": MAX_ATTEMPTS - 1}
        )
    kill_at(runtime, "cog-written")
    work_until_idle(runtime)
    scene = client.get(f"/api/scenes/{number}").json()
    assert (scene["status"], scene["problem"]["code"]) == ("failed", "interrupted")
    assert list(runtime.files.hashes()) == []
    assert leftovers(runtime) == []


@pytest.mark.parametrize("instant", ["comparing", "patches-stored"])
def test_a_comparison_whose_worker_was_killed_is_made_once(
    client: TestClient, runtime: Runtime, pair: list[int], instant: str
) -> None:
    with runtime.database.transaction() as session:
        session.execute(text("DELETE FROM procrastinate_jobs"))
    form = {"before": pair[0], "after": pair[1]}
    number = client.post("/api/scenes/detections", json=form).json()["id"]
    kill_at(runtime, instant)
    assert client.get("/api/imports").json()["items"] == []
    work_until_idle(runtime)
    done = client.get(f"/api/scenes/detections/{number}").json()
    assert (done["status"], done["found"]["changes"] > 0) == ("ready", True)
    batches = client.get("/api/imports").json()["items"]
    assert [batch["id"] for batch in batches] == [done["import_id"]]
    assert leftovers(runtime) == []
