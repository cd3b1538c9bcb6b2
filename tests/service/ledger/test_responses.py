"""A workbook that was sent, or could not be written, leaves no file behind."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from service.ledger.responses import workbook_response


def test_the_file_is_gone_once_it_was_sent() -> None:
    answer = workbook_response("台账.xlsx", lambda target: target.write_bytes(b"rows"))
    assert Path(answer.path).read_bytes() == b"rows"
    assert answer.background is not None
    asyncio.run(answer.background())
    assert not Path(answer.path).parent.exists()


def test_the_file_is_gone_when_it_cannot_be_written() -> None:
    begun: list[Path] = []

    def fail(target: Path) -> None:
        begun.append(target)
        target.write_bytes(b"half")
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        workbook_response("台账.xlsx", fail)
    assert not begun[0].parent.exists()
