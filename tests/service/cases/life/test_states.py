"""The table of moves: whole, drawn, and the same for every role in every state."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import func, select

from service.accounts.roles import Principal, Role
from service.cases.life.actors import Actor
from service.cases.life.desk import Desk
from service.cases.life.diagram import DOCUMENT, draw
from service.cases.life.forms import BadForm, FieldType
from service.cases.life.guards import GUARDS
from service.cases.life.pick_lists import pick_list
from service.cases.life.states import ESCALATABLE, MOVES, Move, moves_from
from service.cases.life.transitions import Wish, make_move, options_of
from service.cases.models import CaseEvent
from service.cases.statuses import TERMINAL, Status
from service.errors import Conflict, NotAllowed, NotFound
from service.runtime import Runtime
from spatial.words import Department
from tests.service.cases.life.making import OTHER_VILLAGE, VILLAGE, make_case

LEAD = Department.PLANNING_AND_ENVIRONMENT
SUPPORTING = Department.LAW_ENFORCEMENT


def everybody() -> list[Principal]:
    """A principal for every role, every department, and for another village."""
    roles = (Role.ADMIN, Role.LEADER, Role.OFFICE, Role.ANALYST)
    people = [Principal(number, role.value, role) for number, role in enumerate(roles, 1)]
    for village, role in itertools.product((VILLAGE, OTHER_VILLAGE), (Role.VILLAGE, Role.GRID)):
        people.append(Principal(len(people) + 1, role.value, role, frozenset({village})))
    for department in Department:
        name = department.value
        people.append(Principal(len(people) + 1, name, Role.DEPARTMENT, department=department))
    return people


# Who may do what, written down a second time, by hand and the other way round: by person.
OFFICE = {
    "sample", "dispatch", "return", "conclude", "amend_conclusion", "close", "plan", "transfer",
    "enforce", "accept", "reject", "reopen", "check_again", "review_again", "de_escalate",
}  # fmt: skip
LEADER = OFFICE | {"escalate"}
VILLAGE_PEOPLE = {"start_check", "supplement"}
SECRETARY = VILLAGE_PEOPLE | {"submit", "report_rectified"}
LEAD_DEPARTMENT = {"return", "conclude", "close"}
COPIED = (Department.FINANCE, Department.NATURAL_RESOURCES_STATION, Department.TASK_FORCE_OFFICE)


def expected(person: Principal, move: str) -> bool | None:
    """Whether a person may make a move; None when they may not even see the case."""
    match person.role:
        case Role.ADMIN:
            return True
        case Role.LEADER:
            return move in LEADER
        case Role.OFFICE:
            return move in OFFICE
        case Role.ANALYST:
            return False
        case Role.VILLAGE:
            return move in SECRETARY if VILLAGE in person.villages else None
        case Role.GRID:
            return move in VILLAGE_PEOPLE if VILLAGE in person.villages else None
    inspects = move in ("accept", "reject") and person.department is LEAD
    if person.department is LEAD:
        return move in LEAD_DEPARTMENT or inspects
    if person.department is SUPPORTING:
        return move in ("return", "report_enforced")
    return False if person.department in COPIED else None


PLACES = [(status, None) for status in Status if status is not Status.ESCALATED] + [
    (Status.ESCALATED, origin) for origin in ESCALATABLE
]
"""Every state; an escalated case in every state that it can have come from."""


@pytest.mark.parametrize(("status", "origin"), PLACES)
def test_every_role_in_every_state_may_exactly_what_is_written_down(
    shared_runtime: Runtime, status: Status, origin: Status | None
) -> None:
    ways = {move.target: move for move in moves_from(status, origin)}
    with shared_runtime.database.reading() as session:
        facts = {"escalation": {"from": origin.value}} if origin else {}
        case = make_case(session, status, department=LEAD.value, conclusion="non_farm", facts=facts,
                         supporting_departments=[SUPPORTING.value])  # fmt: skip
        for person, target in itertools.product(everybody(), Status):
            desk = Desk(session=session, settings=shared_runtime.settings, actor=person)
            move = ways.get(target)
            with pytest.raises((NotAllowed, NotFound, Conflict, BadForm)) as refused:
                make_move(desk, case.id, Wish(to=target.value, fields={"no such field": 1}))
            assert refused.type is answer_to(person, move), (person.username, target)
            offered = not isinstance(refused.value, NotFound) and move in options_of(case, person)
            # What was concluded to be a violation is not closed as none.
            suits = move is not None and move.name != "close"
            assert offered == (suits and bool(expected(person, move.name)))


def answer_to(person: Principal, move: Move | None) -> type[Exception]:
    """How an attempt with a field that no form has is refused; BadForm means: may, but not so."""
    if person.role is Role.ANALYST:
        return NotAllowed
    if expected(person, "sample") is None:
        return NotFound
    if move is None:
        return Conflict
    return BadForm if expected(person, move.name) else NotAllowed


def test_the_number_of_checks_is_what_it_is_said_to_be() -> None:
    assert (len(everybody()), len(PLACES), len(Status)) == (15, 26, 16)


def test_every_move_has_its_place_once() -> None:
    ways = [(move.source, move.target) for move in MOVES]
    assert len(ways) == len(set(ways))
    for status in Status:
        reached = status is Status.SCREENED or any(move.target is status for move in MOVES)
        assert reached or status is Status.SPLIT, status


def test_nothing_leads_out_of_an_end_save_reopening() -> None:
    out = {move.name for move in MOVES if move.source in TERMINAL}
    assert out == {"reopen"}


def test_every_guard_and_pick_list_exists_and_is_used() -> None:
    assert {guard for move in MOVES for guard in move.guards} == set(GUARDS)
    for move in MOVES:
        for field in move.form:
            assert (field.type is FieldType.CHOICE) == (field.choices is not None)
            assert not field.choices or pick_list(field.choices).labels


APPROVED = (
    "批供手续齐全, 有实地照片, 只有农转用, 只有供地, 设施农符合用途, 临时用地符合用途, "
    "其他权证合法, 大棚及种植设施, 203范围内, 宅基地, 推填土, 非卫片关心变化, "
    "伪图斑提取错误, 有瑕疵, 采矿用地, 大面积工程建设"
)
RETURNED = (
    "需补充农转用批地手续, 需补充供地手续, 需补充实地照片, 需补充内部照片, 需提供套合图, "
    "举证材料非属于本图斑, 材料中的位置、面积或图斑号不符, 应判定为违法, 设施农不得占耕, "
    "临时用地禁止永久建筑, 有弄虚作假嫌疑, 明显已动工非推土"
)


@pytest.mark.parametrize(
    ("name", "words"), [("approval_reasons", APPROVED), ("return_reasons", RETURNED)]
)
def test_the_office_finds_its_reasons_to_the_letter(name: str, words: str) -> None:
    assert ", ".join(label.zh for label in pick_list(name).labels.values()) == words


def test_the_committed_diagram_is_what_the_table_draws() -> None:
    assert DOCUMENT.read_text("utf-8") == draw()


def test_only_the_system_and_the_leader_escalate() -> None:
    escalating = {actor for move in MOVES if move.name == "escalate" for actor in move.actors}
    assert escalating == {Actor.SYSTEM, Actor.LEADER}


def test_a_refused_move_writes_nothing(shared_runtime: Runtime) -> None:
    with shared_runtime.database.reading() as session:
        case = make_case(session, Status.EVIDENCE)
        person = Principal(1, "village", Role.VILLAGE, frozenset({VILLAGE}))
        desk = Desk(session=session, settings=shared_runtime.settings, actor=person)
        with pytest.raises(Conflict):
            make_move(desk, case.id, Wish(to="office_review", fields={"opinion": "other"}))
        assert not session.dirty
        session.refresh(case)
        assert (case.status, case.version) == ("evidence", 1)
        own = select(func.count()).where(CaseEvent.case_id == case.id)
        assert session.scalar(own) == 1
