"""Archives taken apart safely, datasets told by content, one layer chosen."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from pathlib import Path

import geopandas
import pytest
import shapely

from spatial.errors import LayerError, LimitError, SourceError, SpatialError
from spatial.intake.model import Limits
from spatial.words import LayerName
from tests.spatial.intake.conftest import Take
from tests.spatial.intake.making import Layer, plot_rows, shp_file, write_zip


def layer(name: str = "DLTB", count: int = 2, **more: object) -> Layer:
    return Layer(plot_rows(count), name=name, **more)  # type: ignore[arg-type]


def refused(take: Take, path: Path, **options: object) -> SpatialError:
    with pytest.raises(SpatialError) as refusal:
        take(path, **options)
    return refusal.value


@pytest.mark.parametrize("folder", ["", "a/b/c/", "永川区/矢量数据/"])
def test_a_shapefile_may_lie_in_folders(folder: str, take: Take, tmp_path: Path) -> None:
    assert take(layer().zip(tmp_path / "a.zip", folder=folder)).rows == [1, 2]


def test_a_nameless_layer_is_called_as_its_sender_called_the_file(
    take: Take, tmp_path: Path
) -> None:
    kept = tmp_path / "4f1c"
    row = {"type": "Feature", "properties": {"DLBM": "0101", "BSM": "1"}, "geometry": None}
    row["geometry"] = shapely.geometry.mapping(shapely.box(105.9, 29.35, 105.901, 29.351))
    kept.write_text(json.dumps({"type": "FeatureCollection", "features": [row]}))
    assert take(kept, source_name="自查.geojson").decisions["source"].value == "自查.geojson"


def test_a_zip_may_lie_in_zips(take: Take, tmp_path: Path) -> None:
    path = layer().zip(tmp_path / "0.zip")
    for depth in range(1, 4):
        path = write_zip(tmp_path / f"{depth}.zip", [(f"第{depth}层.zip", path.read_bytes())])
    assert take(path).rows == [1, 2]
    again = write_zip(tmp_path / "4.zip", [("a.zip", path.read_bytes())])
    assert refused(take, again).problem_code == "nested-too-deep"


def test_names_in_gbk_are_read(take: Take, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in layer("地类图斑").files().items():
            info = zipfile.ZipInfo(name.encode("gbk").decode("cp437"))
            archive.writestr(info, content)
    raw = path.read_bytes()
    utf8 = "地类图斑".encode("gbk").decode("cp437").encode()
    # Python marks such names as UTF-8; older programs write the bytes as they are.
    fixed = raw.replace(utf8, "地类图斑".encode("gbk") + b"_" * (len(utf8) - 8))
    path.write_bytes(fixed.replace(struct.pack("<HH", 20, 0x800), struct.pack("<HH", 20, 0)))
    answer = take(path)
    assert answer.decisions["source"].value.startswith("地类图斑")


def test_companions_match_whatever_their_case(take: Take, tmp_path: Path) -> None:
    files = layer().files()
    renamed = {"dltb.SHP": files["DLTB.shp"], "DLTB.DbF": files["DLTB.dbf"]}
    renamed |= {"Dltb.prj": files["DLTB.prj"], "DLTB.SHX": files["DLTB.shx"]}
    assert take(write_zip(tmp_path / "a.zip", renamed.items())).rows == [1, 2]


def test_decoys_of_a_desktop_are_passed_over(take: Take, tmp_path: Path) -> None:
    files = layer().files()
    decoys = {f"__MACOSX/._{name}": b"\0\5\x16\7" + content for name, content in files.items()}
    decoys |= {"._DLTB.shp": b"\0\5\x16\7", ".DS_Store": b"Bud1", "Thumbs.db": b"x"}
    assert take(write_zip(tmp_path / "a.zip", [*decoys.items(), *files.items()])).rows == [1, 2]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n", "Git LFS"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "网页"),
        (b"II*\0" + bytes(100), "影像"),
        (b"<OGRVRTDataSource></OGRVRTDataSource>", "虚拟"),
        (b"<VRTDataset rasterXSize='1'></VRTDataset>", "虚拟"),
        (b"Rar!\x1a\7\0", "压缩包"),
        (b"AC1027\0\0a drawing", "CAD"),
        (b"  0\r\nSECTION\r\n  2\r\nHEADER\r\n", "CAD"),
        (b"WMAP`D22", "MapGIS"),
        (b"", "空"),
        (b"%PDF-1.7", "文档"),
        (b"hello", "文本"),
    ],
)
@pytest.mark.parametrize("name", ["DLTB.shp", "a.tif", "a.gpkg"])
def test_what_a_file_is_is_told_by_its_content(
    name: str, content: bytes, word: str, take: Take, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    error = refused(take, tmp_path / name)
    assert isinstance(error, SourceError)
    assert word in error.message.zh


def test_a_file_named_otherwise_is_still_what_it_is(take: Take, tmp_path: Path) -> None:
    path = layer().zip(tmp_path / "a.zip")
    assert take(path.rename(tmp_path / "picture.tif")).rows == [1, 2]


def test_a_bare_shp_is_refused_with_what_is_missing(take: Take, tmp_path: Path) -> None:
    (tmp_path / "地类图斑.shp").write_bytes(layer().files()["DLTB.shp"])
    error = refused(take, tmp_path / "地类图斑.shp")
    assert error.problem_code == "companions-missing"
    assert error.choices == ("地类图斑.dbf", "地类图斑.shx", "地类图斑.prj")


@pytest.mark.parametrize("left", [[".shx", ".dbf"], [".dbf"]])
def test_a_shapefile_without_its_shp_is_refused_by_that_name(
    take: Take, tmp_path: Path, left: list[str]
) -> None:
    files = {n: c for n, c in layer().files().items() if Path(n).suffix in left}
    error = refused(take, write_zip(tmp_path / "a.zip", files.items()))
    assert error.problem_code == "companions-missing"
    assert error.choices[0] == "DLTB.shp"
    assert not {*error.choices} & {*files}


def test_a_missing_index_is_made_up_for(take: Take, tmp_path: Path) -> None:
    answer = take(layer().zip(tmp_path / "a.zip", without=[".shx"]))
    assert answer.rows == [1, 2]
    assert answer.decisions["shape_index"].value == "rebuilt"


def test_an_index_of_another_file_is_not_believed(take: Take, tmp_path: Path) -> None:
    files = layer().files()
    files["DLTB.shx"] = shp_file([bytes(8), bytes(8)])[1]
    answer = take(write_zip(tmp_path / "a.zip", files.items()))
    assert answer.rows == [1, 2]
    assert answer.decisions["shape_index"].warning


def test_the_layer_is_chosen_by_name(take: Take, tmp_path: Path) -> None:
    layers = [layer("XZQ", 1), layer("DLTB", 3), layer("YJJBNTBHTB", 2)]
    files = [item for one in layers for item in one.files().items()]
    path = write_zip(tmp_path / "a.zip", files)
    assert len(take(path).rows) == 3
    assert len(take(path, LayerName.PERMANENT_BASIC_FARMLAND).rows) == 2
    assert len(take(path, source_layer="xzq").rows) == 1


def test_a_name_may_stand_within_a_name(take: Take, tmp_path: Path) -> None:
    layers = [layer("500118XZQ2025", 1), layer("500118DLTB2025", 3)]
    files = [item for one in layers for item in one.files().items()]
    assert len(take(write_zip(tmp_path / "a.zip", files)).rows) == 3


def test_layers_that_cannot_be_told_apart_are_listed(take: Take, tmp_path: Path) -> None:
    files = [item for name in ("甲", "乙") for item in layer(name).files().items()]
    path = write_zip(tmp_path / "a.zip", files)
    error = refused(take, path)
    assert isinstance(error, LayerError)
    assert error.choices == ("甲.shp", "乙.shp")
    assert take(path, source_layer="乙.shp").rows == [1, 2]
    assert refused(take, path, source_layer="丙").choices == ("甲.shp", "乙.shp")


@pytest.mark.parametrize("empty", ["DLTB.shp", "DLTB.dbf"])
def test_an_empty_part_is_refused_by_its_name(empty: str, take: Take, tmp_path: Path) -> None:
    error = refused(take, write_zip(tmp_path / "a.zip", (layer().files() | {empty: b""}).items()))
    assert (error.problem_code, error.file) == ("nothing-to-import", empty)
    assert "0 字节" in error.message.zh


def test_a_workbook_is_told_as_one_and_not_by_its_parts(take: Take, tmp_path: Path) -> None:
    parts = [("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<workbook/>")]
    error = refused(take, write_zip(tmp_path / "a.xlsx", parts))
    assert "表格" in error.message.zh
    assert "Content_Types" not in error.message.zh


def test_text_files_of_one_archive_are_told_apart(take: Take, tmp_path: Path) -> None:
    feature = {
        "type": "Feature",
        "properties": {"DLBM": "0101"},
        "geometry": shapely.geometry.mapping(shapely.box(105.93, 29.35, 105.931, 29.351)),
    }
    content = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    path = write_zip(tmp_path / "a.zip", [("甲.geojson", content), ("乙.geojson", content)])
    assert refused(take, path).choices == ("甲.geojson", "乙.geojson")
    assert take(path, source_layer="乙.geojson").rows == [1]


def test_features_line_by_line_are_refused_as_such(take: Take, tmp_path: Path) -> None:
    (tmp_path / "a.geojson").write_text('{"type": "Feature"}\n{"type": "Feature"}\n')
    error = refused(take, tmp_path / "a.geojson")
    assert (error.problem_code, error.file) == ("geojson-lines", "a.geojson")


def test_layers_of_points_do_not_stand_in_the_way(take: Take, tmp_path: Path) -> None:
    frame = geopandas.GeoDataFrame(
        {"DLBM": ["0101"]}, geometry=[shapely.box(105.93, 29.35, 105.931, 29.351)], crs=4490
    )
    path = tmp_path / "a.gpkg"
    frame.to_file(path, layer="some_areas")
    frame.set_geometry(shapely.centroid(frame.geometry)).to_file(path, layer="JZZP")
    assert take(path).rows == [1]


def test_a_layer_of_points_is_refused(take: Take, tmp_path: Path) -> None:
    files = layer().files()
    files["DLTB.shp"], files["DLTB.shx"] = shp_file([struct.pack("<i2d", 1, 0, 0)] * 2, shape=1)
    assert (
        refused(take, write_zip(tmp_path / "a.zip", files.items())).problem_code == "not-polygons"
    )


def test_a_layer_without_rows_is_refused(take: Take, tmp_path: Path) -> None:
    empty = layer(count=1)
    files = empty.files() | {
        "DLTB.dbf": empty.files()["DLTB.dbf"][:4] + bytes(4) + empty.files()["DLTB.dbf"][8:]
    }
    assert refused(take, write_zip(tmp_path / "a.zip", files.items())).problem_code == "layer-empty"


@pytest.mark.parametrize("name", ["../DLTB.shp", "/etc/DLTB.shp", "a/../../b.shp", "C:\\x.shp"])
def test_names_that_lead_out_are_refused(name: str, take: Take, tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", [(name, b"x"), *layer().files().items()])
    assert refused(take, path).problem_code == "archive-unsafe"


def test_symbolic_links_are_refused(take: Take, tmp_path: Path) -> None:
    path = layer().zip(tmp_path / "a.zip")
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("DLTB.cpg")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert refused(take, path).problem_code == "archive-unsafe"


def test_a_password_is_named_as_the_reason(take: Take, tmp_path: Path) -> None:
    path = layer().zip(tmp_path / "a.zip")
    raw = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = raw.find(mark)
        raw[place + at] |= 1
    path.write_bytes(raw)
    assert "密码" in refused(take, path).message.zh


def test_a_bomb_is_refused_while_it_inflates(take: Take, tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", [("DLTB.shp", bytes(80 << 20))])
    assert refused(take, path).problem_code == "compression-bomb"


def test_unpacked_bytes_are_counted_and_not_believed(take: Take, tmp_path: Path) -> None:
    path = layer().zip(tmp_path / "a.zip")
    assert refused(take, path, limits=Limits(unpacked_bytes=500)).problem_code == (
        "unpacked-too-large"
    )


def test_a_nested_bomb_is_refused(take: Take, tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(20):
            archive.writestr(f"{number}.bin", bytes(4 << 20))
    path = write_zip(tmp_path / "a.zip", [("inner.zip", inner.getvalue())])
    assert refused(take, path).problem_code == "compression-bomb"


def million_members() -> bytes:
    """A zip whose central directory lists a million members without being any."""
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", *([0] * 4), *([0] * 4), 0, 0, 0, 1,
                        *([0] * 4), 0, 0) + b"x"  # fmt: skip
    body = entry * 1_000_000
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 16_960, 16_960, len(body), 0, 0)
    return b"PK\3\4" + body + end


def test_a_million_members_are_refused_before_they_are_listed(take: Take, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(million_members())
    error = refused(take, tmp_path / "a.zip")
    assert isinstance(error, LimitError)
    assert error.problem_code == "too-many-members"


def test_members_of_nested_archives_count_together(take: Take, tmp_path: Path) -> None:
    inner = write_zip(tmp_path / "i.zip", [(f"{n}.txt", b"") for n in range(30)]).read_bytes()
    path = write_zip(tmp_path / "a.zip", [(f"{n}.zip", inner) for n in range(4)])
    limits = Limits(members=100)
    assert refused(take, path, limits=limits).problem_code == "too-many-members"


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.99])
def test_a_cut_archive_is_refused(share: float, take: Take, tmp_path: Path) -> None:
    whole = layer(count=50).zip(tmp_path / "a.zip").read_bytes()
    (tmp_path / "b.zip").write_bytes(whole[: max(int(len(whole) * share), 30)])
    assert isinstance(refused(take, tmp_path / "b.zip"), SourceError)


@pytest.mark.parametrize("suffix", ["shp", "dbf"])
def test_a_cut_shapefile_is_refused_by_name(suffix: str, take: Take, tmp_path: Path) -> None:
    files = layer(count=50).files()
    content = files[f"DLTB.{suffix}"]
    files[f"DLTB.{suffix}"] = content[: len(content) * 2 // 3]
    error = refused(take, write_zip(tmp_path / "a.zip", files.items()))
    assert error.problem_code == "file-cut-off"
    assert suffix in error.message.zh


@pytest.mark.parametrize(
    ("at", "value"),
    [(4, b"\xff\xff\xff\x7f"), (8, b"\0\0"), (8, b"\xff\xff"), (10, b"\0\0"), (10, b"\xff\xff"),
     (10, b"\1\0"), (32 + 16, b"\xff"), (32 + 11, b"Q")],
)  # fmt: skip
def test_an_absurd_table_header_is_refused_or_read(
    at: int, value: bytes, take: Take, tmp_path: Path
) -> None:
    files = layer(count=5).files()
    table = bytearray(files["DLTB.dbf"])
    table[at : at + len(value)] = value
    files["DLTB.dbf"] = bytes(table)
    path = write_zip(tmp_path / "a.zip", files.items())
    try:
        assert take(path).rows == [1, 2, 3, 4, 5]
    except SpatialError as error:
        assert error.message.zh


def test_too_many_fields_are_refused(take: Take, tmp_path: Path) -> None:
    row = {f"F{n}": "x" for n in range(200)} | {"DLBM": "0101"}
    path = Layer([row], width=1).zip(tmp_path / "a.zip")
    assert isinstance(refused(take, path, limits=Limits(columns=100)), LimitError)


def test_too_many_rows_are_refused(take: Take, tmp_path: Path) -> None:
    path = layer(count=5).zip(tmp_path / "a.zip")
    assert refused(take, path, limits=Limits(rows=4)).problem_code == "too-many-rows"


def test_deleted_rows_are_passed_over_and_said_so(take: Take, tmp_path: Path) -> None:
    files = layer(count=5).files()
    table = bytearray(files["DLTB.dbf"])
    header, length = struct.unpack_from("<HH", table, 8)
    table[header + 2 * length] = ord("*")
    files["DLTB.dbf"] = bytes(table)
    answer = take(write_zip(tmp_path / "a.zip", files.items()))
    assert answer.rows == [1, 2, 4, 5]
    assert answer.column("plot_no") == ["1", "2", "4", "5"]
    assert answer.decisions["deleted_rows"].value == 1
