"""Every format comes out as the same rows."""

from __future__ import annotations

import zipfile
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely

from spatial.intake import open_upload
from spatial.intake.model import ReadOptions, RowBatch, Source
from spatial.words import LayerName

FORMATS = ("shapefile", "gpkg", "geojson", "kml", "gdb", "parquet", "fgb")


def plots() -> geopandas.GeoDataFrame:
    """Two fictitious plots of 40 m by 50 m in Gauss-Krüger zone 35."""
    return geopandas.GeoDataFrame(
        {
            "TBBH": ["1", "2"],
            "DLBM": ["0101", "0301"],
            "TBMJ": [1999.6, 1999.6],
            "ZLDWDM": ["5001180012020000000", "5001180012030000000"],
            "ZLDWMC": ["三星村", "瓦子铺村"],
        },
        geometry=[
            shapely.box(35590300, 3248400, 35590340, 3248450),
            shapely.box(35590400, 3248400, 35590440, 3248450),
        ],
        crs=4523,
    )


def write(frame: geopandas.GeoDataFrame, kind: str, folder: Path) -> Path:
    """Write a frame in one of the formats and give the path of the file to upload."""
    degrees = frame.to_crs(4490)
    if kind == "shapefile":
        frame.to_file(folder / "DLTB.shp", encoding="GBK")
        (folder / "DLTB.cpg").unlink()
        return zipped(folder / "upload.zip", folder.glob("DLTB.*"), "地类图斑")
    if kind == "gdb":
        frame.to_file(folder / "a.gdb", driver="OpenFileGDB", layer="DLTB")
        return zipped(folder / "upload.zip", (folder / "a.gdb").iterdir(), "库.gdb")
    path = folder / f"upload.{kind}"
    if kind == "parquet":
        frame.to_parquet(path)
    elif kind == "gpkg":
        frame.to_file(path, layer="DLTB")
    else:
        driver = {"geojson": "GeoJSON", "kml": "LIBKML", "fgb": "FlatGeobuf"}[kind]
        # A FlatGeobuf with an index has its rows in another order.
        more = {"SPATIAL_INDEX": "NO"} if kind == "fgb" else {}
        degrees.to_file(path, driver=driver, **more)
    return path


def zipped(path: Path, files: object, folder: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:  # type: ignore[attr-defined]
            archive.write(file, f"{folder}/{file.name}")
    return path


def read(path: Path, workspace: Path) -> RowBatch:
    workspace.mkdir()
    with open_upload(Source(path, workspace), LayerName.PLOTS, ReadOptions()) as upload:
        (batch,) = upload.batches()
    return batch


@pytest.mark.parametrize("kind", FORMATS)
def test_a_format_comes_out_as_rows_in_degrees(kind: str, tmp_path: Path) -> None:
    batch = read(write(plots(), kind, tmp_path), tmp_path / "work")
    assert batch.rows.tolist() == [1, 2]
    assert batch.columns["plot_no"].tolist() == ["1", "2"]
    assert batch.columns["village_code"].tolist() == ["500118001202", "500118001203"]
    assert batch.columns["protection"].tolist() == ["cropland", "none"]
    np.testing.assert_allclose(batch.area_m2, 1999.598, atol=0.01)
    assert '"ZLDWMC":"三星村"' in batch.attributes[0]
    assert shapely.get_type_id(batch.geometry).tolist() == [6, 6]
    assert shapely.bounds(batch.geometry[0])[0] == pytest.approx(105.93, abs=1e-3)
