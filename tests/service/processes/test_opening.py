"""Opening a home: one owner, a durable database, one clear sentence when something is wrong."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from service.embedded import Cluster, HomeInUse
from service.embedded.cluster import embedded_password
from service.errors import StartupError
from service.processes.opening import connected_runtime, first_account, join_home, own_home
from service.processes.parent import WATCHED
from service.processes.server import refuse_taken_port
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
