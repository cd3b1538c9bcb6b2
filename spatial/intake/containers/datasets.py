"""Datasets among the files of an upload, each with the layers it holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from spatial.errors import SourceError
from spatial.intake.containers.members import Member, Tree
from spatial.intake.containers.sniff import Kind
from spatial.intake.model import Decision
from spatial.intake.tables.shapefile import Companions
from spatial.intake.tables.table import Format
from spatial.messages import Message

_FORMATS = {
    Kind.SQLITE: Format.GEOPACKAGE,
    Kind.FLATGEOBUF: Format.FLATGEOBUF,
    Kind.PARQUET: Format.GEOPARQUET,
    Kind.JSON: Format.GEOJSON,
    Kind.KML: Format.KML,
}
_OFFICE_PART = "[Content_Types].xml"
"""What every workbook and document of Office Open XML holds, which is a zip."""
_WRITE_AHEAD = "-wal"
_GEODATABASE_CATALOG = "a00000001.gdbtable"
_NEEDED = (".shp", ".dbf")
_PARTS = (".shx", ".dbf")


@dataclass(frozen=True, slots=True)
class Dataset:
    """Something that can be opened: a file, a folder of a geodatabase, or a shapefile."""

    format: Format
    path: Path
    name: PurePosixPath
    companions: Companions | None = None
    encoding: Decision | None = field(default=None, compare=False)
    """How the text of the whole file was decided to be encoded, where that came first."""
    write_ahead: Path | None = None
    """The log beside a GeoPackage, which holds what was written last."""


def find_datasets(tree: Tree) -> list[Dataset]:
    """Everything that can be opened. Raises ``SourceError`` that says what is there instead."""
    found = [*_shapefiles(tree), *_geodatabases(tree), *_files(tree)]
    if found:
        return found
    if void := _empty_part(tree):
        raise _nothing(Tree([void]))
    parts = [member for member in tree.members if _is_shp(member) or member.suffix in _PARTS]
    if parts:
        # Of a shapefile that is there in part the .shp itself says most.
        raise _missing_companions(tree, next(filter(_is_shp, parts), parts[0]))
    raise _nothing(tree)


def _empty_part(tree: Tree) -> Member | None:
    """A .shp or .dbf without content, as a disk that was full or a broken copy leaves it."""
    return next((m for m in tree.members if m.kind is Kind.EMPTY and m.suffix in _NEEDED), None)


def _is_shp(member: Member) -> bool:
    """Whether a file is a .shp by its content; a .shx begins with the same bytes."""
    return member.kind is Kind.SHP and member.suffix != ".shx"


def _shapefiles(tree: Tree) -> Iterator[Dataset]:
    for member in tree.members:
        if not _is_shp(member):
            continue
        beside = _companions(tree, member)
        if ".dbf" in beside and beside[".dbf"].stat().st_size:
            files = Companions(
                shp=member.path,
                dbf=beside[".dbf"],
                shx=beside.get(".shx"),
                prj=beside.get(".prj"),
                cpg=beside.get(".cpg"),
            )
            yield Dataset(Format.SHAPEFILE, member.path, member.name, files)


def _companions(tree: Tree, shp: Member) -> dict[str, Path]:
    """Files of the same name, whatever its case, by suffix."""
    stem, folder = shp.stem.casefold(), shp.name.parent
    return {
        member.suffix: member.path
        for member in tree.members
        if member.name.parent == folder and member.stem.casefold() == stem and member is not shp
    }


def _geodatabases(tree: Tree) -> Iterator[Dataset]:
    for member in tree.members:
        if member.name.name.lower() == _GEODATABASE_CATALOG:
            folder = member.path.parent
            if folder.suffix != ".gdb":
                folder = folder.rename(folder.with_suffix(".gdb"))
            name = member.name.parent
            yield Dataset(Format.FILE_GEODATABASE, folder, name if name.name else member.name)


def _files(tree: Tree) -> Iterator[Dataset]:
    logs = {m.name: m.path for m in tree.members if m.suffix.endswith(_WRITE_AHEAD)}
    for member in tree.members:
        if member.kind in _FORMATS and not member.name.name.lower().endswith(".shp.xml"):
            log = logs.get(member.name.with_name(member.name.name + _WRITE_AHEAD))
            yield Dataset(_FORMATS[member.kind], member.path, member.name, write_ahead=log)


def _missing_companions(tree: Tree, part: Member) -> SourceError:
    there = {*_companions(tree, part), ".shp" if _is_shp(part) else part.suffix}
    missing = [f"{part.stem}{suffix}" for suffix in _NEEDED if suffix not in there]
    wanted = [f"{part.stem}{suffix}" for suffix in (".shx", ".prj") if suffix not in there]
    return SourceError(
        Message(
            "“{file}”缺少同名文件：{missing}（另请附上 {wanted}）。shapefile 由多个同名文件组成，"
            "请把它们一起压缩成 zip 上传。",
            "“{file}” lacks its companions: {missing} (and, if you have them, {wanted}). A "
            "shapefile is several files of one name; pack them into one zip and upload that.",
        ).format(file=part.name, missing="、".join(missing), wanted="、".join(wanted) or "–"),
        code="companions-missing",
        file=str(part.name),
        choices=(*missing, *wanted),
    )


_WHAT = {
    Kind.LFS_POINTER: (
        "“{file}”是 Git LFS 指针，不是数据本身，请先用 git lfs pull 取回真实文件。",
        "“{file}” is a Git LFS pointer, not the data; fetch the file with git lfs pull.",
    ),
    Kind.HTML: (
        "“{file}”其实是一个网页（可能是下载时的登录页或报错页），请重新下载。",
        "“{file}” is a web page (perhaps a login or error page of the download); fetch it again.",
    ),
    Kind.IMAGE: (
        "“{file}”是影像或图片，不是矢量图层。",
        "“{file}” is an image, not a vector layer.",
    ),
    Kind.VRT: (
        "“{file}”是 GDAL 虚拟数据集，只引用别处的数据，不能导入。请导出为真实的图层。",
        "“{file}” is a GDAL virtual dataset, which only refers to data elsewhere. Export it.",
    ),
    Kind.ARCHIVE: (
        "“{file}”是 zip 以外的压缩包，请解开后用普通 zip 重新压缩。",
        "“{file}” is an archive other than zip; unpack it and pack it again as a plain zip.",
    ),
    Kind.OFFICE: (
        "“{file}”是表格或文档，不含图形。表格中如有坐标，请先在 GIS 软件中生成面图层再上传。",
        "“{file}” is a table or document and holds no shapes. If it lists coordinates, make a "
        "polygon layer of them in a GIS and upload that.",
    ),
    Kind.DRAWING: (
        "“{file}”是 CAD 或 MapGIS 图形，没有可靠的属性和坐标系。请在 GIS 软件中转为 shapefile "
        "面图层，再压缩成 zip 上传。",
        "“{file}” is a CAD or MapGIS drawing, without dependable attributes and CRS. Export it as "
        "a polygon shapefile and upload that as a zip.",
    ),
    Kind.TEXT: (
        "“{file}”是文本或 CSV 表格，不是图层。请先在 GIS 软件中导出为面图层再上传。",
        "“{file}” is plain text or a CSV table, not a layer. Export a polygon layer from a GIS and "
        "upload that.",
    ),
    Kind.EMPTY: (
        "“{file}”是空文件（0 字节），请重新导出或复制后上传。",
        "“{file}” is empty (0 bytes); export or copy it again and upload.",
    ),
}
_FOREIGN = frozenset(
    {".tab", ".mif", ".gml", ".e00", ".mdb", ".accdb", ".udb", ".udd", ".udbx", ".smwu", ".sxwu"}
    | {".hdb", ".hdf", ".mpj", ".mapx", ".wl", ".wt", ".las", ".lyr", ".lyrx", ".mxd", ".aprx"}
    | {".qgz", ".qgs"}
)
"""Endings of GIS files, projects and databases that hold no layer for us, or not one we read."""
_FOREIGN_FORMAT = (
    "“{file}”是其他 GIS 软件的数据源或工程文件，本系统不读取。请在原软件中把面图层导出为 "
    "shapefile（压缩成 zip）或 GeoPackage 后上传。",
    "“{file}” is a data source or project of another GIS, which is not read here. Export the "
    "polygon layer there as a shapefile (zipped) or GeoPackage and upload that.",
)
_SUPPORTED = (
    "可导入：zip 压缩的 shapefile、GeoPackage、GeoJSON、KML/KMZ、zip 压缩的 FileGDB、"
    "GeoParquet、FlatGeobuf。",
    " Importable are zipped shapefile, GeoPackage, GeoJSON, KML/KMZ, zipped FileGDB, GeoParquet "
    "and FlatGeobuf.",
)
_NO_LAYER = ("“{file}”里没有可导入的图层。", "There is no layer in “{file}” that can be imported.")


def _nothing(tree: Tree) -> SourceError:
    office = next((m.name.parent for m in tree.members if m.name.name == _OFFICE_PART), None)
    if office is not None:
        return _unreadable(_WHAT[Kind.OFFICE], office.name or "Excel/Word", tree)
    # A text beside something else is mostly a word to the receiver.
    told = _WHAT.keys() - {Kind.TEXT}
    shown = next((m for m in tree.members if m.kind in told), None)
    foreign = next((m for m in tree.members if m.suffix in _FOREIGN), None)
    if shown is None and foreign is not None:
        return _unreadable(_FOREIGN_FORMAT, str(foreign.name), tree)
    shown = shown or (tree.members[0] if tree.members else None)
    words = _WHAT.get(shown.kind, _NO_LAYER) if shown else _NO_LAYER
    return _unreadable(words, str(shown.name) if shown else "zip", tree)


def _unreadable(words: tuple[str, str], file: str, tree: Tree) -> SourceError:
    zh, en = words
    return SourceError(
        Message(zh + _SUPPORTED[0], en + _SUPPORTED[1]).format(file=file[:200]),
        code="nothing-to-import",
        file=file[:200],
        choices=tuple(str(member.name) for member in tree.members[:20]),
    )
