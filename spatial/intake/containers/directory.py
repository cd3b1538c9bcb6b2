"""A zip's central directory, counted before anything reads it whole."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

from spatial.errors import LimitError, SourceError
from spatial.messages import Message

_END = struct.Struct("<4s4H2LH")
_END64_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY = struct.Struct("<4s4B4HL2L5H2L")
_LONGEST_COMMENT = 65_535
_FULL_32, _FULL_16 = 0xFFFF_FFFF, 0xFFFF


def count_members(path: Path, limit: int) -> int:
    """How many members a zip has. Raises ``LimitError`` past the limit, before reading further.

    A million members cost a library a gigabyte before it says how many there are, and the count in
    the file may lie: entries are counted, no more of them than the limit.
    """
    with path.open("rb") as file:
        start, size = _directory(file)
        file.seek(start)
        count, left = 0, size
        while left >= _ENTRY.size:
            head = file.read(_ENTRY.size)
            if len(head) < _ENTRY.size or head[:4] != b"PK\x01\x02":
                break
            fields = _ENTRY.unpack(head)
            beyond = fields[12] + fields[13] + fields[14]
            file.seek(beyond, 1)
            left -= _ENTRY.size + beyond
            count += 1
            if count > limit:
                raise LimitError(
                    Message(
                        "压缩包里的文件超过 {limit} 个，未展开。请只压缩需要导入的图层。",
                        "The archive has more than {limit} members and was not unpacked. Pack only "
                        "the layer to be imported.",
                    ).format(limit=limit),
                    code="too-many-members",
                )
    return count


def _directory(file: BinaryIO) -> tuple[int, int]:
    """Where the central directory begins, and its size."""
    end = file.seek(0, 2)
    tail_at = max(0, end - _LONGEST_COMMENT - _END.size)
    file.seek(tail_at)
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise damaged_archive()
    fields = _END.unpack_from(tail, at)
    size, end_at = fields[5], tail_at + at
    if fields[4] == _FULL_16 or _FULL_32 in (fields[5], fields[6]):
        wide = _wide_size(file, end_at)
        if wide is not None:
            size, end_at = wide
    # Counted from the end, so that bytes put before the archive do not matter.
    start = end_at - size
    if start < 0:
        raise damaged_archive()
    return start, size


def _wide_size(file: BinaryIO, end_at: int) -> tuple[int, int] | None:
    locator_at = end_at - _END64_LOCATOR.size
    if locator_at < 0:
        return None
    file.seek(locator_at)
    if file.read(4) != b"PK\x06\x07":
        return None
    record_at = locator_at - _END64.size
    file.seek(max(record_at, 0))
    head = file.read(_END64.size)
    if len(head) < _END64.size or head[:4] != b"PK\x06\x06":
        return None
    return int(_END64.unpack(head)[8]), record_at


def damaged_archive() -> SourceError:
    """An archive that cannot be read."""
    return SourceError(
        Message(
            "压缩包已损坏或不完整，无法展开。请重新压缩（普通 zip）后上传。",
            "The archive is damaged or cut off and cannot be unpacked. Pack it again as a plain "
            "zip and upload it.",
        ),
        code="archive-damaged",
    )
