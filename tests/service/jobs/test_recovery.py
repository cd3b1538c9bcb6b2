"""Jobs of dead workers: taken up once, and never in the way of those that wait already."""

from __future__ import annotations

from sqlalchemy import text

from service.alerts.jobs import deliver
from service.jobs import defer
from service.jobs.recovery import MAX_ATTEMPTS, retry_stalled_jobs
from service.runtime import Runtime

DEAD = """
WITH dead AS (
    INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')
    RETURNING id
)
UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM dead)
 WHERE id = :job
"""


def job_of_a_dead_worker(runtime: Runtime, attempts: int = 0) -> int:
    with runtime.database.transaction() as session:
        job = defer(session, deliver, timestamp=0)
        session.execute(text(DEAD), {"job": job})
        tried = text("UPDATE procrastinate_jobs SET attempts = :tried WHERE id = :job")
        session.execute(tried, {"tried": attempts, "job": job})
    return job


def statuses(runtime: Runtime) -> dict[int, str]:
    statement = text("SELECT id, status::text AS status FROM procrastinate_jobs")
    with runtime.database.reading() as session:
        return {row.id: row.status for row in session.execute(statement)}


def recover(runtime: Runtime) -> int:
    with runtime.database.transaction() as session:
        return retry_stalled_jobs(session)


def test_the_job_of_a_dead_worker_waits_again(runtime: Runtime) -> None:
    job = job_of_a_dead_worker(runtime)
    assert recover(runtime) == 1
    assert statuses(runtime) == {job: "todo"}


def test_regular_work_that_died_gives_way_to_its_successor(runtime: Runtime) -> None:
    first, second = job_of_a_dead_worker(runtime), job_of_a_dead_worker(runtime)
    with runtime.database.transaction() as session:
        waiting = defer(session, deliver, timestamp=1)
    assert recover(runtime) == 2
    assert statuses(runtime) == {first: "failed", second: "failed", waiting: "todo"}


def test_of_two_that_died_one_waits_again(runtime: Runtime) -> None:
    first, second = job_of_a_dead_worker(runtime), job_of_a_dead_worker(runtime)
    assert recover(runtime) == 2
    assert sorted(statuses(runtime).values()) == ["failed", "todo"]
    assert {first, second} == statuses(runtime).keys()


def test_what_dies_again_and_again_is_given_up(runtime: Runtime) -> None:
    job = job_of_a_dead_worker(runtime, attempts=MAX_ATTEMPTS - 1)
    assert recover(runtime) == 1
    assert statuses(runtime) == {job: "failed"}
