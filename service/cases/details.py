"""What the page of one case shows beside the case: its ground, sightings, kin and history."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Row, and_, or_, select
from sqlalchemy.orm import Session

from service.accounts.roles import Principal
from service.cases.filters import seen_by
from service.cases.models import Case, CaseEvent, CaseSighting
from service.cases.queries import geojson_of
from service.findings.models import Finding, Piece
from service.patches.models import Patch


def ground_of(session: Session, case: Case) -> Sequence[Row[Piece, str]]:
    """The pieces that the case's deciding finding is about, each with its GeoJSON."""
    statement = (
        select(Piece, geojson_of(Piece.geom)).where(*pieces_of(session, case)).order_by(Piece.id)
    )
    return session.execute(statement).all()


def pieces_of(session: Session, case: Case) -> list[ColumnElement[bool]]:
    """Which pieces the deciding finding of a case is about.

    The finding may name the village that the ground belonged to before its boundary moved.
    """
    statement = (
        select(Finding.village_code)
        .join(CaseSighting, CaseSighting.finding_id == Finding.id)
        .where(CaseSighting.case_id == case.id, CaseSighting.patch_id == case.patch_id)
    )
    found = session.execute(statement).one_or_none()
    village_code = case.village_code if found is None else found[0]
    return [
        Piece.patch_id == case.patch_id,
        Piece.run_id == case.run_id,
        Piece.village_code.is_not_distinct_from(village_code),
    ]


def sightings_of(session: Session, case: Case) -> Sequence[Row[CaseSighting, Patch, Finding]]:
    """What each patch said of the case's ground, by the dates of their images."""
    statement = (
        select(CaseSighting, Patch, Finding)
        .join(Patch, Patch.id == CaseSighting.patch_id)
        .join(Finding, Finding.id == CaseSighting.finding_id)
        .where(CaseSighting.case_id == case.id)
        .order_by(Finding.after_date.nulls_first(), Patch.patch_no)
    )
    return session.execute(statement).all()


def kin_of(session: Session, principal: Principal, case: Case) -> Sequence[Case]:
    """Cases that came before this one on its ground, came after it, or share a split or merger."""
    links: list[ColumnElement[bool]] = [
        Case.recurrence_of == case.id,
        Case.parent_id == case.id,
        Case.merged_into == case.id,
    ]
    ids = [link for link in (case.recurrence_of, case.parent_id, case.merged_into) if link]
    if ids:
        links.append(Case.id.in_(ids))
    statement = select(Case).where(and_(seen_by(principal), or_(*links))).order_by(Case.id)
    return session.scalars(statement).all()


def history_of(session: Session, case: Case) -> Sequence[CaseEvent]:
    """The entries of a case's history, in order."""
    statement = select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.number)
    return session.scalars(statement).all()


def kinship(case: Case, other: Case) -> str:
    """What another case is to this one."""
    if case.recurrence_of == other.id:
        return "earlier"
    if other.recurrence_of == case.id:
        return "recurrence"
    if case.parent_id == other.id:
        return "split_from"
    if other.parent_id == case.id:
        return "split_part"
    return "merged_into" if case.merged_into == other.id else "merged"
