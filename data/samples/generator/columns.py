"""Columns of the shapefiles, as the layers' specifications name them."""

from __future__ import annotations

from .shapefiles import number, text

PATCH_COLUMNS = (
    number("OBJECTID", 9),
    text("XZQDM", 12),
    text("XMC", 60),
    text("TBLX", 10),
    text("TZ", 20),
    text("QSX", 8),
    text("HSX", 8),
    text("DDTC", 20),
    text("JSYDXZ", 10),
    text("JCBH", 25),
    text("DLBM", 5),
    text("DLMC", 60),
    text("SFYN", 2),
    text("SFHX", 2),
    number("MJ", 18, 2),
    text("BZ", 100),
)

PLOT_COLUMNS = (
    text("BSM", 18),
    text("YSDM", 10),
    text("TBYBH", 18),
    text("TBBH", 8),
    text("DLBM", 5),
    text("DLMC", 60),
    text("QSXZ", 2),
    text("QSDWDM", 19),
    text("QSDWMC", 60),
    text("ZLDWDM", 19),
    text("ZLDWMC", 60),
    number("TBMJ", 18, 2),
    text("KCDLBM", 5),
    number("KCXS", 6, 4),
    number("KCMJ", 18, 2),
    number("TBDLMJ", 18, 2),
    text("GDLX", 2),
    text("GDPDJB", 2),
    text("ZZSXDM", 6),
    text("ZZSXMC", 20),
    text("FRDBS", 1),
    number("SJNF", 4),
    text("BZ", 100),
)

PERMANENT_COLUMNS = (
    text("BSM", 18),
    text("YSDM", 10),
    text("XZQDM", 12),
    text("XZQMC", 100),
    text("YJJBNTTBBH", 20),
    text("DLBM", 5),
    text("DLMC", 60),
    number("YJJBNTTBMJ", 18, 2),
    number("YJJBNTMJ", 18, 2),
    text("ZRRMC", 60),
    text("ZRRZJHM", 20),
    text("LXDH", 20),
    text("JZDZ", 120),
)

VILLAGE_COLUMNS = (
    text("BSM", 18),
    text("YSDM", 10),
    text("ZLDWDM", 19),
    text("ZLDWMC", 60),
    text("MSSM", 2),
    number("DCMJ", 18, 2),
    number("JSMJ", 18, 2),
    text("BZ", 100),
)

TEMPORARY_COLUMNS = (
    text("GLTBBSM", 18),
    text("PZWJMC", 100),
    text("PZWH", 60),
    number("TBMJ", 18, 2),
    number("PZMJ", 18, 2),
    text("YTFL", 30),
    text("JTXMYT", 60),
    text("PZRQ", 10),
    text("QSRQ", 10),
    text("ZZRQ", 10),
)
