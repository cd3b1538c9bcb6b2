"""What is announced is told once, and only when the change commits."""

from __future__ import annotations

from sqlalchemy import func, select, text

from service.alerts.dispatch import dispatch
from service.alerts.kinds import NoticeKind
from service.alerts.models import Notice
from service.alerts.outbox import Announcement, CaseFacts, announce, announce_all
from service.runtime import Runtime


def facts(number: int = 1, village: str = "500118001202") -> CaseFacts:
    return CaseFacts(
        case_id=number,
        code=f"{village}-2026-{number:04d}",
        village_code=village,
        category="non_farm",
        severity=3,
        department="planning_and_environment",
        status="pending_assignment",
        status_label="待分派",
        suspect_area_m2=1234.5,
    )


def jobs_waiting(runtime: Runtime) -> int:
    with runtime.database.reading() as session:
        return session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) or 0


def test_the_same_key_is_announced_once(runtime: Runtime) -> None:
    for _ in range(2):
        with runtime.database.transaction() as session:
            announce(session, kind=NoticeKind.RAISED, case=facts(), key="raised:1")
    with runtime.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Notice)) == 1


def test_a_change_rolled_back_announces_nothing(runtime: Runtime) -> None:
    with runtime.database.reading() as session:
        announce(session, kind=NoticeKind.RAISED, case=facts(), key="raised:1")
    with runtime.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Notice)) == 0
    assert jobs_waiting(runtime) == 0


def test_a_transaction_asks_for_one_dispatch_however_much_it_announces(runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        for number in range(5):
            announce(session, kind=NoticeKind.RAISED, case=facts(number), key=f"raised:{number}")
    assert jobs_waiting(runtime) == 1
    with runtime.database.transaction() as session:
        announce(session, kind=NoticeKind.CLOSED, case=facts(), key="closed:1")
    assert jobs_waiting(runtime) == 2


def test_thousands_are_announced_and_dispatched_in_their_order(runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        announce_all(
            session,
            [
                Announcement(kind=NoticeKind.RAISED, case=facts(number), key=f"raised:{number}")
                for number in range(2500)
            ],
        )
    sizes = []
    for _ in range(4):
        with runtime.database.transaction() as session:
            sizes.append(dispatch(session, runtime.settings))
    assert sizes == [1000, 1000, 500, 0]
    with runtime.database.reading() as session:
        places = session.execute(
            select(Notice.position, Notice.case_id).order_by(Notice.position)
        ).all()
    assert places == [(number + 1, number) for number in range(2500)]
