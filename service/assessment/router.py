"""The year's assessment over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import FileResponse

from service.accounts.permissions import Action, require
from service.assessment.entries import EntryKey, SubjectKind, decide, enter, history_of
from service.assessment.entry_schemas import (
    DecisionAnswer,
    EntryHistory,
    EntryWish,
    KeptEntry,
    VetoWish,
)
from service.assessment.reading import department_assessment, flag_of, village_assessment
from service.assessment.rules import load_assessment_rules
from service.assessment.schemas import AssessmentAnswer
from service.assessment.workbook import write_workbook
from service.dependencies import CurrentPrincipal, ReadingSession, TheRuntime
from service.ledger.responses import workbook_response
from service.text import TEXT

router = APIRouter(tags=["assessment"])

Year = Annotated[int, Query(ge=2000, le=2100, description="The year that is assessed")]
Quarter = Annotated[int | None, Query(ge=1, le=4, description="One quarter of it")]
YearOfPath = Annotated[int, Path(ge=2000, le=2100)]
Code = Annotated[str, Path(max_length=40, pattern=TEXT)]


@router.get("/assessment")
def get_village_assessment(
    runtime: TheRuntime,
    session: ReadingSession,
    principal: CurrentPrincipal,
    year: Year,
    quarter: Quarter = None,
) -> AssessmentAnswer:
    """The cards of the villages that the caller may see, with the reasons of every point."""
    found = village_assessment(session, principal, runtime.settings, year, quarter)
    return AssessmentAnswer.of_assessment(found)


@router.get("/assessment/departments")
def get_department_assessment(
    runtime: TheRuntime,
    session: ReadingSession,
    principal: CurrentPrincipal,
    year: Year,
    quarter: Quarter = None,
) -> AssessmentAnswer:
    """The cards of the departments that the caller may see."""
    found = department_assessment(session, principal, runtime.settings, year, quarter)
    return AssessmentAnswer.of_assessment(found)


@router.get("/assessment.xlsx", response_class=FileResponse)
def get_workbook(
    runtime: TheRuntime,
    session: ReadingSession,
    principal: CurrentPrincipal,
    year: Year,
    quarter: Quarter = None,
) -> FileResponse:
    """The table of villages and the details of every card, to be printed on A3."""
    require(principal, Action.READ_ASSESSMENT)
    settings = runtime.settings
    villages = village_assessment(session, principal, settings, year, quarter)
    departments = department_assessment(session, principal, settings, year, quarter)
    return workbook_response(
        f"考核-{villages.period.code}.xlsx",
        lambda target: write_workbook(target, villages, departments, settings.zone),
    )


@router.put("/assessment/{year}/villages/{code}/entries/{item}")
def put_village_entry(
    runtime: TheRuntime,
    principal: CurrentPrincipal,
    year: YearOfPath,
    code: Code,
    item: Code,
    wish: EntryWish,
) -> KeptEntry:
    """Enter what the product has no records of; the latest entry counts, all are kept."""
    about = EntryKey(
        kind=SubjectKind.VILLAGE, code=code, year=year, quarter=wish.quarter, item=item
    )
    rules = load_assessment_rules()
    with runtime.database.transaction() as session:
        return KeptEntry.of_row(enter(session, principal, rules, about, wish.value, wish.note))


@router.put("/assessment/{year}/departments/{code}/entries/{item}")
def put_department_entry(
    runtime: TheRuntime,
    principal: CurrentPrincipal,
    year: YearOfPath,
    code: Code,
    item: Code,
    wish: EntryWish,
) -> KeptEntry:
    """The same for a department."""
    about = EntryKey(
        kind=SubjectKind.DEPARTMENT, code=code, year=year, quarter=wish.quarter, item=item
    )
    rules = load_assessment_rules()
    with runtime.database.transaction() as session:
        return KeptEntry.of_row(enter(session, principal, rules, about, wish.value, wish.note))


@router.get("/assessment/{year}/villages/{code}/entries")
def get_village_entries(
    session: ReadingSession, principal: CurrentPrincipal, year: YearOfPath, code: Code
) -> EntryHistory:
    """Everything that was entered of a village in a year, taken back or not."""
    require(principal, Action.ENTER_ASSESSMENT)
    rows = history_of(session, SubjectKind.VILLAGE, code, year)
    return EntryHistory(items=[KeptEntry.of_row(row) for row in rows])


@router.put("/assessment/{year}/villages/{code}/vetoes/{flag}")
def put_veto(
    runtime: TheRuntime,
    principal: CurrentPrincipal,
    year: YearOfPath,
    code: Code,
    flag: Code,
    wish: VetoWish,
) -> DecisionAnswer:
    """Confirm or dismiss a flag of 一票否决, with the reason; the leader's to do."""
    require(principal, Action.DECIDE_VETOES)
    with runtime.database.transaction() as session:
        found = flag_of(session, principal, runtime.settings, year, code, flag)
        decision = decide(
            session, principal, year, code, found, confirmed=wish.confirmed, reason=wish.reason
        )
        return DecisionAnswer.of_row(decision)
