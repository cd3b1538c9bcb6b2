"""Which source heading each canonical field is read from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from spatial.errors import FieldError
from spatial.intake.fields.exports import Export, export_of, refuse_other_export
from spatial.intake.fields.profile import Profile, heading_key, product_data
from spatial.intake.model import NUMBER_FIELDS, canonical_fields
from spatial.messages import Message
from spatial.words import LayerName

_UNIT = re.compile(r"[(\[](?P<unit>[^()\[\]]+)[)\]]$")
_UNITS: Mapping[str, str] = {
    "亩": "mu", "mu": "mu", "公顷": "ha", "ha": "ha", "hm2": "ha", "平方米": "m2", "m2": "m2",
    "平方公里": "km2", "km2": "km2",
}  # fmt: skip
_AREA = "area_reported_m2"
_CHANGE_GROUP = "change_group"
_SHORTENED = ("village_code", "code")


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """How source headings were taken.

    ``sources``: canonical field to heading. ``unit``: the area unit that a heading states.
    ``weak_number``: the heading that numbers rows only within its file. ``personal``: dropped
    headings by kind. ``kept``: headings that go to attributes. ``export``: what this product
    itself exported, whose own columns are not kept.
    """

    sources: Mapping[str, str]
    unit: str | None
    weak_number: str | None
    personal: Mapping[str, str] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    export: Export | None = None


def map_fields(headings: Sequence[str], cut: frozenset[str], profile: Profile) -> FieldMapping:
    """Match headings exactly, without regard to case, width of characters and outer spaces.

    ``cut``: headings that their format shortened (10 bytes in a .dbf); these match what they are
    the beginning of, when that is one field only. Raises ``FieldError`` when a required field has
    no heading, and for an export of another layer.
    """
    export = export_of(headings, cut)
    refuse_other_export(export, profile.layer)
    by_key = {heading_key(name): name for name in reversed(headings)}
    sources: dict[str, str] = {}
    for name in canonical_fields(profile.layer):
        found = _find(name, profile, by_key, cut)
        if found is not None:
            sources[name] = found
    missing = sorted(profile.required - sources.keys() - profile.constants.keys())
    if missing:
        raise _missing(missing[0], headings, profile)
    own = export.own if export is not None and export.is_of(profile.layer) else {}
    if _CHANGE_GROUP in own and profile.layer is LayerName.PATCHES:
        sources[_CHANGE_GROUP] = own[_CHANGE_GROUP]
    personal = personal_headings(headings)
    sources = {name: heading for name, heading in sources.items() if heading not in personal}
    # A code of which only the beginning is taken stays whole among the attributes.
    taken = {heading for name, heading in sources.items() if name not in _SHORTENED}
    left = taken | personal.keys() | set(own.values())
    return FieldMapping(
        sources=sources,
        unit="m2" if own and _AREA in sources else _stated_unit(sources.get(_AREA)),
        weak_number=_weak_number(sources, by_key, profile),
        personal=personal,
        kept=tuple(name for name in headings if name not in left),
        export=export if own else None,
    )


def keeping_area(mapping: FieldMapping) -> FieldMapping:
    """The same mapping where reported areas are not taken, because their unit is not known."""
    heading = mapping.sources.get(_AREA)
    if heading is None:
        return mapping
    sources = {name: source for name, source in mapping.sources.items() if name != _AREA}
    return replace(mapping, sources=sources, kept=(*mapping.kept, heading))


def numbered(mapping: FieldMapping, profile: Profile) -> bool:
    """Whether rows bring numbers of their own."""
    return any(name in mapping.sources or name in profile.constants for name in NUMBER_FIELDS)


def personal_headings(headings: Sequence[str]) -> dict[str, str]:
    """Headings of identity numbers, telephones and home addresses, with their kind."""
    kinds = {
        heading_key(name): kind
        for kind, names in product_data("personal").items()
        for name in names
    }
    return {name: kinds[heading_key(name)] for name in headings if heading_key(name) in kinds}


def _find(
    name: str, profile: Profile, by_key: Mapping[str, str], cut: frozenset[str]
) -> str | None:
    aliases = [heading_key(alias) for alias in profile.aliases[name]]
    for alias in aliases:
        if alias in by_key:
            return by_key[alias]
    if name == _AREA:
        bare = {_UNIT.sub("", key): heading for key, heading in by_key.items() if _UNIT.search(key)}
        for alias in aliases:
            if alias in bare and _stated_unit(bare[alias]):
                return bare[alias]
    return _find_cut(name, profile, cut)


def _find_cut(name: str, profile: Profile, cut: frozenset[str]) -> str | None:
    for heading in sorted(cut):
        key = heading_key(heading)
        fields = {
            field
            for field, aliases in profile.aliases.items()
            for alias in aliases
            if len(heading_key(alias)) > len(key) and heading_key(alias).startswith(key)
        }
        if fields == {name}:
            return heading
    return None


def _stated_unit(heading: str | None) -> str | None:
    match = _UNIT.search(heading_key(heading or ""))
    return _UNITS.get(match["unit"].strip()) if match else None


def _weak_number(
    sources: Mapping[str, str], by_key: Mapping[str, str], profile: Profile
) -> str | None:
    if any(name in sources for name in NUMBER_FIELDS):
        return None
    keys = [heading_key(name) for name in profile.weak_numbers]
    return next((by_key[key] for key in keys if key in by_key), None)


def _missing(name: str, headings: Sequence[str], profile: Profile) -> FieldError:
    known, found = "、".join(profile.aliases[name][:6]), "、".join(headings[:40]) or "–"
    return FieldError(
        Message(
            f"缺少必需字段“{_chinese_name(name, profile)}”，可用的列名有：{known}。"
            f"文件中的列是：{found}。请指明是哪一列，或改列名后重新上传。",
            f"The required field “{name}” is missing; it may be called {known}. The file has "
            f"{found}. Say which column it is, or rename it and upload the file again.",
        ),
        code="field-missing",
        field=name,
        choices=tuple(headings[:40]),
    )


def _chinese_name(name: str, profile: Profile) -> str:
    """What survey offices call a field."""
    return next((alias for alias in profile.aliases[name] if not alias.isascii()), name)
