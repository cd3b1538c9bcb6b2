"""Whether decoded text looks like what people write, or like bytes read in the wrong encoding."""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import cache
from importlib import resources

_LEAST_COMMON_SHARE = 0.6
"""Share of common characters in Chinese text: names of villages give 0.9 to 1.0; Korean, Japanese,
traditional Chinese, Russian and German bytes read as GB18030 give 0.0 to 0.41."""
_LEAST_WITH_DECLARATION = 0.3
_LEAST_RESTORED = 0.75
_HAN = (0x3400, 0x9FFF)
_KANA = (0x3040, 0x30FF)
_HANGUL = (0xAC00, 0xD7A3)
_LATIN_END = 0x2AF
_SIGNS = frozenset(
    "　、。〈〉《》「」『』【】〔〕（），．：；？！“”‘’—…·①②③④⑤⑥⑦⑧⑨⑩℃㎡²³°′″×±～－／％＋＝＜＞ⅠⅡⅢⅣⅤ"
)


@cache
def common_characters() -> frozenset[str]:
    """Characters that are common in Chinese writing and in the names of places and land."""
    source = resources.files("spatial.profiles") / "common-characters.txt"
    return frozenset(source.read_text(encoding="utf-8").strip())


def chinese_share(characters: Counter[str]) -> float:
    """The share of common Chinese characters among all that are not ASCII; 1.0 of none."""
    foreign = _foreign(characters)
    total = sum(foreign.values())
    common = common_characters()
    fit = sum(n for c, n in foreign.items() if c in common or c in _SIGNS or _is_full_width(c))
    return fit / total if total else 1.0


def is_chinese(characters: Counter[str], *, declared: bool = False) -> bool:
    """Whether the text reads as Chinese; less is asked when the file itself declares it."""
    share = chinese_share(characters)
    return share >= (_LEAST_WITH_DECLARATION if declared else _LEAST_COMMON_SHARE)


def is_readable(characters: Counter[str]) -> bool:
    """Whether the text is letters of one known script, whatever the language."""
    foreign = _foreign(characters)
    total = sum(foreign.values())
    if not total:
        return True
    if any(_is_debris(c) for c in foreign):
        return False
    letters = {c: n for c, n in foreign.items() if unicodedata.category(c)[0] in "LM"}
    if sum(letters.values()) < 0.7 * total:
        return False
    scripts = Counter[str]()
    for character, count in letters.items():
        scripts[_script(character)] += count
    return scripts.most_common(1)[0][1] >= 0.9 * sum(letters.values())


def is_double_decoded(text: str) -> bool:
    """Whether text is UTF-8 that someone had read as GBK or Latin-1 and stored so."""
    for wrong in ("gb18030", "cp1252", "latin-1"):
        for right in ("utf-8", "gb18030"):
            if wrong != right and _undoes(text, wrong, right):
                return True
    return False


def _undoes(text: str, wrong: str, right: str) -> bool:
    # The last byte of a text, and those that no character had, were lost on the way.
    raw = text.encode(wrong, "ignore")
    again = raw.decode(right, "ignore")
    if not raw or len(again.encode(right)) < _LEAST_RESTORED * len(raw):
        return False
    before, after = Counter(text), Counter(again)
    gained = chinese_share(after) - chinese_share(before)
    return bool(_foreign(after)) and is_chinese(after) and gained >= 0.3


def _foreign(characters: Counter[str]) -> Counter[str]:
    return Counter({c: n for c, n in characters.items() if ord(c) > 0x7F})


def _is_debris(character: str) -> bool:
    return character == "\ufffd" or unicodedata.category(character) in ("Cc", "Co", "Cn")


def _is_full_width(character: str) -> bool:
    return 0xFF01 <= ord(character) <= 0xFF5E


def _script(character: str) -> str:
    code = ord(character)
    if _HAN[0] <= code <= _HAN[1] or _KANA[0] <= code <= _KANA[1]:
        return "cjk"
    if _HANGUL[0] <= code <= _HANGUL[1]:
        return "hangul"
    if code <= _LATIN_END or 0x1E00 <= code <= 0x1EFF:
        return "latin"
    return unicodedata.name(character, "unknown").split()[0].lower()
