"""Settings that cannot be used are told by their names before anything is started."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.settings import Settings


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PLOTWATCH_PUBLIC_URL", "farm.example", "格式不对"),
        ("PLOTWATCH_PUBLIC_URL", "https://farm.example/?a=b", "格式不对"),
        ("PLOTWATCH_TOKEN_MINUTES", "long", "应为整数"),
        ("PLOTWATCH_CASES__ILLEGAL_CROPLAND_LIMIT", "15", "不能大于 1"),
    ],
)
def test_a_setting_that_cannot_be_used_is_wrong_usage(
    name: str, value: str, said: str, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    # A process of its own: the program sets logging up for all of the one that it runs in.
    ran = subprocess.run(
        [sys.executable, "-m", "service.cli", "user", "add", "wang", "--role", "office"],
        env=os.environ | {"PLOTWATCH_HOME": str(home), name: value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 2
    assert name in ran.stderr.replace("\n", "")
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not home.exists()


def test_a_database_that_is_away_is_told_in_a_sentence(tmp_path: Path) -> None:
    url = "postgresql://someone:secret@127.0.0.1:1/nothing"
    settings = {"PLOTWATCH_HOME": str(tmp_path), "PLOTWATCH_DATABASE_URL": url}
    # Once it is open a command works with the database as it finds it.
    program = (
        "import sys; from service.cli.main import main; from service.processes import opening\n"
        "opening.migrated_runtime = opening.Runtime.connect\n"
        "sys.argv = ['plotwatch', 'verify']; main()"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, "数据库没有应答" in ran.stderr) == (3, True), ran.stderr
    assert "Traceback" not in ran.stderr
    assert "secret" not in ran.stderr


def test_a_public_address_is_kept_without_its_last_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLOTWATCH_PUBLIC_URL", "https://farm.example/watch/")
    assert Settings().public_url == "https://farm.example/watch"
    monkeypatch.setenv("PLOTWATCH_PUBLIC_URL", "")
    assert Settings().public_url is None
