"""Which encoding the bytes of a whole layer are in: decided on all cells together."""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from spatial.errors import TextError
from spatial.intake.model import Decision
from spatial.intake.text.cells import strict_decoder
from spatial.intake.text.plausibility import (
    chinese_share,
    is_chinese,
    is_double_decoded,
    is_readable,
)
from spatial.messages import Message

UTF_8, GB18030 = "utf-8", "gb18030"
OFFERED = ("GB18030", "UTF-8", "Big5", "Shift_JIS", "EUC-KR", "KOI8-R", "windows-1252")
"""What a refusal offers for ``encoding=``."""

_LANGUAGE_CODECS = {
    0x4D: GB18030, 0x7A: GB18030, 0x4E: "cp949", 0x4F: "cp950", 0x13: "cp932", 0x7B: "cp932",
    0x78: "cp950", 0x79: "cp949", 0x26: "cp866", 0x65: "cp866", 0xC9: "cp1251", 0xC8: "cp1250",
    0x01: "cp437", 0x02: "cp850", 0x64: "cp852", 0xCA: "cp1254", 0xCB: "cp1253",
}  # fmt: skip
"""Language driver bytes that name a code page; 0, 3 and 0x57 are written whatever the text is."""
_CODE_PAGES = {"936": GB18030, "cp936": GB18030, "gbk": GB18030, "gb2312": GB18030, "65001": UTF_8}
_SAMPLE_CELLS = 2_000
_MOST_REPLACED = 0.05


@dataclass(frozen=True, slots=True)
class EncodedCell:
    """Where a cell stands, for a refusal that points at it."""

    text: bytes
    width: int
    field: str
    row: int | None


@dataclass(slots=True)
class Trial:
    """One codec tried on all cells: the characters it gave and the first cell it failed on."""

    codec: str
    characters: Counter[str] = field(default_factory=Counter)
    failed: EncodedCell | None = None

    @property
    def foreign(self) -> int:
        """How many characters are not ASCII."""
        return sum(count for character, count in self.characters.items() if ord(character) > 0x7F)

    def read(self, cells: list[EncodedCell]) -> None:
        """Decode cells, counting characters, until one fails."""
        if self.failed is not None:
            return
        whole = [cell.text for cell in cells if len(cell.text) < cell.width]
        try:
            self.characters.update(b"\n".join(whole).decode(self.codec))
        except UnicodeDecodeError:
            self._read_singly([cell for cell in cells if len(cell.text) < cell.width])
        self._read_singly([cell for cell in cells if len(cell.text) >= cell.width])

    def _read_singly(self, cells: list[EncodedCell]) -> None:
        decode = strict_decoder(self.codec)
        for cell in cells:
            try:
                self.characters.update(decode(cell.text, cell.width))
            except UnicodeDecodeError:
                self.failed = self.failed or cell
                return


class EncodingBallot:
    """Collects the cells that are not ASCII, then decides.

    ``declared``: what a .cpg file says; ``language``: the language driver byte; ``wanted``: what
    the sender says, which is tried alone.
    """

    def __init__(
        self, *, declared: str | None = None, language: int = 0, wanted: str | None = None
    ) -> None:
        self.declared = declared
        self.language = language
        self.wanted = None if wanted is None else known_codec(wanted)
        self._declared_codec = _codec_of(declared) or _LANGUAGE_CODECS.get(language)
        named = self.wanted or self._declared_codec
        names = dict.fromkeys((UTF_8, GB18030, *((named,) if named else ())))
        self._trials = {name: Trial(name) for name in names}
        self._sample: list[bytes] = []
        self._wide: EncodedCell | None = None
        self.cells = 0

    def add(self, cells: Iterable[EncodedCell]) -> None:
        """Distinct cells holding a byte above 127."""
        batch = list(cells)
        self.cells += len(batch)
        self._sample += [cell.text for cell in batch[: _SAMPLE_CELLS - len(self._sample)]]
        for trial in self._trials.values():
            trial.read(batch)

    def add_wide(self, cell: EncodedCell) -> None:
        """A cell with text behind a NUL: two-byte characters."""
        self._wide = self._wide or cell

    def decide(self) -> tuple[str, Decision]:
        """The codec and how it was found. Raises ``TextError``."""
        if self._wide is not None and not self.wanted:
            raise self._refusal(self._wide)
        if not self.cells:
            return self.wanted or UTF_8, self._decision(self.wanted or "ASCII", _ONLY_ASCII)
        if self.wanted:
            return self._as_wanted(self._trials[self.wanted])
        utf8, gb = self._trials[UTF_8], self._trials[GB18030]
        if utf8.failed is None and not self._reads_better(gb, utf8):
            self._refuse_damaged(utf8)
            return UTF_8, self._decision("UTF-8", _ALL_UTF8, utf8)
        declared_gb = self._declared_codec == GB18030
        if gb.failed is None and is_chinese(gb.characters, declared=declared_gb):
            self._refuse_damaged(gb)
            return GB18030, self._decision("GB18030", _ALL_GB, gb)
        other = self._trials.get(self._declared_codec or "")
        if other in (None, utf8, gb) or other.failed is not None:
            raise self._refusal(gb.failed or utf8.failed)
        if is_readable(other.characters):
            return other.codec, self._decision(other.codec, _AS_DECLARED, other)
        raise self._refusal(gb.failed or utf8.failed)

    def _as_wanted(self, trial: Trial) -> tuple[str, Decision]:
        if trial.failed is not None:
            raise self._refusal(trial.failed)
        if not is_chinese(trial.characters):
            better = [t for t in self._trials.values() if t.failed is None and t is not trial]
            if any(is_chinese(other.characters) for other in better):
                raise self._refusal(None)
        return trial.codec, self._decision(trial.codec, _AS_WANTED, trial)

    @staticmethod
    def _reads_better(gb: Trial, utf8: Trial) -> bool:
        # 一 in GBK is a Cyrillic letter in UTF-8: two-byte text may be valid as both.
        if gb.failed is not None or any(ord(c) >= 0x800 for c in utf8.characters):
            return False
        return is_chinese(gb.characters)

    def _refuse_damaged(self, trial: Trial) -> None:
        if is_chinese(trial.characters):
            return
        if trial.characters["\ufffd"] > _MOST_REPLACED * trial.foreign:
            raise _damaged("\ufffd")
        texts = [cell.decode(trial.codec, "ignore") for cell in self._sample]
        damaged = [text for text in texts if is_double_decoded(text)]
        if len(damaged) * 2 >= len(texts):
            raise _damaged(damaged[0])

    def _decision(self, value: str, how: Message, trial: Trial | None = None) -> Decision:
        evidence: dict[str, object] = {
            "cells_not_ascii": self.cells,
            "cpg": self.declared,
            "language_byte": self.language,
        }
        if trial is not None:
            evidence["characters"] = trial.foreign
            evidence["common_chinese_share"] = round(chinese_share(trial.characters), 4)
        lied = self._declared_codec not in (None, _codec_of(value)) and self.cells > 0
        return Decision(name="encoding", value=value, how=how, evidence=evidence, warning=lied)

    def _refusal(self, cell: EncodedCell | None) -> TextError:
        fitting = tuple(name for name in OFFERED if _decodes(self._sample, name))
        return TextError(
            Message(
                "属性文字既不是 UTF-8 也不是能读通的中文（GB18030），为避免乱码未导入。"
                "请用 encoding= 指明文件的编码后重新上传。",
                "The attribute text is neither UTF-8 nor readable Chinese (GB18030); it was not "
                "imported, so that nothing is garbled. Say which encoding it is with encoding=.",
            ),
            choices=fitting or OFFERED,
            row=cell.row if cell else None,
            field=cell.field if cell else None,
        )


_ONLY_ASCII = Message("全部文字都是 ASCII，无需判断编码。", "All text is ASCII.")
_ALL_UTF8 = Message(
    "全部含中文的单元格都能按 UTF-8 严格解码。", "Every cell decodes strictly as UTF-8."
)
_ALL_GB = Message(
    "按 UTF-8 不能解码，按 GB18030 全部能解码，且读出的是常用汉字。",
    "Not UTF-8; every cell decodes strictly as GB18030 and gives common Chinese characters.",
)
_AS_DECLARED = Message(
    "不是 UTF-8 也不是中文；按文件自己声明的编码全部能解码且读得通。",
    "Neither UTF-8 nor Chinese; every cell decodes readably in the encoding the file declares.",
)
_AS_WANTED = Message("按上传时指定的编码读取。", "Read in the encoding given with the upload.")


def known_codec(name: str) -> str:
    """The codec a sender's encoding name means. Raises ``TextError`` when there is none."""
    codec = _codec_of(name)
    if codec is None:
        raise TextError(
            Message(
                "不认识的编码“{name}”，可用：{known}。",
                "The encoding “{name}” is not known; use one of {known}.",
            ).format(name=name[:40], known=", ".join(OFFERED)),
            code="encoding-unknown",
            choices=OFFERED,
        )
    return codec


def _codec_of(name: str | None) -> str | None:
    """A text codec by any of its names; GBK and GB 2312 are read as GB18030, which holds them."""
    key = (name or "").strip().casefold()
    for prefix in ("", "cp"):
        try:
            info = codecs.lookup(_CODE_PAGES.get(key) or prefix + key)
        except (LookupError, ValueError):
            continue
        if info._is_text_encoding:
            return GB18030 if info.name in ("gbk", "gb2312") else info.name
    return None


def _damaged(example: str) -> TextError:
    return TextError(
        Message(
            "文件中的文字在上传之前就已经是乱码（例如“{text}”），无法还原，请从原始软件重新导出。",
            "The text was garbled before it was uploaded (for example “{text}”) and cannot be "
            "restored; export it again from the original software.",
        ).format(text=example[:20]),
        code="text-damaged",
    )


def _decodes(sample: list[bytes], name: str) -> bool:
    try:
        b"\n".join(sample).decode(name)
    except UnicodeDecodeError:
        return False
    return True
