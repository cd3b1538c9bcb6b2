"""GeoJSON and KML as UTF-8 text, checked before a parser sees them."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from spatial.errors import SourceError
from spatial.intake.model import Decision
from spatial.intake.text.encoding import UTF_8, EncodedCell, EncodingBallot
from spatial.messages import Message

_BLOCK = 4 << 20
_HEAD = 1024
_UNLIMITED = 1 << 31
_DECLARED = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([\w.:-]+)[\"']")
_PROLOGUE = re.compile(r"^\s*<\?xml[^>]*\?>")
_ENDS = (b"\n", b'"', b">")
"""Bytes that end a text and are never part of a character in UTF-8 or GB18030."""
_FOREIGN = re.compile(rb"[^\x00-\x7f][^<>\"\n\r]*")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_JSON_HEAD = 64 << 10
_GEOJSON = re.compile(rb'"type"\s*:\s*"Feature(Collection)?"')
_OTHER_JSON = (
    (re.compile(rb'"esriGeometry\w+"|"rings"\s*:'), "Esri JSON (ArcGIS)"),
    (re.compile(rb'"type"\s*:\s*"Topology"'), "TopoJSON"),
)
_FORBIDDEN = {
    b"<networklink": (
        "kml-network-link",
        Message(
            "KML 中含有网络链接（NetworkLink），引用的是别处的数据，不能导入。"
            "请导出为不含链接的 KML。",
            "The KML holds network links, which refer to data elsewhere. Export it without them.",
        ),
    ),
    b"<!doctype": (
        "kml-unsafe",
        Message("KML 中含有 DOCTYPE 声明，不安全，未读取。", "The KML declares a DOCTYPE."),
    ),
    b"<!entity": (
        "kml-unsafe",
        Message("KML 中含有实体声明，不安全，未读取。", "The KML declares entities."),
    ),
}
_LONGEST_FORBIDDEN = max(len(word) for word in _FORBIDDEN)


def as_utf8(path: Path, workspace: Path, wanted: str | None) -> tuple[Path, Decision]:
    """The file itself when it is UTF-8, else a copy that is; and which encoding it was in.

    Raises ``TextError`` when no encoding fits, as for tables.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    declared = _declared(head)
    encoding, decision = _marked(head) or _by_ballot(path, declared, wanted)
    if encoding == UTF_8 and (declared or UTF_8).lower() in (UTF_8, "utf8"):
        return path, decision
    copy = workspace / f"{path.name[:40]}-utf8"
    try:
        with (
            path.open("r", encoding=encoding, newline="") as source,
            copy.open("w", encoding=UTF_8, newline="") as target,
        ):
            _copy(source, target)
    except UnicodeError as error:
        raise _not_text(path) from error
    return copy, decision


def refuse_links(path: Path) -> None:
    """Refuse a KML (in UTF-8) that reaches outside itself. Raises ``SourceError``."""
    tail = b""
    for block in _blocks(path):
        text = (tail + block).lower()
        for word, (code, message) in _FORBIDDEN.items():
            if word in text or word.replace(b"<", b"<kml:") in text:
                raise SourceError(message, code=code, file=path.name)
        tail = block[-_LONGEST_FORBIDDEN - 4 :]


def refuse_other_json(path: Path) -> None:
    """Refuse shapes that are JSON and no GeoJSON. Raises ``SourceError``."""
    with path.open("rb") as file:
        head = file.read(_JSON_HEAD)
        file.seek(0)
        first, second = file.readline(_BLOCK).strip(), file.readline(_HEAD).strip()
    if not _GEOJSON.search(head):
        for pattern, name in _OTHER_JSON:
            if pattern.search(head):
                raise SourceError(
                    Message(
                        "文件是 {name}，不是 GeoJSON。请导出为 GeoJSON、GeoPackage 或 shapefile "
                        "后上传。",
                        "The file is {name}, no GeoJSON. Export it as GeoJSON, GeoPackage or "
                        "shapefile.",
                    ).format(name=name),
                    code="json-of-another-kind",
                    file=path.name,
                )
    if first.endswith(b"}") and second.startswith(b"{"):
        raise SourceError(
            Message(
                "文件是逐行 GeoJSON（每行一个要素），不能导入。请导出为普通 GeoJSON"
                "（FeatureCollection）或 GeoPackage 后上传。",
                "The file has a feature a line (newline-delimited GeoJSON). Export it as plain "
                "GeoJSON (a FeatureCollection) or GeoPackage.",
            ),
            code="geojson-lines",
            file=path.name,
        )


def _copy(source: TextIO, target: TextIO) -> None:
    # What the prologue says about encoding is no longer true.
    target.write(_PROLOGUE.sub("", source.read(_BLOCK)))
    while text := source.read(_BLOCK):
        target.write(text)


def _marked(head: bytes) -> tuple[str, Decision] | None:
    """The encoding that a byte order mark or the first two bytes prove."""
    encoding = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    if encoding is None and head[:2] in (b"<\0", b"{\0"):
        encoding = "utf-16-le"
    elif encoding is None and head[:2] in (b"\0<", b"\0{"):
        encoding = "utf-16-be"
    if encoding is None:
        return None
    how = Message("文件开头的字节序标记说明了编码。", "The file's first bytes prove its encoding.")
    return encoding, Decision(name="encoding", value=encoding, how=how)


def _declared(head: bytes) -> str | None:
    match = _DECLARED.search(head)
    return match[1].decode() if match else None


def _by_ballot(path: Path, declared: str | None, wanted: str | None) -> tuple[str, Decision]:
    ballot = EncodingBallot(declared=declared, wanted=wanted)
    rest = b""
    for block in _blocks(path):
        # Cut where no multi-byte character can be, so that none is split.
        cut = max(block.rfind(end) for end in _ENDS)
        whole, rest = (
            (rest + block[: cut + 1], block[cut + 1 :]) if cut >= 0 else (rest + block, b"")
        )
        ballot.add(
            EncodedCell(found, _UNLIMITED, "", None) for found in set(_FOREIGN.findall(whole))
        )
    ballot.add(EncodedCell(found, _UNLIMITED, "", None) for found in set(_FOREIGN.findall(rest)))
    return ballot.decide()


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _not_text(path: Path) -> SourceError:
    return SourceError(
        Message("文件不是完好的文本，无法读取。", "The file is no sound text and cannot be read."),
        file=path.name,
    )
