"""What the import addresses take and answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, StringConstraints

from service.bodies import RequestBody
from service.errors import InvalidParameter
from service.imports.models import ImportRow
from service.imports.queries import ImportRecord
from service.imports.statuses import ImportStatus
from service.imports.submitting import ImportOptions
from service.text import TEXT
from spatial.messages import Message
from spatial.words import LayerName

STATUS_LABELS = {
    ImportStatus.QUEUED: "排队中",
    ImportStatus.RUNNING: "处理中",
    ImportStatus.PUBLISHED: "已发布",
    ImportStatus.REJECTED: "未通过",
    ImportStatus.FAILED: "失败",
}


NO_ENCODING = Message(
    "没有这种文字编码，请用 gbk、gb18030 或 utf-8。",
    "There is no such encoding; use gbk, gb18030 or utf-8.",
)


def _none_when_empty(value: object) -> object:
    # Browsers send an empty field for what was left blank.
    return None if isinstance(value, str) and not value.strip() else value


def _known_encoding(value: str | None) -> str | None:
    if value is not None:
        try:
            "".encode(value)
        except (LookupError, ValueError) as error:
            raise InvalidParameter("encoding", NO_ENCODING) from error
    return value


Blank = BeforeValidator(_none_when_empty)
# Constraints belong to the text: on the whole they would be asked of an empty field's None, too.
ShortText = Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)]
# What it means is for whoever reads the file to say: a code, with the parameters of an older datum
# or without, the text of a .prj, PROJ's parameters.
CrsText = Annotated[str, StringConstraints(max_length=4000, pattern=TEXT, strip_whitespace=True)]
ProfileText = Annotated[str, StringConstraints(max_length=65536)]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
NoteText = Annotated[str, StringConstraints(max_length=2000)]


class ReadingForm(RequestBody):
    """How to read an upload, as form fields."""

    layer: LayerName
    crs: Annotated[CrsText | None, Blank] = None
    encoding: Annotated[str | None, Blank, AfterValidator(_known_encoding)] = None
    profile: Annotated[ProfileText | None, Blank] = None
    source_layer: Annotated[ShortText | None, Blank] = None
    upload: Annotated[Digest | None, Blank] = None
    """SHA-256 of a file sent before (for a preview), instead of the file itself."""
    filename: Annotated[ShortText | None, Blank] = None
    """Name of the file named by ``upload``."""

    def options(self) -> ImportOptions:
        """The same for behaviour."""
        return ImportOptions(
            crs=self.crs,
            encoding=self.encoding,
            profile=self.profile,
            source_layer=self.source_layer,
        )


class ImportForm(ReadingForm):
    """An upload to publish, as form fields beside the file."""

    effective_on: Annotated[date | None, Blank] = None
    note: Annotated[NoteText | None, Blank] = None

    def options(self) -> ImportOptions:
        """The same for behaviour."""
        return ImportOptions(
            crs=self.crs,
            encoding=self.encoding,
            profile=self.profile,
            source_layer=self.source_layer,
            effective_on=self.effective_on,
            note=self.note,
        )


class SubmissionAnswer(BaseModel):
    """Where to follow an import; ``duplicate_of`` when these bytes were imported before."""

    id: int
    status_url: str
    duplicate_of: int | None = None


class PreviewAnswer(BaseModel):
    """What reading would decide; send ``upload`` back instead of the file to import it."""

    upload: str
    filename: str
    size: int
    layer: LayerName
    row_count: int
    decisions: list[dict[str, Any]]
    source_fields: list[str]
    mapping: dict[str, str]
    sample: list[dict[str, Any]]


class RowProblem(BaseModel):
    """Why a row was rejected or repaired, and a point (EPSG:4490 degrees) to look at."""

    row: int
    status: str
    code: str
    detail: str
    detail_en: str
    field: str | None
    lon: float | None
    lat: float | None

    @classmethod
    def of(cls, note: ImportRow) -> Self:
        """As kept."""
        return cls.model_validate(note, from_attributes=True)


class ImportCounts(BaseModel):
    """Input rows by how they ended, and what became of the patches among them."""

    read: int = 0
    accepted: int = 0
    repaired: int = 0
    rejected: int = 0
    unchanged: int = 0
    updated: int = 0
    cases_raised: int = 0
    cases_joined: int = 0
    slivers: int = 0
    not_farmland: int = 0
    outside_villages: int = 0


class ImportSummary(BaseModel):
    """An import without its rows."""

    id: int
    layer: LayerName
    layer_label: str
    filename: str
    size: int
    sha256: str
    source: str
    status: ImportStatus
    status_label: str
    stage: str
    progress: float
    counts: ImportCounts
    version: int | None
    """The version of the base layer that it published."""
    effective_on: date | None
    note: str | None
    created_by: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    problem: dict[str, Any] | None
    """Why nothing was published."""

    @classmethod
    def of(cls, record: ImportRecord, **more: Any) -> Self:
        """As kept."""
        job = record.job
        status = ImportStatus(job.status)
        layer = LayerName(job.layer)
        named = {name: getattr(job, name) for name in COPIED}
        return cls(
            **named,
            layer=layer,
            layer_label=layer.label.zh,
            status=status,
            status_label=STATUS_LABELS[status],
            version=record.version,
            created_by=record.sender,
            **more,
        )


COPIED = (
    "id",
    "filename",
    "size",
    "sha256",
    "source",
    "stage",
    "progress",
    "counts",
    "effective_on",
    "note",
    "created_at",
    "started_at",
    "finished_at",
    "problem",
)


class ImportDetail(ImportSummary):
    """An import with what was decided, found and refused."""

    decisions: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    problems: list[RowProblem]
    receipt_url: str

    @classmethod
    def detailed(cls, record: ImportRecord, problems: Sequence[ImportRow], receipt: str) -> Self:
        """As kept, with the first problem rows."""
        return cls.of(
            record,
            decisions=record.job.decisions,
            findings=record.job.findings,
            problems=[RowProblem.of(note) for note in problems],
            receipt_url=receipt,
        )


class ImportPage(BaseModel):
    """Imports, newest first."""

    items: list[ImportSummary]
    next: str | None
