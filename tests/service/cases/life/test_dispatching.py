"""Many cases dispatched in one request: as single moves do it, in a few statements."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import event, select

from service import clock
from service.accounts.roles import Principal, Role
from service.alerts.models import Notice
from service.cases import history
from service.cases.life.desk import Desk
from service.cases.life.dispatching import Dispatched, dispatch_cases
from service.cases.models import CaseEvent
from service.cases.statuses import Status
from tests.service.cases.life.making import Township, at

WANTED = {"due_on": "2026-12-04", "responsible": "社长"}


def test_many_leave_what_single_moves_leave(township: Township) -> None:
    with clock.moved(at("2026-11-23T10:00") - clock.now()):
        together = [township.case(), township.case(due_at=clock.now(), paused_at=clock.now())]
        alone = [township.case(), township.case(due_at=clock.now(), paused_at=clock.now())]
        body = {"case_ids": together, "note": "请核查", **WANTED}
        assert township.post("/api/cases/dispatch", body).json()["refused"] == []
        for case_id in alone:
            answer = township.move(case_id, "village_check", "office", "请核查", **WANTED)
            assert answer.status_code == 200
    for one, other in zip(together, alone, strict=True):
        assert left_by(township, one) == left_by(township, other)
    with township.runtime.database.reading() as session:
        assert history.verify(session) == []


def test_two_who_dispatch_the_same_cases_at_once_share_them_out(township: Township) -> None:
    case_ids = [township.case() for _ in range(30)]

    def dispatch(person: int) -> Dispatched:
        return dispatched(township, case_ids[:: 1 if person == 1 else -1], person)

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(dispatch, (1, 2))
    assert sorted(one.dispatched + other.dispatched) == case_ids
    assert {error.problem_code for error in (one.refused | other.refused).values()} == {
        "not-from-here"
    }
    with township.runtime.database.reading() as session:
        assert history.verify(session) == []


def test_a_thousand_cost_as_many_statements_as_two(township: Township) -> None:
    few, many = ([township.case() for _ in range(number)] for number in (2, 40))
    assert statements_for(township, few) == statements_for(township, many)


def test_cases_that_cannot_be_dispatched_are_left_as_they_are(township: Township) -> None:
    ready, begun = township.case(), township.case(Status.EVIDENCE)
    before = left_by(township, begun)
    done = dispatched(township, [begun, ready])
    assert (done.dispatched, list(done.refused)) == ([ready], [begun])
    assert left_by(township, begun) == before


def dispatched(township: Township, case_ids: Sequence[int], person: int = 1) -> Dispatched:
    actor = Principal(person, f"office-{person}", Role.OFFICE)
    with township.runtime.database.transaction() as session:
        desk = Desk(session=session, settings=township.runtime.settings, actor=actor)
        return dispatch_cases(desk, case_ids, {}, None)


def statements_for(township: Township, case_ids: Sequence[int]) -> int:
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        said.append(statement)

    engine = township.runtime.database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert dispatched(township, case_ids).dispatched == case_ids
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(said)


def left_by(township: Township, case_id: int) -> list[Any]:
    """All that a case, its history and its notices say, but for when and which case it is."""
    case = township.state(case_id)
    with township.runtime.database.reading() as session:
        events = session.scalars(
            select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.number)
        ).all()
        notices = session.scalars(select(Notice).where(Notice.case_id == case_id)).all()
    said = [
        (one.number, one.actor, one.kind, one.from_status, one.to_status, one.note, one.data)
        for one in events
    ]
    told = [
        (
            one.key.replace(f":{case_id}:", ":CASE:"),
            one.kind,
            one.village_code,
            one.severity,
            one.payload | {"code": None},
        )
        for one in notices
    ]
    facts = {name: _undated(value) for name, value in case.facts.items()}
    return [case.status, case.due_at, case.paused_at, case.version, facts, said, told]


def _undated(value: Any) -> Any:
    return value | {"at": None} if isinstance(value, dict) else value
