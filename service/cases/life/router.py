"""A case's life over HTTP: its moves, dispatching, pausing, splitting, voiding."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import APIRouter, Response

from service.accounts.permissions import Action, require
from service.cases import schemas as case_schemas
from service.cases.answers import case_json
from service.cases.life import form_schemas, schemas
from service.cases.life.desk import Desk
from service.cases.life.dispatching import dispatch_cases
from service.cases.life.measures import (
    add_note,
    pause_case,
    record_self_report,
    resume_case,
    revive_case,
    void_case,
)
from service.cases.life.offering import fields_by_name, measures_of
from service.cases.life.splitting import split_case
from service.cases.life.transitions import Wish, make_move, options_of
from service.cases.queries import find_case
from service.dependencies import CurrentPrincipal, ReadingSession, TheRuntime
from service.paging import RowId
from service.runtime import Runtime

router = APIRouter(tags=["cases"])


@router.get("/case-forms")
def get_case_forms(principal: CurrentPrincipal) -> form_schemas.FormWords:
    """What the fields and values are called that a case's history mentions."""
    require(principal, Action.READ_CASES)
    words = [form_schemas.FieldWords.of(fields) for fields in fields_by_name().values()]
    return form_schemas.FormWords(items=words)


@router.get("/cases/{case_id}/transitions")
def get_transitions(
    session: ReadingSession, principal: CurrentPrincipal, case_id: RowId
) -> form_schemas.TransitionList:
    """What the caller may do with the case now, with the fields to fill in."""
    require(principal, Action.READ_CASES)
    case = find_case(session, principal, case_id).case
    moves = [form_schemas.TransitionAnswer.of(move) for move in options_of(case, principal)]
    measures = [form_schemas.MeasureAnswer.of(measure) for measure in measures_of(case, principal)]
    return form_schemas.TransitionList(items=moves, measures=measures, version=case.version)


@router.post("/cases/{case_id}/transitions", response_model=case_schemas.CaseAnswer)
def post_transition(
    runtime: TheRuntime, principal: CurrentPrincipal, case_id: RowId, wanted: schemas.Transition
) -> Response:
    """Make a move; answers the case as it is then.

    409 with the allowed moves when none leads there, a condition is not met, or somebody else
    was first; 403 when it is others' to make.
    """
    wish = Wish(to=wanted.to, note=wanted.note, fields=wanted.fields, version=wanted.version)
    with runtime.database.transaction() as session:
        make_move(_desk(session, runtime, principal), case_id, wish)
    return _case(runtime, principal, case_id)


@router.post("/cases/dispatch")
def post_dispatch(
    runtime: TheRuntime, principal: CurrentPrincipal, wanted: schemas.Dispatch
) -> schemas.DispatchAnswer:
    """Dispatch several cases to their villages; those that cannot be are named with the reason."""
    fields = {
        "due_on": wanted.due_on.isoformat() if wanted.due_on else None,
        "responsible": wanted.responsible,
    }
    with runtime.database.transaction() as session:
        desk = _desk(session, runtime, principal)
        done = dispatch_cases(desk, wanted.case_ids, fields, wanted.note)
    refused = [
        schemas.Refusal(
            id=case_id,
            code=error.problem_code,
            detail=error.message.zh,
            detail_en=error.message.en,
        )
        for case_id, error in done.refused.items()
    ]
    return schemas.DispatchAnswer(dispatched=done.dispatched, refused=refused)


@router.post("/cases/{case_id}/pause", response_model=case_schemas.CaseAnswer)
def post_pause(
    runtime: TheRuntime, principal: CurrentPrincipal, case_id: RowId, wanted: schemas.Reason
) -> Response:
    """Stop the case's clock, with a reason of the list."""
    with runtime.database.transaction() as session:
        desk = _desk(session, runtime, principal)
        pause_case(desk, case_id, wanted.reason, wanted.note, wanted.version)
    return _case(runtime, principal, case_id)


@router.post("/cases/{case_id}/resume", response_model=case_schemas.CaseAnswer)
def post_resume(
    runtime: TheRuntime, principal: CurrentPrincipal, case_id: RowId, wanted: schemas.Resumption
) -> Response:
    """Let the case's clock go on; what was left of its time is left again."""
    with runtime.database.transaction() as session:
        desk = _desk(session, runtime, principal)
        resume_case(desk, case_id, wanted.note, wanted.version)
    return _case(runtime, principal, case_id)


@router.post("/cases/{case_id}/void", response_model=case_schemas.CaseAnswer)
def post_void(
    runtime: TheRuntime, principal: CurrentPrincipal, case_id: RowId, wanted: schemas.Reason
) -> Response:
    """Declare a case void, with a reason of the list; it stays readable with its history."""
    with runtime.database.transaction() as session:
        desk = _desk(session, runtime, principal)
        void_case(desk, case_id, wanted.reason, wanted.note, wanted.version)
    return _case(runtime, principal, case_id)


@router.post("/cases/{case_id}/revive", response_model=case_schemas.CaseAnswer)
def post_revive(
    runtime: TheRuntime, principal: CurrentPrincipal, case_id: RowId, wanted: schemas.Resumption
) -> Response:
    """Take back that a person declared the case void, with a note saying why."""
    with runtime.database.transaction() as session:
        revive_case(_desk(session, runtime, principal), case_id, wanted.note, wanted.version)
    return _case(runtime, principal, case_id)


@router.post("/cases/{case_id}/self-report", response_model=case_schemas.CaseAnswer)
def post_self_report(
    runtime: TheRuntime, principal: CurrentPrincipal, case_id: RowId, wanted: schemas.SelfReport
) -> Response:
    """Note that the village had reported it before the image did; it weighs less then."""
    with runtime.database.transaction() as session:
        desk = _desk(session, runtime, principal)
        record_self_report(desk, case_id, wanted.reported_on, wanted.note, wanted.version)
    return _case(runtime, principal, case_id)


@router.post("/cases/{case_id}/notes", response_model=case_schemas.CaseAnswer)
def post_note(
    runtime: TheRuntime, principal: CurrentPrincipal, case_id: RowId, wanted: schemas.Note
) -> Response:
    """Add a note to the case's history."""
    with runtime.database.transaction() as session:
        add_note(_desk(session, runtime, principal), case_id, wanted.note)
    return _case(runtime, principal, case_id)


@router.post("/cases/{case_id}/split")
def post_split(
    runtime: TheRuntime, principal: CurrentPrincipal, case_id: RowId, wanted: schemas.Split
) -> schemas.SplitAnswer:
    """Split a case into parts that are judged apart; their areas add up to the whole."""
    geometries: list[dict[str, Any]] = [part.geometry for part in wanted.parts]
    with runtime.database.transaction() as session:
        desk = _desk(session, runtime, principal)
        parts = split_case(desk, case_id, geometries, wanted.note, wanted.version)
        return schemas.SplitAnswer(
            parent=case_id,
            parts=[part.id for part in parts],
            codes=[part.code for part in parts],
        )


def _desk(session: ReadingSession, runtime: Runtime, principal: CurrentPrincipal) -> Desk:
    return Desk(session=session, settings=runtime.settings, actor=principal)


def _case(runtime: Runtime, principal: CurrentPrincipal, case_id: int) -> Response:
    with runtime.database.reading() as session:
        answer = case_json(find_case(session, principal, case_id))
    return Response(orjson.dumps(answer), media_type="application/json")
