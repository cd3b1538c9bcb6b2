"""Zones with the attributes that their source layers carry, and documents made up for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from .landuse import Geometries
from .model import Township, Zones
from .placing import Placer
from .projecting import official_areas
from .scenarios import Document
from .shapes import to_millimetres

Fields = dict[str, str | float | None]
Zone = tuple[str, BaseGeometry, Fields]

PERMANENT = "permanent-basic-farmland"
HIGH_STANDARD = "high-standard-farmland"
APPROVED_CONSTRUCTION = "approved-construction"
TEMPORARY_LAND_USE = "temporary-land-use"
FACILITY_AGRICULTURE = "facility-agriculture"
HOMESTEAD_APPROVALS = "homestead-approvals"
RURAL_ROADS = "rural-roads"
TEMPORARY_ADJUSTMENT = "temporary-adjustment"
RESTORATION = "restoration-and-disaster"
SHELTERBELTS = "shelterbelts"

BACKGROUND = (
    (Document(APPROVED_CONSTRUCTION), "rectangle", 3000.0, 5),
    (Document(TEMPORARY_LAND_USE, 1.0, "2025-03-01", "2027-02-28"), "rectangle", 2200.0, 4),
    (Document(FACILITY_AGRICULTURE), "rectangle", 900.0, 6),
    (Document(HOMESTEAD_APPROVALS), "rectangle", 130.0, 9),
    (Document(RURAL_ROADS), "strip-5", 700.0, 5),
    (Document(TEMPORARY_ADJUSTMENT, 1.0, "2025-10-01", "2028-09-30"), "field", 1500.0, 4),
    (Document(RESTORATION), "field", 2000.0, 3),
    (Document(SHELTERBELTS), "strip-8", 900.0, 3),
)
"""Documents that no patch meets: kind, shape, area in m² and how many."""


class Register:
    """Collects exempting zones and numbers their documents."""

    def __init__(self) -> None:
        self._zones: list[Zone] = []

    def add(self, document: Document, shape: Polygon) -> None:
        """Enter a zone; its document is numbered within its kind."""
        number = sum(1 for kind, _, _ in self._zones if kind == document.kind) + 1
        shape = to_millimetres(shape)
        fields = SOURCE_FIELDS[document.kind](document, number, _area(shape))
        self._zones.append((document.kind, shape, fields))

    def add_background(self, placer: Placer) -> None:
        """Enter documents that no patch meets."""
        for document, shape, area, count in BACKGROUND:
            for number in range(count):
                self.add(document, placer.place("P3", shape, area, village=number % 6))

    def zones(self, township: Township) -> Zones:
        """All zones: the two protecting layers, then the exempting ones by kind."""
        exempting = sorted(self._zones, key=lambda zone: zone[0])
        protecting = [*_permanent(township), *_projects(township)]
        kinds, shapes, fields = zip(*protecting, *exempting, strict=True)
        return Zones(
            geometry=np.array(shapes, dtype=object),
            kind=np.array(kinds, dtype=object),
            fields=np.array(fields, dtype=object),
        )


def _permanent(township: Township) -> list[Zone]:
    plots, villages = township.plots, township.villages
    zones: list[Zone] = []
    chosen = np.flatnonzero(plots.permanent)
    areas = official_areas(plots.geometry[chosen])
    for number, (index, area) in enumerate(zip(chosen, areas.tolist(), strict=True), start=1):
        village = plots.village[index]
        fields: Fields = {
            "YJJBNTTBBH": f"{villages.codes[village]}{number:05d}",
            "XZQDM": str(villages.codes[village]),
            "XZQMC": str(villages.names[village]),
            "DLBM": str(plots.land_class[index]),
            "YJJBNTTBMJ": area,
            "YJJBNTMJ": area,
        }
        zones.append((PERMANENT, plots.geometry[index], fields))
    return zones


def _projects(township: Township) -> list[Zone]:
    plots = township.plots
    zones: list[Zone] = []
    for number in range(int(plots.project.max()) + 1):
        mine: Geometries = plots.geometry[plots.project == number]
        shape = shapely.coverage_union_all(mine)
        year = 2019 + number
        fields: Fields = {
            "XMBH": f"GBZ500118{year}{number + 1:03d}",
            "XMMC": f"{township.villages.names[number]}高标准农田示例项目",
            "JCND": str(year),
            "XMLX": "高标准农田",
            "MJ": round(_area(shape) * 3 / 2000, 2),
            "YSWH": f"永农示验〔{year + 1}〕{number + 11}号",
        }
        zones.append((HIGH_STANDARD, shape, fields))
    return zones


def _area(shape: BaseGeometry) -> float:
    return float(official_areas(np.array([shape], dtype=object))[0])


def _approval(document: Document, number: int, area: float) -> Fields:
    return {
        "DKBH": f"BP2025{number:04d}",
        "DKNAME": f"示例批次地块{number}",
        "PZWH": f"渝府地示〔2025〕{100 + number}号",
        "PCMC": f"2025年第{1 + number % 4}批次示例",
        "PZRQ": document.valid_from,
        "MJ": area,
    }


def _temporary(document: Document, number: int, area: float) -> Fields:
    return {
        "GLTBBSM": f"5001182099{number:08d}",
        "PZWJMC": f"示例工程临时用地批复{number}",
        "PZWH": f"永规资临示〔2025〕{20 + number}号",
        "TBMJ": area,
        "PZMJ": area,
        "YTFL": "施工便道" if number % 2 else "材料堆场",
        "JTXMYT": "示例工程施工",
        "PZRQ": document.valid_from,
        "QSRQ": document.valid_from,
        "ZZRQ": document.valid_to,
    }


def _facility(document: Document, number: int, area: float) -> Fields:
    return {
        "BAH": f"SSNY500118001{number:04d}",
        "XMMC": f"示例养殖场{number}" if number % 2 else f"示例育苗棚{number}",
        "JYZ": f"示例合作社{number}",
        "YT": "畜禽养殖" if number % 2 else "作物种植",
        "BASJ": document.valid_from,
        "MJ": area,
    }


def _homestead(document: Document, number: int, area: float) -> Fields:
    return {
        "批准书号": f"农宅示字500118001{number:04d}号",
        "批准日期": document.valid_from,
        "面积": area,
    }


def _rural_road(document: Document, number: int, area: float) -> Fields:
    return {
        "BH": f"ND{number:03d}",
        "LXMC": f"示例生产路{number}",
        "PZWH": f"中山路街示路〔2025〕{number}号",
        "PZRQ": document.valid_from,
        "KD": 4.5,
        "YHQK": "已硬化" if number % 2 else "未硬化",
        "MJ": area,
    }


def _adjustment(document: Document, number: int, area: float) -> Fields:
    return {
        "BH": f"LSTZ{number:03d}",
        "XMMC": f"种植用途临时调整示例{number}",
        "PZWH": f"永农调示〔2025〕{number}号",
        "QSRQ": document.valid_from,
        "ZZRQ": document.valid_to,
        "MJ": area,
    }


def _restoration(document: Document, number: int, area: float) -> Fields:
    return {
        "BH": f"TG{number:03d}",
        "XMMC": f"退耕还林示例地块{number}" if number % 2 else f"灾毁复垦示例地块{number}",
        "PZWH": f"永林退示〔2025〕{number}号",
        "PZRQ": document.valid_from,
        "MJ": area,
    }


def _shelterbelt(document: Document, number: int, area: float) -> Fields:
    return {
        "BH": f"FHL{number:03d}",
        "XMMC": f"农田防护林示例{number}",
        "PZWH": f"永林防示〔2025〕{number}号",
        "PZRQ": document.valid_from,
        "MJ": area,
    }


SOURCE_FIELDS: Mapping[str, Callable[[Document, int, float], Fields]] = {
    APPROVED_CONSTRUCTION: _approval,
    TEMPORARY_LAND_USE: _temporary,
    FACILITY_AGRICULTURE: _facility,
    HOMESTEAD_APPROVALS: _homestead,
    RURAL_ROADS: _rural_road,
    TEMPORARY_ADJUSTMENT: _adjustment,
    RESTORATION: _restoration,
    SHELTERBELTS: _shelterbelt,
}
