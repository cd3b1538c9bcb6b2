"""What arrives complete in the inbox is queued once, and nothing else is touched."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from service.imports.models import Import
from service.inbox.sweep import sweep
from service.runtime import Runtime


@pytest.fixture
def watching(runtime: Runtime, tmp_path: Path) -> Runtime:
    inbox = tmp_path / "inbox"
    (inbox / "plots").mkdir(parents=True)
    settings = runtime.settings.model_copy(update={"inbox": inbox, "inbox_settle_seconds": 0.0})
    return Runtime(settings, runtime.database, runtime.files)


def inbox_of(runtime: Runtime) -> Path:
    assert runtime.settings.inbox is not None
    return runtime.settings.inbox


def layers_queued(runtime: Runtime) -> list[str]:
    with runtime.database.reading() as session:
        return list(session.scalars(select(Import.layer).order_by(Import.id)))


def test_files_are_imported_as_the_layer_of_their_folder(watching: Runtime) -> None:
    (inbox_of(watching) / "图斑.zip").write_bytes(b"patches")
    (inbox_of(watching) / "plots" / "地块.zip").write_bytes(b"plots")
    sweep(watching)
    assert layers_queued(watching) == ["patches", "plots"]
    assert [path.name for path in inbox_of(watching).iterdir() if path.is_file()] == []


def test_a_file_left_behind_by_a_death_is_not_imported_twice(watching: Runtime) -> None:
    for _ in range(2):
        (inbox_of(watching) / "图斑.zip").write_bytes(b"patches")
        sweep(watching)
    assert layers_queued(watching) == ["patches"]


@pytest.mark.parametrize("name", [".hidden.zip", "a.zip.part", "~lock.zip", "empty.zip"])
def test_what_is_not_a_complete_file_stays(watching: Runtime, name: str) -> None:
    path = inbox_of(watching) / name
    path.write_bytes(b"" if name == "empty.zip" else b"bytes")
    sweep(watching)
    assert layers_queued(watching) == []
    assert path.exists()


def test_a_file_that_still_changes_is_waited_for(watching: Runtime) -> None:
    settings = watching.settings.model_copy(update={"inbox_settle_seconds": 3600.0})
    (inbox_of(watching) / "图斑.zip").write_bytes(b"half")
    sweep(Runtime(settings, watching.database, watching.files))
    assert layers_queued(watching) == []


def test_a_link_is_never_followed(watching: Runtime, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    (inbox_of(watching) / "link.zip").symlink_to(tmp_path / "secret")
    sweep(watching)
    assert layers_queued(watching) == []
