"""Which file carries which layer, in which of the formats that people send."""

from __future__ import annotations

import json

import numpy as np
from numpy.typing import NDArray

from .columns import (
    PATCH_COLUMNS,
    PERMANENT_COLUMNS,
    PLOT_COLUMNS,
    TEMPORARY_COLUMNS,
    VILLAGE_COLUMNS,
)
from .documents import (
    APPROVED_CONSTRUCTION,
    FACILITY_AGRICULTURE,
    HIGH_STANDARD,
    HOMESTEAD_APPROVALS,
    PERMANENT,
    RESTORATION,
    RURAL_ROADS,
    SHELTERBELTS,
    TEMPORARY_ADJUSTMENT,
    TEMPORARY_LAND_USE,
)
from .landnames import LAND_NAMES
from .model import World
from .projecting import official_areas, to_degrees, to_epsg
from .shapefiles import Value, shapefile
from .writing import vector_file, zipped

Rows = list[dict[str, Value]]

PLANTING_NAMES = {"LS": "种植粮食作物", "FLS": "种植非粮食作物", "JKHF": "即可恢复"}
DEDUCTION = {"2": 0.0521, "3": 0.0913, "4": 0.1386, "5": 0.1602}
"""Share of field ridges by slope grade, made up within the usual range."""


def sample_files(world: World) -> dict[str, bytes]:
    """Every sample file of a world by its name, in load order."""
    zones = world.zones
    degrees = to_degrees(zones.geometry)

    def plain(kind: str, name: str, driver: str) -> bytes:
        mine = zones.kind == kind
        return vector_file(name, driver, degrees[mine], list(zones.fields[mine]), 4490)

    files = {
        "villages.zip": _villages(world),
        "plots.zip": _plots(world),
        "permanent-basic-farmland.zip": _permanent(world),
        "high-standard-farmland.gpkg": _high_standard(world),
        "approved-construction.geojson": plain(APPROVED_CONSTRUCTION, "BPDK.geojson", "GeoJSON"),
        "temporary-land-use.zip": _temporary(world),
        "facility-agriculture.fgb": plain(FACILITY_AGRICULTURE, "SSNYD.fgb", "FlatGeobuf"),
        "homestead-approvals.kml": plain(HOMESTEAD_APPROVALS, "宅基地批准.kml", "KML"),
        "rural-roads.geojson": plain(RURAL_ROADS, "NCDL.geojson", "GeoJSON"),
        "temporary-adjustment.geojson": plain(TEMPORARY_ADJUSTMENT, "LSTZ.geojson", "GeoJSON"),
        "restoration-and-disaster.geojson": plain(RESTORATION, "TGHL.geojson", "GeoJSON"),
        "shelterbelts.geojson": plain(SHELTERBELTS, "FHL.geojson", "GeoJSON"),
        "patches-2026-q2.zip": _first_batch(world),
        "patches-2026-q3.zip": _second_batch(world),
    }
    files["expected.json"] = (
        json.dumps(world.expected, ensure_ascii=False, indent=1).encode() + b"\n"
    )
    return files


def _villages(world: World) -> bytes:
    villages = world.township.villages
    areas = official_areas(villages.geometry)
    rows: Rows = [
        {
            "BSM": f"5001180600{index:08d}",
            "YSDM": "1000600100",
            "ZLDWDM": f"{code}0000000",
            "ZLDWMC": name,
            "MSSM": "00",
            "DCMJ": float(area),
            "JSMJ": float(area),
            "BZ": "虚构示例",
        }
        for index, (code, name, area) in enumerate(
            zip(villages.codes, villages.names, areas, strict=True), start=1
        )
    ]
    return zipped(
        shapefile(
            "CJDCQ",
            to_degrees(villages.geometry),
            VILLAGE_COLUMNS,
            rows,
            epsg=4490,
            encoding="utf-8",
            cpg="UTF-8",
        )
    )


def _plots(world: World) -> bytes:
    plots, villages = world.township.plots, world.township.villages
    areas = official_areas(plots.geometry)
    rows: Rows = []
    for index, area in enumerate(areas):
        village = plots.village[index]
        land_class = str(plots.land_class[index])
        grade = str(plots.slope_grade[index])
        ratio = DEDUCTION.get(grade, 0.0)
        deducted = round(float(area) * ratio, 2)
        rows.append(
            {
                "BSM": f"5001182001{index + 1:08d}",
                "YSDM": "2001010100",
                "TBYBH": f"{index + 1:08d}",
                "TBBH": f"{int(np.sum(plots.village[: index + 1] == village)):05d}",
                "DLBM": land_class,
                "DLMC": LAND_NAMES[land_class],
                "QSXZ": "10" if land_class in ("1101", "1003", "1106") else "30",
                "QSDWDM": f"{villages.codes[village]}0000000",
                "QSDWMC": str(villages.names[village]),
                "ZLDWDM": f"{villages.codes[village]}0000000",
                "ZLDWMC": str(villages.names[village]),
                "TBMJ": float(area),
                "KCDLBM": "1203" if ratio else None,
                "KCXS": ratio,
                "KCMJ": deducted,
                "TBDLMJ": round(float(area) - deducted, 2),
                "GDLX": ("TT" if grade > "1" else "PD") if grade else None,
                "GDPDJB": grade or None,
                "ZZSXDM": str(plots.planting[index]) or None,
                "ZZSXMC": PLANTING_NAMES.get(str(plots.planting[index])),
                "FRDBS": "0",
                "SJNF": 2025,
                "BZ": None,
            }
        )
    return zipped(shapefile("DLTB", plots.geometry, PLOT_COLUMNS, rows, epsg=4523))


def _permanent(world: World) -> bytes:
    mine = world.zones.kind == PERMANENT
    rows: Rows = [
        {
            **fields,
            "BSM": f"5001182005{index:08d}",
            "YSDM": "2005010200",
            "DLMC": LAND_NAMES[fields["DLBM"]],
            "ZRRMC": f"示例责任人{index % 97}",
            "ZRRZJHM": f"00000019000101{index % 9973:04d}",
            "LXDH": f"000{index % 9973:08d}",
            "JZDZ": f"示例村{index % 12}组{index % 83}号",
        }
        for index, fields in enumerate(world.zones.fields[mine], start=1)
    ]
    return zipped(
        shapefile(
            "YJJBNTBHTB",
            world.zones.geometry[mine],
            PERMANENT_COLUMNS,
            rows,
            epsg=4523,
            language_byte=0x4D,
        )
    )


def _high_standard(world: World) -> bytes:
    mine = world.zones.kind == HIGH_STANDARD
    shapes = to_epsg(world.zones.geometry[mine], 4544)
    return vector_file("GBZNT.gpkg", "GPKG", shapes, list(world.zones.fields[mine]), 4544)


def _temporary(world: World) -> bytes:
    mine = world.zones.kind == TEMPORARY_LAND_USE
    files = shapefile(
        "LSYD",
        world.zones.geometry[mine],
        TEMPORARY_COLUMNS,
        list(world.zones.fields[mine]),
        epsg=4523,
        cpg="GBK",
    )
    return zipped(files)


def _first_batch(world: World) -> bytes:
    chosen = np.flatnonzero(world.patches.batch == 1)
    files = _patch_files(world, chosen, "卫片图斑_2026年二季度", prj=True)
    inner = zipped(files, "gbk")
    note = "本压缩包为虚构示例，不含任何真实图斑。\r\n".encode("gbk")
    return zipped(
        {"中山路街道/2026年二季度/卫片图斑.zip": inner, "中山路街道/说明.txt": note}, "gbk"
    )


def _second_batch(world: World) -> bytes:
    chosen = np.flatnonzero(world.patches.batch == 2)
    return zipped(_patch_files(world, chosen, "WPTB2026Q3", prj=False))


def _patch_files(
    world: World, chosen: NDArray[np.intp], stem: str, *, prj: bool
) -> dict[str, bytes]:
    patches = world.patches
    areas = official_areas(patches.geometry[chosen])
    rows: Rows = [
        _patch_row(world, int(index), position, float(area))
        for position, (index, area) in enumerate(zip(chosen, areas, strict=True), start=1)
    ]
    return shapefile(stem, patches.geometry[chosen], PATCH_COLUMNS, rows, epsg=4523, prj=prj)


def _patch_row(world: World, index: int, position: int, area: float) -> dict[str, Value]:
    patches = world.patches
    expected = world.expected[str(patches.batch[index])][str(patches.patch_no[index])]
    land_before = str(patches.land_before[index])
    return {
        "OBJECTID": position,
        "XZQDM": "500118001",
        "XMC": "永川区",
        "TBLX": str(patches.change_code[index]),
        "TZ": None,
        "QSX": _compact(patches.before_date[index]),
        "HSX": _compact(patches.after_date[index]),
        "DDTC": "否",
        "JSYDXZ": None,
        "JCBH": str(patches.patch_no[index]),
        "DLBM": land_before,
        "DLMC": LAND_NAMES[land_before],
        "SFYN": "是"
        if any(finding["ground"] == "P1" for finding in expected["findings"])
        else "否",
        "SFHX": "否",
        "MJ": area,
        "BZ": "虚构示例",
    }


def _compact(day: np.datetime64) -> str:
    return str(day).replace("-", "")
