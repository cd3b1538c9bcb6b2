"""What a file's or a sender's own words about coordinates mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import pyproj
from pyproj.crs import BoundCRS
from pyproj.crs.coordinate_operation import ToWGS84Transformation
from pyproj.exceptions import CRSError, ProjError

from spatial.crs.system import (
    CoordinateSystem,
    central_meridian_epsg,
    six_degree_epsg,
    zone_epsg,
)


class Refusal(StrEnum):
    """Why a system that was understood cannot be used."""

    XIAN_80 = "xian-80"
    BEIJING_54 = "beijing-54"
    OTHER_DATUM = "other-datum"
    NOT_A_MAP = "not-a-map"


@dataclass(frozen=True, slots=True)
class Identified:
    """A system, or why it is refused; ``name`` is what the definition calls itself."""

    name: str
    system: CoordinateSystem | None
    refusal: Refusal | None = None


_EPSG = re.compile(r"\s*(?:EPSG[:：]|urn:ogc:def:crs:EPSG:[\d.]*:)?(\d{4,6})\s*", re.IGNORECASE)
_WITH_DATUM = re.compile(r"\s*EPSG:(\d{4,6})\s+\+towgs84=([-+\d.,eE\s]+)", re.IGNORECASE)
_CRS84 = re.compile(r"(urn:ogc:def:crs:)?OGC:(1\.3:|:)?CRS84", re.IGNORECASE)
_WKT = re.compile(
    r"\s*(GEOGCS|PROJCS|GEOGCRS|PROJCRS|GEODCRS|GEODETICCRS|GEOGRAPHICCRS|PROJECTEDCRS|COMPD_CS|"
    r"COMPOUNDCRS|BOUNDCRS|LOCAL_CS|ENGCRS)\s*[\[(]",
    re.IGNORECASE,
)
# Only what describes a projection and its datum: other parameters name files, which nobody sends.
_PROJ = re.compile(
    r"\s*\+proj=[a-z]+(\s+\+(?:no_defs|south|"
    r"(?:lat_0|lat_1|lat_2|lat_ts|lon_0|k|k_0|x_0|y_0|zone|ellps|a|b|rf|datum|units|to_meter|towgs84|"
    r"type)=[-\w.,+]+))*\s*",
    re.ASCII,
)
_PROJ_DATUM = re.compile(r"\+(datum|towgs84)=")
_PROJ_MODERN = re.compile(r"\+ellps=(GRS80|WGS84)\b")
_CGCS2000_DATUM = re.compile(r"CGCS[ _]?2000|China[ _]2000|China[ _]Geodetic|中国.?2000", re.I)
_WGS84_DATUM = re.compile(r"World Geodetic System 1984|WGS[ _]?(19)?84", re.I)
_XIAN_DATUM = re.compile(r"Xi'?an[ _]?(19)?80", re.I)
_BEIJING_DATUM = re.compile(r"Beijing[ _]?(19)?54", re.I)
_MOST_CHARACTERS = 64 << 10


@lru_cache(maxsize=64)
def identify(text: str) -> Identified | None:
    """Read ``EPSG:N``, a URN, WKT of either version (ESRI's too), PROJJSON or PROJ's ``+proj=…``.

    Besides, ``EPSG:N +towgs84=dx,dy,dz,rx,ry,rz,s`` supplies the seven parameters that bring an
    older datum to CGCS2000 (position vector rotation, as PROJ has it). None when the words name
    no system. Names are trusted only as far as axis, units and datum bear them out.
    """
    crs = _parsed(text)
    if crs is None:
        return None
    if crs.is_bound:
        return Identified(crs.name, CoordinateSystem(_bound_label(text), crs.to_wkt()))
    if crs.is_compound:
        crs = crs.sub_crs_list[0]
    if not (crs.is_geographic or crs.is_projected):
        return Identified(crs.name, None, Refusal.NOT_A_MAP)
    refusal = _refusal(crs)
    if refusal is not None:
        return Identified(crs.name, None, refusal)
    system = _system(crs)
    return Identified(crs.name, system) if system.usable else None


def _parsed(text: str) -> pyproj.CRS | None:
    if len(text) > _MOST_CHARACTERS:
        return None
    try:
        if match := _WITH_DATUM.fullmatch(text):
            return _bound(int(match[1]), match[2])
        if match := _EPSG.fullmatch(text):
            return pyproj.CRS.from_epsg(int(match[1]))
        if _CRS84.fullmatch(text.strip()):
            return pyproj.CRS.from_authority("OGC", "CRS84")
        if _PROJ.fullmatch(text):
            return pyproj.CRS.from_proj4(_with_its_datum(text))
        if _WKT.match(text) or text.lstrip().startswith("{"):
            return pyproj.CRS.from_string(text)
    except (CRSError, ProjError, ValueError):
        return None
    return None


def _with_its_datum(text: str) -> str:
    """PROJ has no word for CGCS2000: it is written as its ellipsoid alone."""
    stated = _PROJ_DATUM.search(text) or not _PROJ_MODERN.search(text)
    return text if stated else f"{text} +towgs84=0,0,0"


def _bound(epsg: int, parameters: str) -> pyproj.CRS:
    source = pyproj.CRS.from_epsg(epsg)
    values = [float(value) for value in parameters.split(",")]
    if len(values) not in (3, 7):
        raise ValueError(parameters)
    return BoundCRS(source, 4326, ToWGS84Transformation(source.geodetic_crs, *values))


def _bound_label(text: str) -> str:
    if match := _WITH_DATUM.fullmatch(text):
        return f"EPSG:{match[1]} +towgs84"
    return " ".join(text.split()) if _PROJ.fullmatch(text) else "bound"


def _refusal(crs: pyproj.CRS) -> Refusal | None:
    words = f"{_datum_name(crs)} {_geodetic_name(crs)} {crs.name}"
    ellipsoid = crs.ellipsoid
    axis = 0.0 if ellipsoid is None else ellipsoid.semi_major_metre
    if _XIAN_DATUM.search(words) or abs(axis - 6_378_140) < 0.5:
        return Refusal.XIAN_80
    if _BEIJING_DATUM.search(words) or abs(axis - 6_378_245) < 0.5:
        return Refusal.BEIJING_54
    modern = _is_cgcs2000(crs) or _WGS84_DATUM.search(words)
    return None if modern and abs(axis - 6_378_137) < 0.5 else Refusal.OTHER_DATUM


def _is_cgcs2000(crs: pyproj.CRS) -> bool:
    """By the name of anything in it: SuperMap's "User Define" names its ellipsoid alone, which no
    other datum has."""
    ellipsoid = "" if crs.ellipsoid is None else crs.ellipsoid.name
    words = f"{_datum_name(crs)} {_geodetic_name(crs)} {crs.name} {ellipsoid}"
    return _CGCS2000_DATUM.search(words) is not None


def _datum_name(crs: pyproj.CRS) -> str:
    return "" if crs.datum is None else crs.datum.name


def _geodetic_name(crs: pyproj.CRS) -> str:
    return "" if crs.geodetic_crs is None else crs.geodetic_crs.name


def _system(crs: pyproj.CRS) -> CoordinateSystem:
    epsg: int | None
    if not crs.is_geographic:
        epsg = _gauss_kruger_epsg(crs) or crs.to_epsg(min_confidence=70)
    elif _in_degrees(crs):
        epsg = 4490 if _is_cgcs2000(crs) else 4326
    else:
        epsg = None
    if epsg is not None:
        return CoordinateSystem(f"EPSG:{epsg}", f"EPSG:{epsg}")
    return CoordinateSystem(crs.name, crs.to_wkt())


def _in_degrees(crs: pyproj.CRS) -> bool:
    meridian = crs.prime_meridian
    greenwich = meridian is None or meridian.longitude == 0
    return greenwich and all(
        axis.unit_name.lower().startswith("degree") for axis in crs.axis_info[:2]
    )


def _gauss_kruger_epsg(crs: pyproj.CRS) -> int | None:
    """The code of a CGCS2000 zone by its parameters, whatever its name says."""
    operation = crs.coordinate_operation
    if operation is None or operation.method_name != "Transverse Mercator":
        return None
    if any(axis.unit_name.lower() not in ("metre", "meter") for axis in crs.axis_info[:2]):
        return None
    values = {parameter.name: float(parameter.value) for parameter in operation.params}
    meridian = values.get("Longitude of natural origin", 0.0)
    scale = values.get("Scale factor at natural origin", 0.0)
    easting = values.get("False easting", 0.0)
    plain = not values.get("Latitude of natural origin") and not values.get("False northing")
    if not (
        plain and _is_cgcs2000(crs) and scale == 1.0 and meridian % 3 == 0 and 75 <= meridian <= 135
    ):
        return None
    if easting == 500_000:
        return central_meridian_epsg(int(meridian))
    prefix = int(easting // 1e6)
    if easting % 1e6 != 500_000:
        return None
    if prefix * 3 == meridian:
        return zone_epsg(prefix)
    return six_degree_epsg(prefix) if prefix * 6 - 3 == meridian else None
