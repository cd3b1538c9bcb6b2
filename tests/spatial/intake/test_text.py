"""Which encoding a layer is in, decided on all its cells; mojibake is never given out."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import geopandas
import pytest
import shapely

from spatial.errors import TextError
from spatial.intake.text.plausibility import is_double_decoded
from spatial.words import LayerName
from tests.spatial.intake.conftest import Take
from tests.spatial.intake.making import Layer, plot_rows

NAMES = ("三星村", "瓦子铺村", "望城村", "北大桥村", "双龙村", "孙家口村")


def named(names: tuple[str, ...], **more: object) -> Layer:
    rows = plot_rows(len(names))
    for row, name in zip(rows, names, strict=True):
        row["ZLDWMC"] = name
    return Layer(rows, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("encoding", "language", "cpg", "codec"),
    [
        ("gbk", 0, None, "GB18030"),
        ("gbk", 0x4D, None, "GB18030"),
        ("gbk", 0x57, None, "GB18030"),
        ("gbk", 0, b"936", "GB18030"),
        ("gbk", 0, b"GBK", "GB18030"),
        ("gbk", 0, b"OEM", "GB18030"),
        ("gbk", 0, b"UTF-8", "GB18030"),
        ("gbk", 0, b"<!DOCTYPE html><html>404</html>", "GB18030"),
        ("utf-8", 0, None, "UTF-8"),
        ("utf-8", 0x4D, None, "UTF-8"),
        ("utf-8", 0x57, b"GBK", "UTF-8"),
    ],
)
def test_what_a_file_says_of_its_encoding_may_lie(
    encoding: str, language: int, cpg: bytes | None, codec: str, take: Take, tmp_path: Path
) -> None:
    layer = named(NAMES, encoding=encoding, language=language, cpg=cpg)
    answer = take(layer.zip(tmp_path / "a.zip"))
    assert answer.decisions["encoding"].value == codec
    for name, text in zip(NAMES, answer.attributes, strict=True):
        assert f'"ZLDWMC":"{name}"' in text


def test_a_declaration_that_lied_is_reported(take: Take, tmp_path: Path) -> None:
    answer = take(named(NAMES, cpg=b"UTF-8").zip(tmp_path / "a.zip"))
    decision = answer.decisions["encoding"]
    assert decision.warning
    assert decision.evidence["cpg"] == "UTF-8"
    assert decision.evidence["common_chinese_share"] == 1.0


def test_characters_that_only_gb18030_has_are_read(take: Take, tmp_path: Path) -> None:
    answer = take(named((*NAMES, "㐂村", "𠮷田村"), encoding="gb18030").zip(tmp_path / "a.zip"))
    assert '"ZLDWMC":"𠮷田村"' in answer.attributes[-1]


def test_one_word_that_is_valid_in_both_encodings_is_chinese(take: Take, tmp_path: Path) -> None:
    assert "一".encode("gbk").decode("utf-8") == "һ"
    answer = take(named(("一",)).zip(tmp_path / "a.zip"))
    assert '"ZLDWMC":"一"' in answer.attributes[0]


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_a_cell_cut_in_the_middle_of_a_character_loses_only_that(
    encoding: str, take: Take, tmp_path: Path
) -> None:
    layer = named(("三星村三星村三星村", *NAMES), encoding=encoding, width=13)
    answer = take(layer.zip(tmp_path / "a.zip"))
    whole = "三星村三星村" if encoding == "gbk" else "三星村三"
    assert f'"ZLDWMC":"{whole}"' in answer.attributes[0]


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_a_heading_cut_in_the_middle_of_a_character_still_means_its_field(
    encoding: str, take: Take, tmp_path: Path
) -> None:
    rows = [{"图斑编号": "7", "地类编码": "0101", "坐落单位代码": "5001180012020000000"}]
    answer = take(Layer(rows, encoding=encoding).zip(tmp_path / "a.zip"))
    assert answer.column("plot_no") == ["7"]
    assert answer.column("land_class") == ["0101"]
    assert answer.column("village_code") == ["500118001202"]


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("big5", ("臺北市中正區", "新北市板橋區", "桃園縣龍潭鄉", "高雄縣鳳山市")),
        ("shift_jis", ("東京都千代田区霞が関", "大阪府大阪市北区", "神奈川県横浜市")),
        ("euc-kr", ("서울특별시 종로구", "청운동 신교동", "경기도 수원시")),
        ("koi8-r", ("Москва", "Санкт-Петербург", "улица Ленина")),
        ("cp1252", ("Düsseldorf", "Köln", "Große Straße", "Äcker")),
        ("utf-16-le", ("三星村", "瓦子铺村", "望城村")),
    ],
)
def test_other_encodings_are_refused_with_a_way_out(
    encoding: str, names: tuple[str, ...], take: Take, tmp_path: Path
) -> None:
    layer = named((), encoding="ascii")
    layer.rows = plot_rows(len(names), ZLDWMC=b"")
    for row, name in zip(layer.rows, names, strict=True):
        row["ZLDWMC"] = name.encode(encoding)
    with pytest.raises(TextError) as refusal:
        take(layer.zip(tmp_path / "a.zip"))
    assert refusal.value.choices
    assert "encoding=" in refusal.value.message.zh


def test_the_sender_may_say_the_encoding(take: Take, tmp_path: Path) -> None:
    layer = named(("臺北市中正區", "新北市板橋區"), encoding="big5")
    answer = take(layer.zip(tmp_path / "a.zip"), encoding="Big5")
    assert '"ZLDWMC":"臺北市中正區"' in answer.attributes[0]


def test_a_declared_encoding_is_believed_when_it_reads_well(take: Take, tmp_path: Path) -> None:
    layer = named(("臺北市中正區", "新北市板橋區"), encoding="big5", cpg=b"Big5")
    answer = take(layer.zip(tmp_path / "a.zip"))
    assert '"ZLDWMC":"臺北市中正區"' in answer.attributes[0]


@pytest.mark.parametrize(("wrong", "true"), [("GBK", "utf-8"), ("Big5", "gbk"), ("utf-8", "gbk")])
def test_a_sender_who_is_wrong_about_the_encoding_is_told(
    wrong: str, true: str, take: Take, tmp_path: Path
) -> None:
    with pytest.raises(TextError):
        take(named(NAMES, encoding=true).zip(tmp_path / "a.zip"), encoding=wrong)


def test_an_unknown_encoding_is_refused_by_name(take: Take, tmp_path: Path) -> None:
    with pytest.raises(TextError, match="klingon"):
        take(named(NAMES).zip(tmp_path / "a.zip"), encoding="klingon")


@pytest.mark.parametrize("wrong", ["gb18030", "latin-1"])
def test_text_that_was_garbled_before_is_refused(wrong: str, take: Take, tmp_path: Path) -> None:
    garbled = tuple(name.encode("utf-8").decode(wrong, "ignore") for name in NAMES)
    with pytest.raises(TextError) as refusal:
        take(named(garbled, encoding="utf-8").zip(tmp_path / "a.zip"))
    assert refusal.value.problem_code == "text-damaged"


def test_sound_chinese_is_not_taken_for_garbled() -> None:
    assert not any(is_double_decoded(name) for name in NAMES)
    assert is_double_decoded("三星村".encode().decode("gb18030", "ignore"))


def test_a_single_unreadable_cell_is_pointed_at(take: Take, tmp_path: Path) -> None:
    layer = named(NAMES)
    layer.rows[3]["ZLDWMC"] = b"\xb2\xff\xff\xff \xb0\x20\x81\x20"
    with pytest.raises(TextError) as refusal:
        take(layer.zip(tmp_path / "a.zip"), encoding="GBK")
    assert (refusal.value.row, refusal.value.field) == (4, "ZLDWMC")


def test_what_follows_a_nul_is_not_text(take: Take, tmp_path: Path) -> None:
    layer = named(NAMES)
    layer.rows[0]["ZLDWMC"] = "三星村".encode("gbk") + b"\0\xff\xfe\0leftover"
    answer = take(layer.zip(tmp_path / "a.zip"))
    assert '"ZLDWMC":"三星村"' in answer.attributes[0]


def frame() -> geopandas.GeoDataFrame:
    shapes = [shapely.box(105.93 + n / 1000, 29.35, 105.9304 + n / 1000, 29.3504) for n in range(6)]
    return geopandas.GeoDataFrame(
        {"DLBM": ["0101"] * 6, "ZLDWMC": list(NAMES)}, geometry=shapes, crs=4490
    )


def test_a_geojson_in_gbk_is_read(take: Take, tmp_path: Path) -> None:
    text = frame().to_json(ensure_ascii=False)
    (tmp_path / "a.json").write_bytes(text.encode("gbk"))
    answer = take(tmp_path / "a.json")
    assert answer.decisions["encoding"].value == "GB18030"
    assert '"ZLDWMC":"三星村"' in answer.attributes[0]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig"])
def test_a_geojson_with_a_mark_or_wide_characters_is_read(
    encoding: str, take: Take, tmp_path: Path
) -> None:
    (tmp_path / "a.json").write_bytes(frame().to_json(ensure_ascii=False).encode(encoding))
    assert '"ZLDWMC":"三星村"' in take(tmp_path / "a.json").attributes[0]


@pytest.mark.parametrize(("stated", "true"), [("GB2312", "gbk"), ("GB2312", "utf-8")])
def test_a_kml_is_read_whatever_its_prologue_says(
    stated: str, true: str, take: Take, tmp_path: Path
) -> None:
    frame().to_file(tmp_path / "a.kml", driver="LIBKML")
    text = (tmp_path / "a.kml").read_text(encoding="utf-8")
    stated_text = text.replace('encoding="UTF-8"', f'encoding="{stated}"')
    (tmp_path / "b.kml").write_bytes(stated_text.encode(true))
    assert '"ZLDWMC":"三星村"' in take(tmp_path / "b.kml").attributes[0]


def test_gbk_bytes_in_a_geopackage_are_read(take: Take, tmp_path: Path) -> None:
    frame().to_file(tmp_path / "a.gpkg", layer="DLTB", SPATIAL_INDEX="NO")
    with sqlite3.connect(tmp_path / "a.gpkg") as database:
        for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'"):
            database.execute(f'DROP TRIGGER "{name}"')
        for number, name in enumerate(NAMES, 1):
            database.execute(
                "UPDATE DLTB SET ZLDWMC = CAST(? AS TEXT) WHERE fid = ?",
                (name.encode("gbk"), number),
            )
    answer = take(tmp_path / "a.gpkg", LayerName.PLOTS)
    assert answer.decisions["encoding"].value == "GB18030"
    assert '"ZLDWMC":"三星村"' in answer.attributes[0]
