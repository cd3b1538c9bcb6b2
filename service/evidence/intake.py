"""Taking in a piece of evidence: looked at, stored by its hash, compared with the ground."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from shapely import MultiPolygon
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service import clock
from service.accounts.roles import Principal
from service.errors import Conflict, InvalidParameter, NotFound, TooLarge
from service.evidence.model import EvidenceKind, Photo, Shot
from service.evidence.models import Evidence
from service.evidence.pictures import UNREADABLE, read_picture
from service.evidence.place import bearing_off, distance_to
from service.files import FileStore
from service.settings import EvidenceSettings, Settings
from spatial.messages import Message

PDF = "application/pdf"
PDF_MAGIC = b"%PDF-"
MEBIBYTE = 1 << 20
FUTURE = timedelta(days=1)
NOTHING_SAID = Shot()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A file as it arrived, with what its sender says of it.

    ``said``: time, place and direction as the phone noted them; what the photo itself says
    goes before. ``sha256``: what the sender computed, to be confirmed.
    """

    path: Path
    filename: str
    kind: EvidenceKind = EvidenceKind.PHOTO
    note: str | None = None
    said: Shot = NOTHING_SAID
    sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Columns of the row to write; the files lie in the store already."""

    columns: dict[str, Any]


def prepare(
    delivery: Delivery, ground: MultiPolygon, files: FileStore, settings: Settings
) -> Prepared:
    """Look at a file and store it with its served copy and thumbnail; needs no database.

    ``ground`` is the case's, EPSG:4490 degrees.

    Raises:
        InvalidParameter: when it is neither picture nor document, or not what was sent.
        TooLarge: when it has too many bytes or pixels.
    """
    with delivery.path.open("rb") as file:
        head = file.read(1024)
    is_document = PDF_MAGIC in head
    _check_bytes(delivery.path.stat().st_size, is_document, settings.evidence)
    if is_document:
        columns = _document(delivery, files)
    else:
        columns = _photo(delivery, ground, files, settings)
    if delivery.sha256 not in (None, columns["sha256"]):
        raise InvalidParameter(
            "sha256",
            Message(
                "收到的文件与发送的不一致，请重新上传。",
                "What arrived is not what was sent; send it again.",
            ),
            code="hash-differs",
            received=columns["sha256"],
        )
    return Prepared(columns=columns | {"filename": delivery.filename, "note": delivery.note})


def store(
    session: Session,
    case_id: int,
    prepared: Prepared,
    actor: Principal,
    settings: EvidenceSettings,
) -> tuple[Evidence, bool]:
    """Write the row, once for a case and hash; whether it is new.

    Raises:
        Conflict: when the case has as many files as it may.
    """
    count = session.scalar(
        select(func.count()).select_from(Evidence).where(Evidence.case_id == case_id)
    )
    known = _find(session, case_id, prepared.columns["sha256"])
    if known is not None:
        return known, False
    if (count or 0) >= settings.files_of_case:
        raise Conflict(
            Message(
                f"每个图斑最多 {settings.files_of_case} 个文件。",
                f"A case has at most {settings.files_of_case} files.",
            ),
            code="too-many-files",
        )
    statement = insert(Evidence).values(
        case_id=case_id,
        uploaded_by=actor.username,
        uploaded_by_id=actor.account_id,
        uploaded_at=clock.now(),
        **prepared.columns,
    )
    statement = statement.on_conflict_do_nothing(index_elements=["case_id", "sha256"])
    made = session.scalar(statement.returning(Evidence))
    if made is not None:
        return made, True
    return _found(session, case_id, prepared.columns["sha256"]), False


def evidence_of(session: Session, case_ids: Sequence[int]) -> Sequence[Evidence]:
    """The evidence of cases, in the order it came."""
    statement = select(Evidence).where(Evidence.case_id.in_(case_ids)).order_by(Evidence.id)
    return session.scalars(statement).all()


def photos_of_cases(session: Session, case_ids: Sequence[int]) -> tuple[Photo, ...]:
    """The photos of cases as conditions look at them."""
    return tuple(
        Photo(kind=row.kind, distance_m=row.distance_m, uploaded_at=row.uploaded_at)
        for row in evidence_of(session, case_ids)
        if row.kind != EvidenceKind.DOCUMENT.value
    )


def _find(session: Session, case_id: int, sha256: str) -> Evidence | None:
    return session.scalar(
        select(Evidence).where(Evidence.case_id == case_id, Evidence.sha256 == sha256)
    )


def _found(session: Session, case_id: int, sha256: str) -> Evidence:
    row = _find(session, case_id, sha256)
    if row is None:
        raise NotFound(Message("没有这个文件。", "There is no such file."))
    return row


def _check_bytes(size: int, is_document: bool, settings: EvidenceSettings) -> None:
    most = settings.document_mb if is_document else settings.photo_mb
    if size > most * MEBIBYTE:
        raise TooLarge(
            Message(f"文件不能超过 {most} MB。", f"A file has at most {most} MB."), limit_mb=most
        )
    if size == 0:
        raise InvalidParameter("file", UNREADABLE, code="empty-file")


def _document(delivery: Delivery, files: FileStore) -> dict[str, Any]:
    stored = files.put_path(delivery.path)
    return {
        "sha256": stored.sha256,
        "size": stored.size,
        "kind": EvidenceKind.DOCUMENT.value,
        "media_type": PDF,
        "served_sha256": stored.sha256,
    }


def _photo(
    delivery: Delivery, ground: MultiPolygon, files: FileStore, settings: Settings
) -> dict[str, Any]:
    picture = read_picture(delivery.path, settings.evidence, settings.zone)
    stored = files.put_path(delivery.path)
    is_document = delivery.kind is EvidenceKind.DOCUMENT
    return {
        "sha256": stored.sha256,
        "size": stored.size,
        "kind": delivery.kind.value,
        "media_type": picture.media_type,
        "width": picture.width,
        "height": picture.height,
        "served_sha256": files.put_bytes(picture.served).sha256,
        "thumbnail_sha256": files.put_bytes(picture.thumbnail).sha256,
        **_when(picture.shot, delivery.said),
        **({} if is_document else _where(picture.shot, delivery.said, ground)),
    }


def _when(shown: Shot, said: Shot) -> dict[str, Any]:
    for shot, source in ((shown, "exif"), (said, "device")):
        if shot.taken_at is not None and _believable(shot.taken_at):
            return {"taken_at": shot.taken_at, "taken_source": source}
    return {}


def _believable(moment: datetime) -> bool:
    return moment.year > 1990 and moment < clock.now() + FUTURE


def _where(shown: Shot, said: Shot, ground: MultiPolygon) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    placed, source = (shown, "exif") if shown.lon is not None else (said, "device")
    if placed.lon is not None and placed.lat is not None:
        columns = {
            "lon": placed.lon,
            "lat": placed.lat,
            "position_source": source,
            "distance_m": round(distance_to(ground, placed.lon, placed.lat), 1),
        }
    azimuth, source = (shown.azimuth, "exif")
    if azimuth is None:
        azimuth, source = said.azimuth, "device"
    if azimuth is not None:
        columns |= {"azimuth": azimuth, "azimuth_source": source}
        if placed.lon is not None and placed.lat is not None:
            off = bearing_off(ground, placed.lon, placed.lat, azimuth)
            columns["bearing_off"] = round(off, 1)
    return columns
