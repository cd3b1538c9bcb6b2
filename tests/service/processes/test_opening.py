"""Opening a home: one owner, a durable database, one clear sentence when something is wrong."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from service.embedded import Cluster, HomeInUse, HomeLock
from service.embedded.cluster import embedded_password
from service.errors import StartupError
from service.processes.opening import (
    connected_runtime,
    first_account,
    join_home,
    own_home,
    serving_file,
)
from service.processes.parent import WATCHED
from service.processes.server import refuse_taken_port
from service.processes.supervisor import Supervisor
from service.settings import Settings

OWNER = """
import time
from pathlib import Path
from service.processes.opening import own_home
from service.settings import Settings
from sqlalchemy import text
with own_home(Settings()) as home, home.runtime.database.transaction() as session:
    session.execute(text("CREATE TABLE kept (note text)"))
    session.execute(text("INSERT INTO kept VALUES ('written before the kill')"))
    session.commit()
    print("ready", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def settings() -> Iterator[Settings]:
    # Not pytest's own folder: the server's user must be able to reach it.
    with tempfile.TemporaryDirectory(prefix="plotwatch-home-") as folder:
        Path(folder).chmod(0o755)
        settings = Settings(home=Path(folder).resolve() / "home", database_url=None)
        yield settings
        Cluster(settings.home, embedded_password(settings)).stop()


def test_what_was_committed_survives_kill_9_of_the_owner(settings: Settings) -> None:
    environment = {**os.environ, "PLOTWATCH_HOME": str(settings.home)}
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    assert owner.stdout.readline() == "ready\n"
    with pytest.raises(HomeInUse, match=str(owner.pid)), own_home(settings):
        pass
    os.kill(owner.pid, signal.SIGKILL)
    owner.wait()
    with own_home(settings) as home, home.runtime.database.reading() as session:
        assert session.execute(text("SELECT note FROM kept")).scalar() == "written before the kill"


def test_a_database_that_was_killed_is_started_again_where_it_was(settings: Settings) -> None:
    with own_home(settings) as home:
        assert home.cluster is not None
        dsn = home.runtime.database.dsn
        with home.runtime.database.transaction() as session:
            session.execute(text("CREATE TABLE kept AS SELECT 'before the kill' AS note"))
        home.revive_database()
        server = int((home.cluster.data / "postmaster.pid").read_text().partition("\n")[0])
        os.kill(server, signal.SIGKILL)
        while not home.cluster.seems_dead():
            time.sleep(0.05)
        home.revive_database()
        assert not home.cluster.seems_dead()
        assert home.runtime.database.dsn == dsn
        home.runtime.database.dispose()
        with home.runtime.database.reading() as session:
            assert session.scalar(text("SELECT note FROM kept")) == "before the kill"


def test_what_tends_others_is_asked_with_the_children() -> None:
    asked: list[int] = []
    Supervisor([], {}, lambda: asked.append(1)).tend()
    assert asked == [1]


def test_who_serves_waits_for_a_short_command_but_not_for_another_server(
    settings: Settings,
) -> None:
    released = threading.Event()

    def short_command() -> None:
        with HomeLock(settings.home):
            holding.set()
            released.wait()

    settings.home.mkdir()
    holding = threading.Event()
    other = threading.Thread(target=short_command)
    other.start()
    holding.wait()
    threading.Timer(0.2, released.set).start()
    with own_home(settings, patience=30.0) as home:
        serving_file(settings.home).write_text(str(os.getpid()))
        assert not home.served
        with pytest.raises(HomeInUse), own_home(settings, patience=3600.0):
            pass
    other.join()


def test_a_short_command_joins_nobody_and_leaves_no_server_running(settings: Settings) -> None:
    with join_home(settings) as home:
        assert not home.served
        assert first_account(home.runtime)
        assert first_account(home.runtime) is None
    with pytest.raises(StartupError, match="plotwatch up"):
        connected_runtime(settings)


def test_a_home_that_is_a_file_is_refused_with_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(StartupError, match="PLOTWATCH_HOME"),
        own_home(Settings(home=tmp_path / "file")),
    ):
        pass


def test_a_database_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    url = "postgresql://someone:secret@127.0.0.1:1/nothing"
    with (
        pytest.raises(StartupError, match="does not answer") as refused,
        own_home(Settings(home=tmp_path, database_url=url)),
    ):
        pass
    assert "secret" not in str(refused.value)


def test_a_port_in_use_is_told_before_anything_starts() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(StartupError, match="in use"):
            refuse_taken_port("127.0.0.1", taken.getsockname()[1])


def test_a_supervised_process_ends_when_its_parent_is_killed() -> None:
    child = "from service.processes.parent import end_with_parent; import time, os\n"
    child += "end_with_parent(); print(os.getpid(), flush=True); time.sleep(60)"
    parent = (
        "import subprocess, sys, time\n"
        f"p = subprocess.Popen([sys.executable, '-c', {child!r}], stdin=subprocess.PIPE)\n"
        "time.sleep(60)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", parent],
        env={**os.environ, WATCHED: "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    grandchild = int(process.stdout.readline())
    process.kill()
    process.wait()
    for _ in range(100):
        if not Path(f"/proc/{grandchild}").exists():
            break
        time.sleep(0.05)
    else:
        pytest.fail("the child outlived its parent")
