"""Archives taken apart into a private folder: nested ones too, nothing trusted."""

from __future__ import annotations

import filecmp
import stat
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from spatial.errors import LimitError, SourceError
from spatial.intake.containers.directory import count_members, damaged_archive
from spatial.intake.containers.members import Tree, is_decoy
from spatial.intake.containers.sniff import Kind, sniff, sniff_bytes
from spatial.intake.model import Limits, Source
from spatial.messages import Message

_BLOCK = 1 << 20
_SMALL_UNPACKED = 32 << 20
"""Below this, a high compression ratio is a file of blanks, not a bomb."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    KeyError,
    IndexError,
)
_UTF8_FLAG, _ENCRYPTED_FLAG = 0x800, 0x1
NO_LAYERS = (Kind.IMAGE, Kind.OFFICE)
"""Kinds that hold no layer: not unpacked where layers are looked for."""


@dataclass(slots=True)
class _Allowance:
    """What may still be unpacked, and how many files have been placed in which folder."""

    limits: Limits
    packed_bytes: int
    skipped: tuple[Kind, ...]
    members: int = 0
    unpacked: int = 0
    folders: dict[tuple[str, ...], Path] = field(default_factory=dict)
    placed: Counter[Path] = field(default_factory=Counter)

    def spend(self, size: int) -> None:
        self.unpacked += size
        if self.unpacked > self.limits.unpacked_bytes:
            raise LimitError(
                Message(
                    "压缩包展开后超过 {limit} MB，未导入。请拆分后分别上传。",
                    "The archive unpacks to more than {limit} MB and was not imported. Split it.",
                ).format(limit=self.limits.unpacked_bytes >> 20),
                code="unpacked-too-large",
            )
        most = max(_SMALL_UNPACKED, self.packed_bytes * self.limits.compression_ratio)
        if self.unpacked > most:
            raise LimitError(
                Message(
                    "压缩包的压缩比超过 {limit:.0f} 倍，疑似压缩炸弹，未展开。",
                    "The archive expands more than {limit:.0f} times, which looks like a "
                    "decompression bomb; it was not unpacked.",
                ).format(limit=self.limits.compression_ratio),
                code="compression-bomb",
            )


def unpack(
    source: Source,
    limits: Limits,
    display_name: str,
    skipped: tuple[Kind, ...] = NO_LAYERS,
) -> Tree:
    """All files of an upload, archives inside archives unpacked into the workspace.

    Members of a ``skipped`` kind are left in their archive.

    Raises ``LimitError`` when a limit is passed, counted while inflating, and ``SourceError`` for
    unsafe names, links, passwords and damage.
    """
    tree = Tree()
    if sniff(source.path) is not Kind.ZIP:
        tree.add(source.path, PurePosixPath(display_name))
        return tree
    allowance = _Allowance(limits, source.path.stat().st_size, skipped)
    _unpack_into(tree, source.path, PurePosixPath(), source.workspace, allowance, depth=1)
    return tree


def _unpack_into(
    tree: Tree,
    archive: Path,
    inside: PurePosixPath,
    workspace: Path,
    allowance: _Allowance,
    depth: int,
) -> None:
    if depth > allowance.limits.nesting:
        raise LimitError(
            Message(
                "压缩包嵌套超过 {limit} 层，未展开。", "Archives are nested more than {limit} deep."
            ).format(limit=allowance.limits.nesting),
            code="nested-too-deep",
        )
    allowance.members += count_members(archive, allowance.limits.members - allowance.members)
    try:
        with zipfile.ZipFile(archive) as opened:
            for info in opened.infolist():
                _take(tree, opened, info, inside, workspace, allowance, depth)
    except _UNREADABLE as error:
        raise damaged_archive() from error


def _take(
    tree: Tree,
    opened: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    inside: PurePosixPath,
    workspace: Path,
    allowance: _Allowance,
    depth: int,
) -> None:
    name = _safe_name(info)
    if info.is_dir() or is_decoy(name):
        return
    whole = inside / name
    _refuse_unreadable(info, whole)
    path = _place(whole, workspace, allowance)
    if not _inflate(opened, info, path, allowance):
        return
    if sniff(path) is Kind.ZIP:
        _unpack_into(tree, path, whole, workspace, allowance, depth + 1)
        path.unlink()
    elif _is_new(tree, path, whole):
        tree.add(path, whole)


def _is_new(tree: Tree, path: Path, name: PurePosixPath) -> bool:
    """Whether no file of the name came before; one with the same content counts once.

    Raises ``SourceError`` when the contents differ: nobody can tell which one is meant.
    """
    before = tree.named(name)
    if before is None:
        return True
    if not filecmp.cmp(before.path, path, shallow=False):
        raise _unsafe(
            str(name),
            "有两个，同名而内容不同，请只留一个后重新压缩",
            "it stands there twice with different contents; keep one and pack it again",
        )
    return False


def _inflate(
    opened: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path, allowance: _Allowance
) -> bool:
    """Write a member out, counting; False when it is nothing that can be imported."""
    with opened.open(info) as packed:
        block = packed.read(_BLOCK)
        if sniff_bytes(block[:4096]) in allowance.skipped:
            return False
        with path.open("xb") as file:
            while block:
                allowance.spend(len(block))
                file.write(block)
                block = packed.read(_BLOCK)
    return True


def _place(whole: PurePosixPath, workspace: Path, allowance: _Allowance) -> Path:
    """A path of our own naming: folders and files are numbered, only plain suffixes are kept."""
    parent = whole.parent.parts
    if parent not in allowance.folders:
        kind = ".gdb" if whole.parent.suffix.lower() == ".gdb" else ""
        folder = workspace / f"folder-{len(allowance.folders):05d}{kind}"
        folder.mkdir()
        allowance.folders[parent] = folder
    folder = allowance.folders[parent]
    if _is_geodatabase_file(whole):
        path = folder / whole.name
        if not path.exists():
            return path
    suffix = whole.suffix.lower()
    plain = suffix if suffix[1:].isascii() and suffix[1:].isalnum() else ""
    allowance.placed[folder] += 1
    return folder / f"file-{allowance.placed[folder]:06d}{plain[:12]}"


def _is_geodatabase_file(name: PurePosixPath) -> bool:
    plain = name.name.isascii() and name.name.replace(".", "").replace("_", "").isalnum()
    return plain and name.suffix.lower().startswith((".gdb", ".freelist", ".spx", ".atx"))


def _safe_name(info: zipfile.ZipInfo) -> PurePosixPath:
    """A member's name as it was meant. Raises ``SourceError`` when it leads out of the archive."""
    text = info.filename if info.flag_bits & _UTF8_FLAG else _legacy_name(info.filename)
    text = text.replace("\\", "/")
    name = PurePosixPath(text)
    drive = len(text) > 1 and text[1] == ":"
    if name.is_absolute() or drive or ".." in name.parts:
        raise _unsafe(text, "路径指向压缩包之外", "its name leads out of the archive")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise _unsafe(text, "是符号链接", "it is a symbolic link")
    return name


def _legacy_name(name: str) -> str:
    """Names without the UTF-8 mark are GBK in China, which zip libraries read as cp437."""
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


def _refuse_unreadable(info: zipfile.ZipInfo, name: PurePosixPath) -> None:
    if info.flag_bits & _ENCRYPTED_FLAG:
        raise _unsafe(
            str(name), "设有密码，请去掉密码后重新压缩", "it has a password; pack it without"
        )
    if info.compress_type not in _METHODS:
        raise _unsafe(
            str(name),
            "使用了不支持的压缩算法，请用普通 zip 重新压缩",
            "it is packed by a method that is not supported; pack it again as a plain zip",
        )


def _unsafe(name: str, zh: str, en: str) -> SourceError:
    return SourceError(
        Message(
            "压缩包里的“{name}”{zh}，未展开。", "“{name}” in the archive was refused: {en}."
        ).format(name=name[:200], zh=zh, en=en),
        code="archive-unsafe",
        file=name[:200],
    )
