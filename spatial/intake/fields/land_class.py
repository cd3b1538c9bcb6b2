"""Land classes: which system a layer's codes belong to, and what they protect by themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from spatial.errors import FieldError
from spatial.intake.fields.profile import Profile, heading_key, product_data
from spatial.intake.model import Decision
from spatial.messages import Message
from spatial.words import Protection

_PLANTING = "planting"
_LEAST_KNOWN = 0.9
"""Share of a layer's distinct codes that a system must know to be the one."""
_MOST_CODES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class LandClassSystem:
    """A land-class system and the codes it knows."""

    name: str
    title: str
    codes: frozenset[str]
    hints: frozenset[str]
    headings: frozenset[str]
    cropland: frozenset[str]
    recoverable: frozenset[str]

    def protection(self, code: str) -> Protection:
        """What a code protects by itself, without any protecting layer."""
        if code in self.cropland:
            return Protection.CROPLAND
        return Protection.RECOVERABLE if code in self.recoverable else Protection.NONE

    @property
    def width(self) -> int:
        """Digits of a code: numbers in the file have lost their leading zeros."""
        return min(len(code) for code in self.cropland)


@cache
def land_class_systems() -> Mapping[str, LandClassSystem]:
    """All systems by name, the third survey's first."""
    return {
        name: LandClassSystem(
            name=name,
            title=table["title"],
            **{
                part: frozenset(table[part])
                for part in ("codes", "hints", "headings", "cropland", "recoverable")
            },
        )
        for name, table in product_data("land-classes").items()
        if name != _PLANTING
    }


@cache
def recoverable_plantings() -> frozenset[str]:
    """Planting marks (ZZSXDM) that make a plot recoverable whatever its class."""
    return frozenset(product_data("land-classes")[_PLANTING]["recoverable"])


def normalise_land_class(text: str) -> str | None:
    """A code in upper case without spaces, a name behind it dropped (``0101 水田``)."""
    match = re.match(r"\s*(\d{2,6}(?:H\d)?[A-Z]?)(?![0-9A-Z])", text.upper())
    if match:
        return match[1]
    return "".join(text.split()).upper() or None


def decide_system(
    codes: Sequence[str], headings: Sequence[str], profile: Profile, *, numeric: bool
) -> tuple[LandClassSystem, Decision]:
    """The system that a layer's distinct codes are in.

    ``numeric``: the column holds numbers, so that leading zeros are lost. Raises ``FieldError``
    when codes that mean different things in different systems leave it open.
    """
    systems = land_class_systems()
    if profile.land_class_system:
        return _decided(systems[profile.land_class_system], _BY_SENDER, codes, numeric)
    known = {name: _known(codes, system, numeric) for name, system in systems.items()}
    fits = [systems[name] for name, share in known.items() if share >= _LEAST_KNOWN]
    hinted = [system for system in fits if _hits(codes, system, numeric)]
    if len(hinted) == 1:
        return _decided(hinted[0], _BY_CODES, codes, numeric)
    pool = hinted or fits
    named = [system for system in pool if _headed(headings, system)]
    if len(named) == 1:
        return _decided(named[0], _BY_HEADINGS, codes, numeric)
    if not codes:
        return _decided(systems["SD3"], _NOTHING_TO_TELL, codes, numeric)
    if pool and _mean_the_same(codes, pool, numeric):
        return _decided(pool[0], _SAME_IN_ALL, codes, numeric)
    raise _unclear(codes, pool)


def padded(code: str, system: LandClassSystem, *, numeric: bool) -> str:
    """A code with the leading zeros that a numeric column lost."""
    return code.zfill(system.width) if numeric and code.isdigit() else code


def _known(codes: Sequence[str], system: LandClassSystem, numeric: bool) -> float:
    if not codes:
        return 1.0
    return sum(padded(code, system, numeric=numeric) in system.codes for code in codes) / len(codes)


def _hits(codes: Sequence[str], system: LandClassSystem, numeric: bool) -> bool:
    return any(padded(code, system, numeric=numeric) in system.hints for code in codes)


def _headed(headings: Sequence[str], system: LandClassSystem) -> bool:
    keys = {heading_key(name) for name in headings}
    return any(heading_key(name) in keys for name in system.headings)


def _mean_the_same(codes: Sequence[str], pool: list[LandClassSystem], numeric: bool) -> bool:
    """Cropland, orchards, woods and grass have the same codes in all four-digit systems."""
    if len(pool) == 1:
        return True
    if len({system.width for system in pool}) > 1:
        return False
    return all(padded(code, pool[0], numeric=numeric)[:2] <= "04" for code in codes)


def _decided(
    system: LandClassSystem, how: Message, codes: Sequence[str], numeric: bool
) -> tuple[LandClassSystem, Decision]:
    found = {padded(code, system, numeric=numeric) for code in codes}
    unknown = sorted(found - system.codes)
    decision = Decision(
        name="land_class_system",
        value=system.name,
        how=how.format(title=system.title),
        evidence={"codes": len(codes), "unknown_codes": unknown[:_MOST_CODES_SHOWN]},
        warning=bool(unknown),
    )
    return system, decision


def _unclear(codes: Sequence[str], pool: list[LandClassSystem]) -> FieldError:
    systems = pool or list(land_class_systems().values())
    names = tuple(system.name for system in systems)
    titles = [f"{system.name} {system.title}" for system in systems]
    return FieldError(
        Message(
            "地类编码（如 {codes}）在不同分类体系中含义不同，无法确定属于哪一种。"
            "请向提供数据的单位问清并指明：{titles}。",
            "The land-class codes (such as {codes}) mean different things in different systems. "
            "Ask whoever sent the data and say which one it is: {titles}.",
        ).format(codes="、".join(sorted(codes)[:8]), titles="；".join(titles)),
        code="land-class-system-unclear",
        field="land_class",
        choices=names,
    )


_BY_SENDER = Message("按上传时指明的：{title}。", "As said with the upload: {title}.")
_BY_CODES = Message("按出现的地类编码判断：{title}。", "Told by the codes that occur: {title}.")
_BY_HEADINGS = Message("按图层特有的列名判断：{title}。", "Told by headings of its own: {title}.")
_SAME_IN_ALL = Message(
    "出现的编码在各四位分类体系中含义相同，按{title}记录。",
    "The codes that occur mean the same in every four-digit system; recorded as {title}.",
)
_NOTHING_TO_TELL = Message(
    "没有地类编码可供判断，按{title}记录。", "There are no codes to tell by; recorded as {title}."
)
