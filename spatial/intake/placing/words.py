"""Sentences about coordinate systems."""

from __future__ import annotations

from collections.abc import Mapping

from spatial.crs import Refusal
from spatial.messages import Message

BY_SENDER = Message("按上传时指定的坐标系。", "The coordinate system given with the upload.")
BY_FILE = Message(
    "按文件自带的坐标系说明，参数已核对。",
    "The file's own coordinate system, its parameters checked.",
)
BY_VALUE = Message(
    "文件没有可用的坐标系说明，按坐标值判断，并与已有村界核对一致。",
    "The file states no usable coordinate system; told by the coordinates and confirmed against "
    "the loaded villages.",
)
BY_VALUE_SWAPPED = Message(
    "文件没有可用的坐标系说明，且 X、Y 两列对调（北坐标在前），已换回并与村界核对一致。",
    "The file states no usable coordinate system and has northing first; axes were swapped back "
    "and the result confirmed against the loaded villages.",
)
NO_POSITIONS = Message(
    "图层没有可用的坐标，坐标系无从核对。", "The layer has no usable coordinates to check against."
)
STATED_WRONGLY = Message(
    "文件声明的坐标系“{name}”与坐标值不符，改按坐标值判断，并与已有村界核对一致。",
    "The stated coordinate system “{name}” contradicts the coordinates; told by the coordinates "
    "instead and confirmed against the loaded villages.",
)
NOT_UNDERSTOOD = Message(
    "坐标系“{text}”无法识别。请写 EPSG 代码（如 EPSG:4523）、.prj 文件中的全部文字，"
    "或 PROJ 参数（+proj=…）。",
    "The coordinate system “{text}” is not understood. Give its EPSG code (such as EPSG:4523), the "
    "whole text of a .prj file, or PROJ parameters (+proj=…).",
)
DOES_NOT_FIT = Message(
    "声明的坐标系“{name}”与坐标值不符（换算结果不在地球上）。请指定正确的坐标系（crs）。",
    "The stated coordinate system “{name}” contradicts the coordinates (they would fall off the "
    "globe). Say with crs= which one it is.",
)
NO_SYSTEM_FITS = Message(
    "文件没有坐标系说明，坐标值也不在中国范围内任何常用坐标系的取值范围。"
    "请补充 .prj，或指定坐标系（crs）。",
    "The file states no coordinate system, and its coordinates fit none in use in China. Add the "
    ".prj or say which one it is with crs=.",
)
NOT_CERTAIN = Message(
    "文件没有可用的坐标系说明，系统中还没有村界可供核对，不能确定坐标系。"
    "请补充 .prj，或指定坐标系（crs）。",
    "The file states no usable coordinate system, and no villages are loaded to check against, so "
    "it cannot be told with certainty. Add the .prj or say which one it is with crs=.",
)
NONE_ON_GROUND = Message(
    "文件没有可用的坐标系说明，按各种可能的坐标系换算都不落在已有村界（外扩 2 公里）内。"
    "请确认文件属于本辖区，或指定坐标系（crs）。",
    "The file states no usable coordinate system, and under every likely one it lies outside the "
    "loaded villages (2 km around them). Check that it belongs here, or give crs=.",
)
TWO_FIT = Message(
    "坐标值同时符合 {one} 和 {other}，两者位置相距很远，数据不足以区分。请指定坐标系（crs）。",
    "The coordinates fit both {one} and {other}, which lie far apart, and there is not enough to "
    "tell them by. Say which one it is with crs=.",
)
ELSEWHERE = Message(
    "按坐标系 {name} 换算后，没有任何图形落在已有村界（外扩 2 公里）内。"
    "请确认文件属于本辖区、坐标系无误。",
    "Under {name} no feature lies in the loaded villages or within 2 km of them. Check that the "
    "file belongs here and that its coordinate system is right.",
)
ELSEWHERE_BUT = Message(
    "按坐标系 {name} 换算后，没有任何图形落在已有村界（外扩 2 公里）内；按 {other} 则吻合。"
    "如确为 {other}，请指定为坐标系（crs）。",
    "Under {name} no feature lies in the loaded villages or within 2 km of them; under {other} "
    "they do. If that is the one, say so with crs=.",
)
OTHER_FITS_BETTER = Message(
    "按声明的坐标系 {name} 只有 {own} 落在村界内，按 {other} 有 {better}，声明可能有误。"
    "请指定坐标系（crs）。",
    "Under the stated {name} only {own} of the positions lie in the villages, under {other} "
    "{better}: the statement may be wrong. Say which one it is with crs=.",
)
REFUSALS: Mapping[Refusal, Message] = {
    Refusal.XIAN_80: Message(
        "文件为西安 80 坐标系（{name}）。它与 CGCS2000 之间没有公开的高精度转换参数，"
        "直接使用会偏移近百米。请转换为 CGCS2000 后上传，或在坐标系（crs）中附上七参数"
        "（EPSG:代码 +towgs84=dx,dy,dz,rx,ry,rz,s）。",
        "The file is in Xi'an 80 ({name}). There are no public parameters from it to CGCS2000, and "
        "it would stand about a hundred metres off. Convert it, or give seven parameters with "
        "crs=EPSG:code +towgs84=dx,dy,dz,rx,ry,rz,s.",
    ),
    Refusal.BEIJING_54: Message(
        "文件为北京 54 坐标系（{name}）。它与 CGCS2000 之间没有公开的高精度转换参数，"
        "直接使用会偏移上百米。请转换为 CGCS2000 后上传，或在坐标系（crs）中附上七参数"
        "（EPSG:代码 +towgs84=dx,dy,dz,rx,ry,rz,s）。",
        "The file is in Beijing 54 ({name}). There are no public parameters from it to CGCS2000, "
        "and it would stand over a hundred metres off. Convert it, or give seven parameters with "
        "crs=EPSG:code +towgs84=dx,dy,dz,rx,ry,rz,s.",
    ),
    Refusal.OTHER_DATUM: Message(
        "坐标系“{name}”的大地基准既不是 CGCS2000 也不是 WGS84，不能直接使用。"
        "请转换为 CGCS2000（EPSG:4490 或 3 度带）后上传。",
        "The datum of “{name}” is neither CGCS2000 nor WGS 84. Convert the file to CGCS2000 "
        "(EPSG:4490 or a 3-degree zone) and upload it again.",
    ),
    Refusal.NOT_A_MAP: Message(
        "坐标系“{name}”不是地图坐标系（如 CAD 局部坐标），无法定位。请配准到 CGCS2000 后上传。",
        "“{name}” is not a map coordinate system (local or CAD coordinates). Reference it to "
        "CGCS2000 and upload it again.",
    ),
}
