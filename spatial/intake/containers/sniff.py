"""What a file is, by its first bytes; its name is never asked."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

_HEAD_BYTES = 4096
_LFS_POINTER = b"version https://git-lfs.github.com/spec/"


class Kind(StrEnum):
    """Kinds of file that are told apart: those that are read, and those that are named in a
    refusal."""

    ZIP = "zip"
    SHP = "shp"
    SQLITE = "sqlite"
    FLATGEOBUF = "flatgeobuf"
    PARQUET = "parquet"
    JSON = "json"
    KML = "kml"
    EMPTY = "empty"
    LFS_POINTER = "git-lfs-pointer"
    HTML = "html"
    XML = "xml"
    VRT = "vrt"
    IMAGE = "image"
    ARCHIVE = "other-archive"
    OFFICE = "office-document"
    DRAWING = "drawing"
    TEXT = "text"
    OTHER = "other"


_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"PK\x03\x04", Kind.ZIP),
    (b"PK\x05\x06", Kind.ZIP),
    (b"\x00\x00\x27\x0a", Kind.SHP),
    (b"SQLite format 3\x00", Kind.SQLITE),
    (b"fgb\x03fgb", Kind.FLATGEOBUF),
    (b"PAR1", Kind.PARQUET),
    (b"II*\x00", Kind.IMAGE),
    (b"MM\x00*", Kind.IMAGE),
    (b"II+\x00", Kind.IMAGE),
    (b"MM\x00+", Kind.IMAGE),
    (b"\x89PNG", Kind.IMAGE),
    (b"\xff\xd8\xff", Kind.IMAGE),
    (b"\xd0\xcf\x11\xe0", Kind.OFFICE),
    (b"%PDF", Kind.OFFICE),
    (b"Rar!", Kind.ARCHIVE),
    (b"7z\xbc\xaf", Kind.ARCHIVE),
    (b"\x1f\x8b", Kind.ARCHIVE),
    (b"BZh", Kind.ARCHIVE),
    (b"\xfd7zXZ", Kind.ARCHIVE),
    (b"AC10", Kind.DRAWING),
    (b"AutoCAD Binary DXF", Kind.DRAWING),
    (b"WMAP", Kind.DRAWING),
    (_LFS_POINTER, Kind.LFS_POINTER),
)
_DXF = re.compile(r"\s*0\s*\n\s*SECTION\s*\n")
_ROOT = re.compile(r"<(?![?!])\s*(?:[\w.-]+:)?([\w.-]+)")


def sniff(path: Path) -> Kind:
    """The kind of a file."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        file.seek(0)
        return sniff_bytes(head)


def sniff_bytes(head: bytes) -> Kind:
    """The kind of a file that begins so."""
    if not head.strip(b"\0 \r\n\t"):
        return Kind.EMPTY
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[257:262] == b"ustar":
        return Kind.ARCHIVE
    text = as_text(head).lstrip("\ufeff \r\n\t\0")
    if _DXF.match(text):
        return Kind.DRAWING
    if text.startswith("{"):
        return Kind.JSON
    if text.startswith("<"):
        return _markup(text)
    return Kind.TEXT if text.isprintable() or "\0" not in text else Kind.OTHER


def as_text(head: bytes) -> str:
    """The beginning of a text file, its byte order mark heeded."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            return head[2:].decode(encoding, "ignore")
    if head[:1] in b"{<" and head[1:2] == b"\0":
        return head.decode("utf-16-le", "ignore")
    return head.decode("utf-8", "ignore") if head[:3] == b"\xef\xbb\xbf" else head.decode("latin-1")


def _markup(text: str) -> Kind:
    lowered = text[:_HEAD_BYTES].lower()
    if "<!doctype html" in lowered:
        return Kind.HTML
    match = _ROOT.search(lowered)
    root = match[1] if match else ""
    if root in ("html", "head", "body"):
        return Kind.HTML
    if root.startswith("ogrvrt") or root.startswith("vrt"):
        return Kind.VRT
    return Kind.KML if root == "kml" else Kind.XML
