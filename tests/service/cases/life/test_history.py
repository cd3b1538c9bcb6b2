"""Histories are append-only, and show it when somebody gets past that."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError

from service.accounts.roles import SYSTEM
from service.cases import history
from service.cases.history import BEFORE_THE_FIRST, Entry
from service.cases.models import Case, CaseEvent
from service.runtime import Runtime
from tests.service.cases.life.making import allow_rewriting, make_case


def case_with_three_entries(runtime: Runtime) -> int:
    with runtime.database.transaction() as session:
        case = make_case(session)
        data = {"面积": 1234.5, "whole": 3.0, "huge": 1e22, "tiny": 1e-7, "nested": [{"ok": None}]}
        history.append(session, case, actor=SYSTEM, kind="noted", note="第一条", data=data)
        history.append(session, case, actor=SYSTEM, kind="noted", note="second")
        return case.id


def test_every_entry_names_the_hash_of_the_one_before(runtime: Runtime) -> None:
    case_id = case_with_three_entries(runtime)
    with runtime.database.reading() as session:
        events = session.scalars(select(CaseEvent).order_by(CaseEvent.number)).all()
        assert [event.number for event in events] == [1, 2, 3]
        assert [event.case_id for event in events] == [case_id] * 3
        assert [event.previous_hash for event in events] == [
            BEFORE_THE_FIRST,
            events[0].hash,
            events[1].hash,
        ]
        assert history.verify(session) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE case_event SET note = 'nothing happened'",
        "DELETE FROM case_event",
        "TRUNCATE case_event",
        "DELETE FROM suspect_case",
    ],
)
def test_the_database_refuses_to_rewrite_history(runtime: Runtime, statement: str) -> None:
    case_with_three_entries(runtime)
    with (
        pytest.raises(DBAPIError, match="append-only"),
        runtime.database.transaction() as session,
    ):
        session.execute(text(statement))


def test_an_entry_changed_behind_the_trigger_is_found(runtime: Runtime) -> None:
    case_id = case_with_three_entries(runtime)
    with runtime.database.transaction() as session:
        allow_rewriting(session)
        session.execute(update(CaseEvent).where(CaseEvent.number == 2).values(note="别的话"))
    with runtime.database.reading() as session:
        assert [(link.case_id, link.number) for link in history.verify(session)] == [(case_id, 2)]


def test_an_entry_changed_and_sealed_again_breaks_the_next_link(runtime: Runtime) -> None:
    case_with_three_entries(runtime)
    with runtime.database.transaction() as session:
        allow_rewriting(session)
        event = session.scalars(select(CaseEvent).where(CaseEvent.number == 2)).one()
        event.note = "别的话"
        event.hash = history.seal(vars(event))
    with runtime.database.reading() as session:
        assert [link.number for link in history.verify(session)] == [3]


def test_a_dropped_entry_is_found(runtime: Runtime) -> None:
    case_with_three_entries(runtime)
    with runtime.database.transaction() as session:
        allow_rewriting(session)
        session.execute(delete(CaseEvent).where(CaseEvent.number == 2))
    with runtime.database.reading() as session:
        assert [link.what for link in history.verify(session)] == ["entry 2 is missing"]


def test_a_state_set_past_the_history_is_found(runtime: Runtime) -> None:
    case_id = case_with_three_entries(runtime)
    with runtime.database.transaction() as session:
        session.execute(update(Case).values(status="closed_no_violation"))
    with runtime.database.reading() as session:
        assert [link.case_id for link in history.verify(session)] == [case_id]


def test_a_case_without_any_history_is_found(runtime: Runtime) -> None:
    case_with_three_entries(runtime)
    with runtime.database.transaction() as session:
        allow_rewriting(session)
        session.execute(delete(CaseEvent))
    with runtime.database.reading() as session:
        assert [link.what for link in history.verify(session)] == ["has no history"]


def test_many_entries_are_chained_at_once(runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        cases = [make_case(session) for _ in range(3)]
        entries = [
            Entry(case_id=case.id, actor=SYSTEM, kind="noted", note=str(number))
            for number in range(4)
            for case in cases
        ]
        assert history.append_many(session, entries) == 12
    with runtime.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(CaseEvent)) == 15
        assert history.verify(session) == []
