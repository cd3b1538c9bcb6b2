"""Fictitious plot layers of any size, written as the district writes them.

A shapefile in EPSG:4523 with a GBK attribute table of 30 fields: a gapless coverage of wobbly
cells, each with as many vertices as a surveyed plot has on average.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyproj
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HORIZONTAL_POINTS, VERTICAL_POINTS = 4, 5
VERTICES = 4 + 2 * (HORIZONTAL_POINTS + VERTICAL_POINTS)
"""Distinct vertices of a plot."""
_ORIGIN = (35_560_000.0, 3_215_000.0)
_CELL_M = 36.0
_FIELDS = (
    ("BSM", "C", 18, 0), ("YSDM", "C", 10, 0), ("TBYBH", "C", 18, 0), ("TBBH", "C", 8, 0),
    ("DLBM", "C", 5, 0), ("DLMC", "C", 60, 0), ("QSXZ", "C", 2, 0), ("QSDWDM", "C", 19, 0),
    ("QSDWMC", "C", 60, 0), ("ZLDWDM", "C", 19, 0), ("ZLDWMC", "C", 60, 0),
    ("TBMJ", "N", 18, 2), ("KCDLBM", "C", 5, 0), ("KCXS", "N", 6, 4), ("KCMJ", "N", 18, 2),
    ("TBDLMJ", "N", 18, 2), ("GDLX", "C", 2, 0), ("GDPDJB", "C", 2, 0), ("XZDWKD", "N", 5, 1),
    ("TBXHDM", "C", 6, 0), ("TBXHMC", "C", 20, 0), ("ZZSXDM", "C", 6, 0), ("ZZSXMC", "C", 20, 0),
    ("GDDB", "N", 4, 0), ("FRDBS", "C", 1, 0), ("CZCSXM", "C", 4, 0), ("SJNF", "N", 4, 0),
    ("MSSM", "C", 2, 0), ("HDMC", "C", 100, 0), ("BZ", "C", 254, 0),
)  # fmt: skip
_CLASSES = (("0101", "水田"), ("0103", "旱地"), ("0201", "果园"), ("0301", "乔木林地"),
            ("0702", "农村宅基地"), ("1104", "坑塘水面"), ("1202", "设施农用地"))  # fmt: skip
_VILLAGES = tuple((f"5001180012{n:02d}", name) for n, name in enumerate(
    ("三星村", "瓦子铺村", "望城村", "北大桥村", "双龙村", "孙家口村"), 2))  # fmt: skip


def write_plots(folder: Path, count: int, *, seed: int = 1) -> Path:
    """Write ``DLTB.shp`` and its companions (no .cpg) with ``count`` plots; the .shp's path."""
    columns = max(int(np.sqrt(count)), 1)
    rows = -(-count // columns)
    rings = _coverage(rows, columns, seed)[:count]
    _write_shapes(folder, rings)
    _write_table(folder / "DLTB.dbf", rings, seed)
    (folder / "DLTB.prj").write_text(pyproj.CRS(4523).to_wkt("WKT1_ESRI"))
    return folder / "DLTB.shp"


def _coverage(rows: int, columns: int, seed: int) -> Floats:
    """Closed clockwise rings of a gapless coverage: float64 of shape (plots, vertices + 1, 2)."""
    random = np.random.default_rng(seed)
    x, y = np.meshgrid(np.arange(columns + 1.0), np.arange(rows + 1.0))
    nodes = np.stack((x, y), axis=-1) + random.uniform(-0.2, 0.2, (rows + 1, columns + 1, 2))
    across = _between(nodes[:, :-1], nodes[:, 1:], HORIZONTAL_POINTS, random)
    along = _between(nodes[:-1], nodes[1:], VERTICAL_POINTS, random)
    corner = nodes[:, :, None]
    rings = np.concatenate(
        (
            corner[:-1, :-1],
            along[:, :-1],
            corner[1:, :-1],
            across[1:],
            corner[1:, 1:],
            along[:, 1:, ::-1],
            corner[:-1, 1:],
            across[:-1, :, ::-1],
            corner[:-1, :-1],
        ),
        axis=2,
    )
    metres = np.round(rings.reshape(rows * columns, -1, 2) * _CELL_M, 4)
    placed: Floats = metres + np.array(_ORIGIN)
    return placed


def _between(start: Floats, end: Floats, points: int, random: np.random.Generator) -> Floats:
    share = np.arange(1, points + 1)[:, None] / (points + 1)
    line = start[:, :, None] + (end - start)[:, :, None] * share
    wobbled: Floats = line + random.uniform(-0.02, 0.02, line.shape)
    return wobbled


def _write_shapes(folder: Path, rings: Floats) -> None:
    count, points = rings.shape[:2]
    content = np.dtype(
        [("number", ">i4"), ("words", ">i4"), ("kind", "<i4"), ("box", "<f8", 4), ("parts", "<i4"),
         ("points", "<i4"), ("first", "<i4"), ("ring", "<f8", (points, 2))]
    )  # fmt: skip
    records = np.zeros(count, dtype=content)
    words = (content.itemsize - 8) // 2
    records["number"] = np.arange(1, count + 1)
    records["words"], records["kind"] = words, 5
    records["box"] = np.concatenate((rings.min(axis=1), rings.max(axis=1)), axis=1)
    records["parts"], records["points"], records["ring"] = 1, points, rings
    index = np.zeros((count, 2), dtype=">i4")
    index[:, 0] = 50 + np.arange(count) * content.itemsize // 2
    index[:, 1] = words
    box = np.concatenate((rings.min(axis=(0, 1)), rings.max(axis=(0, 1))))
    for name, body in (("DLTB.shp", records), ("DLTB.shx", index)):
        size = (100 + body.nbytes) // 2
        head = np.array([9994, 0, 0, 0, 0, 0, size], ">i4").tobytes()
        head += np.array([1000, 5], "<i4").tobytes() + box.tobytes() + bytes(32)
        with (folder / name).open("wb") as file:
            file.write(head)
            body.tofile(file)


def _write_table(path: Path, rings: Floats, seed: int) -> None:
    count = len(rings)
    layout = np.dtype([("deleted", "S1"), *((name, f"S{width}") for name, _, width, _ in _FIELDS)])
    table = np.full(count, b" ", dtype=layout)
    random = np.random.default_rng(seed)
    land = random.choice(len(_CLASSES), count, p=(0.35, 0.25, 0.1, 0.12, 0.1, 0.05, 0.03))
    village = np.arange(count) * len(_VILLAGES) // count
    for name, values in _columns(rings, land, village).items():
        width = next(width for field, _, width, _ in _FIELDS if field == name)
        table[name] = np.char.ljust(np.asarray(values, dtype=f"S{width}"), width)
    for name, _, width, _ in _FIELDS:
        empty = table[name] == b""
        table[name] = np.where(empty, b" " * width, table[name])
    record = layout.itemsize
    head = np.array([3, 126, 11, 25], "u1").tobytes() + np.array([count], "<u4").tobytes()
    head += np.array([33 + 32 * len(_FIELDS), record], "<u2").tobytes() + bytes(20)
    for name, kind, width, decimals in _FIELDS:
        head += name.encode().ljust(11, b"\0") + kind.encode() + bytes(4)
        head += bytes([width, decimals]) + bytes(14)
    with path.open("wb") as file:
        file.write(head + b"\r")
        table.view(np.uint8).tofile(file)
        file.write(b"\x1a")


def _columns(
    rings: Floats, land: NDArray[np.int64], village: NDArray[np.int64]
) -> dict[str, object]:
    x, y = rings[..., 0] - rings[:, :1, 0], rings[..., 1] - rings[:, :1, 1]
    area = np.abs(np.sum(x[:, :-1] * y[:, 1:] - x[:, 1:] * y[:, :-1], axis=1)) / 2 * 0.99985
    numbers = np.arange(1, len(rings) + 1)
    codes = np.array([code for code, _ in _CLASSES], "S5")
    names = np.array([name.encode("gbk") for _, name in _CLASSES])
    unit_codes = np.array([code + "0000000" for code, _ in _VILLAGES], "S19")
    unit_names = np.array([name.encode("gbk") for _, name in _VILLAGES])
    crop = land < 2
    texts = np.char.mod("%.2f", area)
    return {
        "BSM": np.char.add("5001182120", np.char.zfill(numbers.astype("U8"), 8)),
        "YSDM": np.full(len(rings), "2001010100"),
        "TBYBH": np.char.add("5001180010", np.char.zfill(numbers.astype("U8"), 8)),
        "TBBH": np.char.zfill(numbers.astype("U8"), 7),
        "DLBM": codes[land], "DLMC": names[land],
        "QSXZ": np.full(len(rings), "30"),
        "QSDWDM": unit_codes[village], "QSDWMC": unit_names[village],
        "ZLDWDM": unit_codes[village], "ZLDWMC": unit_names[village],
        "TBMJ": np.char.rjust(texts, 18), "TBDLMJ": np.char.rjust(texts, 18),
        "KCDLBM": np.where(crop, "1203", ""), "KCXS": np.where(crop, "0.1200", "0.0000"),
        "KCMJ": np.char.rjust(np.char.mod("%.2f", np.where(crop, area * 0.12, 0)), 18),
        "GDLX": np.where(crop, "TT", ""), "GDPDJB": np.where(crop, "2", ""),
        "ZZSXDM": np.where(crop, "LS", ""),
        "ZZSXMC": np.where(crop, "种植粮食作物".encode("gbk"), b""),
        "SJNF": np.full(len(rings), "2025"), "MSSM": np.full(len(rings), "00"),
    }  # fmt: skip
