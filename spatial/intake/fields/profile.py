"""Profiles: which headings of which layer mean what, as TOML data."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from spatial.area import MU_M2
from spatial.errors import FieldError
from spatial.intake.model import canonical_fields
from spatial.messages import Message
from spatial.words import ChangeGroup, LayerName

AREA_UNITS: Mapping[str, float] = {"m2": 1.0, "mu": MU_M2, "ha": 10_000.0, "km2": 1e6}
"""Square metres in one unit of reported area."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How a layer's headings are read.

    ``source_layers``: names under which the layer is known, the preferred first. ``aliases``:
    canonical field to the headings it accepts, the preferred first. ``constants``: canonical field
    to a value for every row.
    """

    layer: LayerName
    source_layers: tuple[str, ...]
    aliases: Mapping[str, tuple[str, ...]]
    required: frozenset[str] = frozenset()
    weak_numbers: tuple[str, ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    change_codes: Mapping[str, ChangeGroup] = field(default_factory=dict)
    area_unit: str | None = None
    land_class_system: str | None = None


class SuppliedProfile(BaseModel):
    """The TOML that may come with an upload; every part is optional."""

    model_config = ConfigDict(extra="forbid")

    aliases: dict[str, list[str] | str] = {}
    constants: dict[str, str] = {}
    change_codes: dict[str, ChangeGroup] = {}
    area_unit: str | None = None
    land_class_system: str | None = None


def heading_key(name: str) -> str:
    """A heading as it is compared: width-folded, without outer spaces, without case."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


@cache
def product_data(name: str) -> Mapping[str, Any]:
    """One of the product's own TOML files under ``spatial/profiles``."""
    text = (resources.files("spatial.profiles") / f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def load_profile(layer: LayerName, supplied: str | None = None) -> Profile:
    """The layer's profile, with the sender's own laid over it. Raises ``FieldError``."""
    profile = _product_profile(layer)
    return profile if supplied is None else _overlaid(profile, _parse(supplied))


@cache
def _product_profile(layer: LayerName) -> Profile:
    own = product_data(layer.value)
    base = product_data("zones") if layer.zone_kind else {}
    aliases = {
        name: (*own.get("aliases", {}).get(name, ()), *base.get("aliases", {}).get(name, ()))
        for name in canonical_fields(layer)
    }
    return Profile(
        layer=layer,
        source_layers=(layer.value, *own["source_layers"], *base.get("source_layers", ())),
        aliases=aliases,
        required=frozenset(own.get("required", base.get("required", ()))),
        weak_numbers=tuple(own.get("weak_numbers", ())),
    )


def _parse(text: str) -> SuppliedProfile:
    try:
        return SuppliedProfile.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError, RecursionError) as error:
        raise FieldError(
            Message(
                "随附的字段对照表（profile）无法读取：{why}。请按 TOML 格式修改后重新上传。",
                "The supplied profile cannot be read: {why}. Correct the TOML and upload again.",
            ).format(why=" ".join(str(error).split())[:300]),
            code="profile-unreadable",
        ) from error


def _overlaid(profile: Profile, supplied: SuppliedProfile) -> Profile:
    known = canonical_fields(profile.layer)
    for name in (*supplied.aliases, *supplied.constants):
        if name not in known:
            raise _unknown("字段", "field", name, known)
    if supplied.area_unit is not None and supplied.area_unit not in AREA_UNITS:
        raise _unknown("面积单位", "area unit", supplied.area_unit, tuple(AREA_UNITS))
    systems = tuple(key for key in product_data("land-classes") if key != "planting")
    if supplied.land_class_system is not None and supplied.land_class_system not in systems:
        raise _unknown("地类体系", "land-class system", supplied.land_class_system, systems)
    aliases = dict(profile.aliases)
    for name, headings in supplied.aliases.items():
        chosen = [headings] if isinstance(headings, str) else headings
        aliases[name] = (*chosen, *aliases[name])
    return replace(
        profile,
        aliases=aliases,
        constants=supplied.constants,
        change_codes=supplied.change_codes,
        area_unit=supplied.area_unit,
        land_class_system=supplied.land_class_system,
    )


def _unknown(what_zh: str, what_en: str, name: str, known: tuple[str, ...]) -> FieldError:
    return FieldError(
        Message(
            "字段对照表中的{what_zh}“{name}”不存在，可用的有：{known}。",
            "The profile names the {what_en} “{name}”, which does not exist; there are: {known}.",
        ).format(what_zh=what_zh, what_en=what_en, name=name, known=", ".join(known)),
        code="profile-unreadable",
        choices=known,
    )
