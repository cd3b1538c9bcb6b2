"""A reading process may do what it likes: it is one failed import and leaves nothing."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import pytest

from service.imports import pipeline
from service.imports.models import Import
from service.imports.reading.client import ForkServer
from service.imports.reading.process import SERVER, ReadingCrashed, get_ready, reading
from service.imports.reading.server import ChildMain
from service.imports.statuses import ImportStatus
from service.runtime import Runtime
from spatial.words import LayerName
from tests.service.imports import misbehaving
from tests.service.imports.building import import_now, leftovers, stray_tables, write_plots

ImportWith = Callable[..., Import]


@pytest.fixture
def import_with(township: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ImportWith:
    """Import plots with another reading process."""

    def run(child: ChildMain) -> Import:
        server = ForkServer(["-m", misbehaving.__name__, child.__name__])
        monkeypatch.setattr(pipeline, "reading", functools.partial(reading, server=server))
        return import_now(township, write_plots(tmp_path / "p.gpkg", ["1"]), LayerName.PLOTS)

    return run


def test_a_crash_in_a_native_library_is_one_failed_import(
    import_with: ImportWith, township: Runtime
) -> None:
    job = import_with(misbehaving.crash)
    assert job.status == ImportStatus.FAILED
    assert job.problem is not None
    assert job.problem["code"] == ReadingCrashed.code
    assert "SIGSEGV" in job.problem["detail"]
    assert stray_tables(township) == []
    assert leftovers(township) == []


@pytest.mark.parametrize("child", [misbehaving.raise_something, misbehaving.talk_nonsense])
def test_an_unforeseen_end_is_a_failed_import(
    import_with: ImportWith, township: Runtime, child: ChildMain
) -> None:
    job = import_with(child)
    assert (job.status, job.problem and job.problem["code"]) == ("failed", ReadingCrashed.code)
    assert leftovers(township) == []


def test_a_file_that_takes_too_long_is_refused(import_with: ImportWith, township: Runtime) -> None:
    township.settings.imports.seconds = 1
    job = import_with(misbehaving.hang)
    assert (job.status, job.problem and job.problem["code"]) == ("rejected", "limit-exceeded")
    assert leftovers(township) == []


def test_a_file_that_takes_too_much_memory_is_refused(
    import_with: ImportWith, township: Runtime
) -> None:
    township.settings.imports.memory_mb = 256
    job = import_with(misbehaving.eat_memory)
    assert (job.status, job.problem and job.problem["code"]) == ("rejected", "limit-exceeded")
    assert leftovers(township) == []


def test_a_file_is_opened_without_the_secrets_of_the_service(
    import_with: ImportWith, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLOTWATCH_DATABASE_URL", "postgresql://secret")
    job = import_with(misbehaving.tell_secrets)
    assert job.problem is not None
    assert job.problem["code"] == "source-unreadable"
    assert "choices" not in job.problem


def test_a_server_that_died_is_started_again(township: Runtime, tmp_path: Path) -> None:
    import_now(township, write_plots(tmp_path / "p.gpkg", ["1"]), LayerName.PLOTS)
    assert SERVER._process is not None
    SERVER._process.kill()
    SERVER._process.wait()
    job = import_now(township, write_plots(tmp_path / "q.gpkg", ["2"]), LayerName.PLOTS)
    assert job.status == ImportStatus.PUBLISHED


def test_a_server_started_ahead_is_the_one_that_reads(township: Runtime, tmp_path: Path) -> None:
    get_ready()
    ready = SERVER._process
    get_ready()
    import_now(township, write_plots(tmp_path / "p.gpkg", ["1"]), LayerName.PLOTS)
    assert ready is not None
    assert SERVER._process is ready
