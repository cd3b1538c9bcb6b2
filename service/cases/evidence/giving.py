"""Evidence given to a case: who may, on which ground, and what the history says of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from geoalchemy2.shape import to_shape
from shapely import MultiPolygon
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.permissions import Action, require
from service.accounts.roles import Principal, Role
from service.cases import history
from service.cases.filters import seen_by
from service.cases.life.actors import READ_ONLY
from service.cases.life.desk import lock_case
from service.cases.models import Case
from service.cases.photos import evidence_for
from service.cases.queries import NO_CASE
from service.cases.statuses import TERMINAL, Status
from service.errors import Conflict, NotAllowed, NotFound
from service.evidence.intake import Delivery, prepare, store
from service.evidence.models import Evidence
from service.evidence.uploads import PartialUpload
from service.runtime import Runtime
from spatial.messages import Message


@dataclass(frozen=True, slots=True)
class Served:
    """A file as it is handed out."""

    content: bytes
    media_type: str
    filename: str
    sha256: str


def add_evidence(
    runtime: Runtime, actor: Principal, case_id: int, delivery: Delivery
) -> tuple[Evidence, bool]:
    """Give a file to a case, once however often it is sent; whether it is new.

    Raises:
        NotFound: when there is no such case, or it is not the actor's to see.
        NotAllowed: when the actor adds no evidence.
        Conflict: when the case is void or ended, or has too many files.
        InvalidParameter, TooLarge: when the file cannot be used.
    """
    with runtime.database.reading() as session:
        ground = ground_to_show(session, actor, case_id)
    prepared = prepare(delivery, ground, runtime.files, runtime.settings)
    with runtime.database.transaction() as session:
        case = lock_case(session, actor, case_id)
        check_takes_evidence(case)
        limits = runtime.settings.evidence
        row, is_new = store(session, case.id, prepared, actor, limits)
        if is_new:
            told = {
                "evidence": row.id,
                "kind": row.kind,
                "sha256": row.sha256,
                "distance_m": row.distance_m,
            }
            history.append(session, case, actor=actor, kind="evidence_added", data=told)
        return row, is_new


def ground_to_show(session: Session, actor: Principal, case_id: int) -> MultiPolygon:
    """The ground of a case that the actor may give evidence to, EPSG:4490 degrees.

    Raises:
        NotFound: when there is none, or it is not the actor's to see.
        NotAllowed: when the actor adds no evidence.
        Conflict: when the case is void or ended.
    """
    require(actor, Action.ADD_EVIDENCE)
    case = session.scalar(select(Case).where(Case.id == case_id, seen_by(actor)))
    if case is None:
        raise NotFound(NO_CASE)
    if actor.role is Role.DEPARTMENT and actor.department in READ_ONLY:
        raise NotAllowed(Message("财政办只能查看。", "Finance only reads."), code="not-yours")
    check_takes_evidence(case)
    ground = to_shape(case.geom)
    if not isinstance(ground, MultiPolygon):
        raise NotFound(NO_CASE)
    return ground


def check_takes_evidence(case: Case) -> None:
    """Refuse evidence for what is settled.

    Raises:
        Conflict: when the case is void or has ended.
    """
    if case.voided_at is not None or Status(case.status) in TERMINAL:
        raise Conflict(
            Message("该图斑已办结或作废，不能再补充材料。", "This case has ended or is void."),
            code="ended",
        )


def find_evidence(session: Session, actor: Principal, case_id: int, evidence_id: int) -> Evidence:
    """A file of a case, or of one it was split from.

    Raises:
        NotFound: when there is none, or the case is not the actor's to see.
    """
    case = session.scalar(select(Case).where(Case.id == case_id, seen_by(actor)))
    rows = evidence_for(session, case) if case is not None else ()
    found = next((row for row in rows if row.id == evidence_id), None)
    if found is None:
        raise NotFound(Message("没有这个文件。", "There is no such file."))
    return found


def served(runtime: Runtime, row: Evidence) -> Served:
    """The file without what tells of the device that made it."""
    name = Path(row.filename).stem
    suffix = {"image/jpeg": ".jpg", "image/png": ".png"}.get(row.media_type, ".pdf")
    return Served(
        runtime.files.read(row.served_sha256), row.media_type, name + suffix, row.served_sha256
    )


def thumbnail(runtime: Runtime, row: Evidence) -> Served:
    """A small picture of a photo.

    Raises:
        NotFound: when the file is a document.
    """
    if row.thumbnail_sha256 is None:
        raise NotFound(Message("文件没有缩略图。", "A document has no thumbnail."))
    content = runtime.files.read(row.thumbnail_sha256)
    return Served(content, "image/jpeg", f"{Path(row.filename).stem}.jpg", row.thumbnail_sha256)


def partial_upload(runtime: Runtime, actor: Principal, case_id: int, sha256: str) -> PartialUpload:
    """What has arrived of a file that the actor sends to a case in pieces.

    Raises:
        NotFound, NotAllowed, Conflict: as for :func:`ground_to_show`.
    """
    with runtime.database.reading() as session:
        ground_to_show(session, actor, case_id)
    return PartialUpload(runtime.settings, actor.account_id or 0, case_id, sha256)


def has_file(session: Session, case_id: int, sha256: str) -> bool:
    """Whether the case has a file with this hash already."""
    statement = select(Evidence.id).where(Evidence.case_id == case_id, Evidence.sha256 == sha256)
    return session.scalar(statement) is not None
