"""Formats that can reach out or run something: nothing of theirs is followed or run."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import geopandas
import pytest
import shapely

from spatial.errors import SourceError, SpatialError
from spatial.intake import open_upload
from spatial.intake.model import ReadOptions, Source
from spatial.words import LayerName
from tests.spatial.intake.conftest import Take
from tests.spatial.intake.making import write_zip

KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><name>DLTB</name><Placemark>
<ExtendedData><Data name="DLBM"><value>0101</value></Data></ExtendedData>
<Polygon><outerBoundaryIs><LinearRing><coordinates>105.93,29.35 105.931,29.35 105.931,29.351
105.93,29.351 105.93,29.35</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
</Folder>{more}</Document></kml>"""


def frame() -> geopandas.GeoDataFrame:
    shapes = [
        shapely.box(105.93, 29.35, 105.931, 29.351),
        shapely.box(105.94, 29.35, 105.941, 29.351),
    ]
    return geopandas.GeoDataFrame({"DLBM": ["0101", "0103"]}, geometry=shapes, crs=4490)


def geopackage(path: Path) -> sqlite3.Connection:
    frame().to_file(path, layer="DLTB")
    return sqlite3.connect(path)


def refused(take: Take, path: Path) -> SpatialError:
    with pytest.raises(SpatialError) as refusal:
        take(path)
    return refusal.value


def test_triggers_of_a_geopackage_are_not_run(take: Take, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    with geopackage(path) as database:
        database.execute("CREATE TRIGGER t AFTER INSERT ON DLTB BEGIN DELETE FROM DLTB; END")
    before = path.read_bytes()
    assert take(path).rows == [1, 2]
    assert path.read_bytes() == before


def test_views_of_a_geopackage_are_not_read(take: Take, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    with geopackage(path) as database:
        database.execute("ALTER TABLE DLTB RENAME TO hidden")
        database.execute("CREATE VIEW DLTB AS SELECT * FROM hidden")
    assert isinstance(refused(take, path), SpatialError)


def test_a_geopackage_in_write_ahead_mode_leaves_nothing_beside_it(
    take: Take, tmp_path: Path
) -> None:
    folder = tmp_path / "store"
    folder.mkdir()
    database = geopackage(folder / "a.gpkg")
    database.execute("PRAGMA journal_mode = WAL")
    database.close()
    assert take(folder / "a.gpkg").rows == [1, 2]
    assert [path.name for path in folder.iterdir()] == ["a.gpkg"]


def test_what_a_geopackage_has_in_the_log_beside_it_is_read(take: Take, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    frame().to_file(path, layer="DLTB", SPATIAL_INDEX="NO")
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("UPDATE DLTB SET DLBM = '0301' WHERE fid = 2")
    database.commit()
    files = [(f"卫片.gpkg{end}", Path(f"{path}{end}").read_bytes()) for end in ("", "-wal", "-shm")]
    database.close()
    sent = take(write_zip(tmp_path / "a.zip", files))
    assert sent.column("land_class") == ["0101", "0301"]
    alone = take(write_zip(tmp_path / "b.zip", files[:1]))
    assert alone.column("land_class") == ["0101", "0103"]


def test_a_database_that_is_no_geopackage_is_refused(take: Take, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "a.gpkg") as database:
        database.execute("CREATE TABLE DLTB (geom BLOB, DLBM TEXT)")
    assert isinstance(refused(take, tmp_path / "a.gpkg"), SourceError)


def test_a_plain_kml_is_read(take: Take, tmp_path: Path) -> None:
    (tmp_path / "a.kml").write_text(KML.format(more=""))
    assert take(tmp_path / "a.kml").column("land_class") == ["0101"]
    archive = write_zip(tmp_path / "a.kmz", [("doc.kml", KML.format(more="").encode())])
    assert take(archive).rows == [1]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (
            "<NetworkLink><Link><href>http://localhost:9/</href></Link></NetworkLink>",
            "kml-network-link",
        ),
        ("<kml:NetworkLink/>", "kml-network-link"),
        ("<networklinkcontrol/>", "kml-network-link"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_kml_that_reaches_out_is_refused(
    more: str, code: str, encoding: str, take: Take, tmp_path: Path
) -> None:
    (tmp_path / "a.kml").write_bytes(KML.format(more=more).encode(encoding))
    assert refused(take, tmp_path / "a.kml").problem_code == code


def test_entities_of_a_kml_are_refused(take: Take, tmp_path: Path) -> None:
    bomb = '<!DOCTYPE kml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    text = KML.format(more="").replace("<kml", bomb + "<kml", 1)
    (tmp_path / "a.kml").write_text(text)
    assert refused(take, tmp_path / "a.kml").problem_code == "kml-unsafe"


@pytest.mark.parametrize(
    "content",
    [
        {"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read /etc/passwd"},
        {"type": "Topology", "objects": {}, "arcs": []},
        {"type": "FeatureCollection", "features": "none"},
        {"type": "FeatureCollection", "features": [1, None, "x"]},
        {"type": "STACTA"},
        {"links": [{"rel": "data", "href": "http://localhost:9/"}], "collections": []},
        {},
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_json_that_is_no_geojson_is_refused(content: object, take: Take, tmp_path: Path) -> None:
    (tmp_path / "a.geojson").write_text(json.dumps(content))
    assert refused(take, tmp_path / "a.geojson").message.zh


def test_json_nested_without_end_is_refused(take: Take, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"type":"FeatureCollection","features":' + "[" * 200_000)
    assert refused(take, tmp_path / "a.json").message.zh


def test_a_parquet_without_shapes_is_refused(take: Take, tmp_path: Path) -> None:
    frame().drop(columns="geometry").to_parquet(tmp_path / "a.parquet")
    assert "GeoParquet" in refused(take, tmp_path / "a.parquet").message.zh


@pytest.mark.parametrize(
    "content",
    [
        b'{"type":"FeatureCollection","features":[{"type":"Feature","geo',
        b"\xff\xfe{\0\0\0x",
        b'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><NetworkLink/></kml>',
    ],
    ids=["cut off", "no text", "reaches outside"],
)
def test_a_refusal_names_the_file_as_its_sender_does(tmp_path: Path, content: bytes) -> None:
    kept, workspace = tmp_path / "0f3a", tmp_path / "work"
    kept.write_bytes(content)
    workspace.mkdir()
    with pytest.raises(SpatialError) as refusal:
        open_upload(
            Source(kept, workspace), LayerName.PATCHES, ReadOptions(source_name="图斑.geojson")
        )
    assert refusal.value.file == "图斑.geojson"
