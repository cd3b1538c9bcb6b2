"""``kill -9`` at any instant leaves the old version or the new one, and nothing between."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from service.cases import history
from service.imports.jobs import recover
from service.imports.statuses import ImportStatus
from service.imports.submitting import ImportOptions, submit
from service.jobs import RUNTIME_KEY, worker_queue
from service.jobs.recovery import MAX_ATTEMPTS
from service.layers.versions import current_version
from service.runtime import Runtime
from service.worker import JOB_MODULES
from spatial.words import LayerName
from tests.service.imports.building import (
    import_of,
    leftovers,
    stray_tables,
    write_patches,
    write_plots,
)
from tests.service.imports.dying_worker import REACHED

AMID_SCREENING = ("kernel-at-work", "part-stored", "cases-raised", "marked-published")
OF_A_BATCH = (
    "patch", "piece", "finding", "screening_run", "suspect_case", "case_sighting", "case_event",
    "notice",
)  # fmt: skip
BEFORE_COMMIT = ("rows-arriving", "rows-staged", "version-attached", "marked-published")


@contextmanager
def worker_at(runtime: Runtime, instant: str) -> Iterator[subprocess.Popen[str]]:
    """A worker that has come to an instant of an import and waits there."""
    environment = {
        **os.environ,
        "PLOTWATCH_HOME": str(runtime.settings.home),
        "PLOTWATCH_DATABASE_URL": runtime.database.dsn,
    }
    command = [sys.executable, "-m", "tests.service.imports.dying_worker", instant]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as worker:
        try:
            assert worker.stdout is not None
            assert REACHED in (line.strip() for line in worker.stdout)
            yield worker
        finally:
            worker.kill()


def kill_at(runtime: Runtime, instant: str) -> None:
    """Let a worker come to an instant of the queued import, and kill it there."""
    with worker_at(runtime, instant) as worker:
        worker.kill()
        worker.wait()


def work_until_idle(runtime: Runtime) -> None:
    """Recover and work as a new worker would, until no job is left that can be done."""
    assert JOB_MODULES
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


def plots_in_force(runtime: Runtime) -> tuple[int, int]:
    """Version and number of the plots that readers see."""
    with runtime.database.reading() as session:
        version = current_version(session, LayerName.PLOTS)
        assert version is not None
        count = session.scalar(
            text("SELECT count(*) FROM plot WHERE version_id = :id"), {"id": version.id}
        )
    return version.version, int(count or 0)


def queue_plots(runtime: Runtime, path: Path, count: int = 3) -> int:
    write_plots(path, [str(number) for number in range(count)])
    submission = submit(runtime, path, LayerName.PLOTS, ImportOptions(), account_id=None)
    return submission.import_id


@pytest.mark.parametrize("instant", BEFORE_COMMIT)
def test_killed_before_the_commit_the_old_version_stays_and_the_import_is_resumed(
    township: Runtime, tmp_path: Path, instant: str
) -> None:
    import_id = queue_plots(township, tmp_path / "p.gpkg")
    kill_at(township, instant)
    assert plots_in_force(township) == (1, 12)
    work_until_idle(township)
    assert import_of(township, import_id).status == ImportStatus.PUBLISHED
    assert plots_in_force(township) == (2, 3)
    assert stray_tables(township) == []
    assert leftovers(township) == []


def test_killed_after_the_commit_the_new_version_stands_and_is_not_published_twice(
    township: Runtime, tmp_path: Path
) -> None:
    import_id = queue_plots(township, tmp_path / "p.gpkg")
    kill_at(township, "committed")
    assert plots_in_force(township) == (2, 3)
    work_until_idle(township)
    assert import_of(township, import_id).status == ImportStatus.PUBLISHED
    assert plots_in_force(township) == (2, 3)
    assert leftovers(township) == []


@pytest.mark.parametrize("instant", AMID_SCREENING)
def test_a_batch_of_patches_killed_before_the_commit_raises_its_cases_once(
    township: Runtime, tmp_path: Path, instant: str
) -> None:
    places = {f"JC{number}": float(number) for number in range(1, 6)}
    path = write_patches(tmp_path / "a.gpkg", places)
    submission = submit(township, path, LayerName.PATCHES, ImportOptions(), account_id=None)
    kill_at(township, instant)
    assert set(stored(township).values()) == {0}
    work_until_idle(township)
    job = import_of(township, submission.import_id)
    assert (job.status, job.counts["cases_raised"]) == (ImportStatus.PUBLISHED, len(places))
    assert stored(township) == dict.fromkeys(OF_A_BATCH, len(places)) | {"screening_run": 1}
    with township.database.reading() as session:
        assert history.verify(session) == []


def stored(runtime: Runtime) -> dict[str, int]:
    """How many rows each table holds that a batch of patches writes."""
    with runtime.database.reading() as session:
        return {
            table: session.scalar(text(f"SELECT count(*) FROM {table}")) or 0
            for table in OF_A_BATCH
        }


def test_an_import_that_kills_every_worker_is_given_up(township: Runtime, tmp_path: Path) -> None:
    import_id = queue_plots(township, tmp_path / "p.gpkg")
    for attempt in range(MAX_ATTEMPTS):
        _pretend_a_worker_died(township, import_id)
        recover(township)
        status = import_of(township, import_id).status
        assert status == ("failed" if attempt == MAX_ATTEMPTS - 1 else "running")
    job = import_of(township, import_id)
    assert job.problem is not None
    assert job.problem["code"] == "interrupted"
    assert queue_plots(township, tmp_path / "q.gpkg") != import_id
    work_until_idle(township)
    assert plots_in_force(township) == (2, 3)


def test_what_a_living_worker_does_is_left_alone(township: Runtime, tmp_path: Path) -> None:
    import_id = queue_plots(township, tmp_path / "p.gpkg")
    with worker_at(township, "rows-arriving"):
        recover(township)
        assert import_of(township, import_id).status == ImportStatus.RUNNING
        with township.database.reading() as session:
            doing = session.scalars(text("SELECT status FROM procrastinate_jobs")).all()
        assert list(doing).count("doing") == 1
        assert leftovers(township) != []


def test_the_reading_process_ends_with_its_worker(township: Runtime, tmp_path: Path) -> None:
    # More rows than the line to the worker holds: the reading process waits until it is heard.
    queue_plots(township, tmp_path / "p.gpkg", 5_000)
    with worker_at(township, "rows-arriving") as worker:
        children = _descendants(worker.pid)
        assert len(children) >= 2  # the fork server and the reading process
        worker.kill()
        worker.wait()
    give_up = time.monotonic() + 30
    while any(_alive(child) for child in children) and time.monotonic() < give_up:
        time.sleep(0.05)
    assert not any(_alive(child) for child in children)


def test_imports_of_one_layer_run_one_after_another(township: Runtime, tmp_path: Path) -> None:
    first = queue_plots(township, tmp_path / "p.gpkg", 3)
    second = queue_plots(township, tmp_path / "q.gpkg", 4)
    with township.database.reading() as session:
        locks = session.scalars(text("SELECT lock FROM procrastinate_jobs ORDER BY id")).all()
    assert list(locks) == ["import:plots", "import:plots"]
    while import_of(township, second).status == ImportStatus.QUEUED:
        work_until_idle(township)
    assert import_of(township, first).status == ImportStatus.PUBLISHED
    assert plots_in_force(township) == (3, 4)


def _pretend_a_worker_died(runtime: Runtime, import_id: int) -> None:
    with runtime.database.transaction() as session:
        session.execute(text("UPDATE procrastinate_jobs SET status = 'doing'"))
        session.execute(
            text("UPDATE import SET status = 'running' WHERE id = :id"), {"id": import_id}
        )


def _descendants(pid: int) -> list[int]:
    found = []
    for thread in Path(f"/proc/{pid}/task").iterdir():
        for child in (thread / "children").read_text().split():
            found += [int(child), *_descendants(int(child))]
    return found


def _alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
