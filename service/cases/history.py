"""A case's history: append-only, each entry sealed with the hash of the one before.

The hash of an entry is SHA-256 over the canonical JSON of what it says and of the hash before
it. Changing, dropping or slipping in an entry breaks every link after it. The database itself
refuses to change or delete entries (a trigger of migration 0008).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, any_, literal, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from service import clock
from service.accounts.roles import Principal
from service.cases.models import Case, CaseEvent
from service.cases.statuses import Status
from service.database.copying import copy_rows

BEFORE_THE_FIRST = "0" * 64
"""What the first entry of a case names as the hash before it."""
ROWS_AT_ONCE = 2000
CANONICAL = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)
STAYS_ESCALATED = "escalated"
"""What an entry says beside the state its work goes to, when the case stays escalated."""
AS_THEY_ARE = frozenset({str, int, bool, type(None)})
COLUMNS = (
    "case_id", "number", "at", "actor_id", "actor", "kind", "from_status", "to_status", "note",
    "data", "previous_hash", "hash",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened to a case, not yet written."""

    case_id: int
    actor: Principal
    kind: str
    note: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    from_status: str | None = None
    to_status: str | None = None


def append(
    session: Session,
    case: Case,
    *,
    actor: Principal,
    kind: str,
    note: str | None = None,
    data: Mapping[str, Any] | None = None,
    from_status: str | None = None,
    to_status: str | None = None,
) -> CaseEvent:
    """Write the next entry of a case's history in the session's transaction.

    ``data`` is JSON. The case is locked until the transaction ends, so that two writers
    cannot both take the same place in the chain.
    """
    entry = Entry(
        case_id=case.id,
        actor=actor,
        kind=kind,
        note=note,
        data=data or {},
        from_status=from_status,
        to_status=to_status,
    )
    event = CaseEvent(**next(_sealed(session, [entry])))
    session.add(event)
    session.flush()
    return event


def append_many(
    session: Session, entries: Iterable[Entry], opened: Collection[int] = frozenset()
) -> int:
    """As :func:`append`, for thousands of cases at once; returns how many were written.

    Entries of the same case are chained in the order given. ``opened``: cases that the same
    transaction has made, which nobody else can see and which have no history yet.
    """
    entries = list(entries)
    if not entries:
        return 0
    # One is sealed while the server stores those before it.
    rows = ([row[name] for name in COLUMNS] for row in _sealed(session, entries, opened))
    return copy_rows(session, CaseEvent, COLUMNS, rows)


def seal(event: Mapping[str, Any]) -> str:
    """The hash of an entry given by the columns of ``CaseEvent``, ``previous_hash`` included."""
    said = {
        "case": event["case_id"],
        "number": event["number"],
        "at": event["at"].astimezone(UTC).isoformat(timespec="microseconds"),
        "actor_id": event["actor_id"],
        "actor": event["actor"],
        "kind": event["kind"],
        "from": event["from_status"],
        "to": event["to_status"],
        "note": event["note"],
        "data": _as_stored(event["data"]),
        "previous": event["previous_hash"],
    }
    return hashlib.sha256(CANONICAL.encode(said).encode()).hexdigest()


def _sealed(
    session: Session, entries: Sequence[Entry], opened: Collection[int] = frozenset()
) -> Iterator[dict[str, Any]]:
    """The entries as rows of ``CaseEvent``, each linked to the one before it; the database has
    been asked when this returns."""
    ids = sorted({entry.case_id for entry in entries}.difference(opened))
    ends: dict[int, tuple[int, str]] = {}
    if ids:
        among = any_(literal(ids, ARRAY(BigInteger)))
        session.execute(select(Case.id).where(Case.id == among).order_by(Case.id).with_for_update())
        ends = _ends(session, ids)
    return _chained(entries, ends, clock.now())


def _chained(
    entries: Sequence[Entry], ends: dict[int, tuple[int, str]], now: datetime
) -> Iterator[dict[str, Any]]:
    for entry in entries:
        number, previous = ends.get(entry.case_id, (0, BEFORE_THE_FIRST))
        row = _row(entry, number + 1, now, previous)
        ends[entry.case_id] = (number + 1, row["hash"])
        yield row


def _row(entry: Entry, number: int, now: datetime, previous: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "case_id": entry.case_id,
        "number": number,
        "at": now,
        "actor_id": entry.actor.account_id,
        "actor": entry.actor.username,
        "kind": entry.kind,
        "from_status": entry.from_status,
        "to_status": entry.to_status,
        "note": entry.note,
        "data": dict(entry.data),
        "previous_hash": previous,
    }
    return row | {"hash": seal(row)}


def _ends(session: Session, case_ids: Sequence[int]) -> dict[int, tuple[int, str]]:
    """Number and hash of the last entry of each case that has one."""
    last = session.execute(
        select(CaseEvent.case_id, CaseEvent.number, CaseEvent.hash)
        .where(CaseEvent.case_id == any_(literal(list(case_ids), ARRAY(BigInteger))))
        .ext(distinct_on(CaseEvent.case_id))
        .order_by(CaseEvent.case_id, CaseEvent.number.desc())
    )
    return {case_id: (number, sealed) for case_id, number, sealed in last}


def _as_stored(value: Any) -> Any:
    """JSON as it comes back from the database: JSONB has one kind of number."""
    if type(value) in AS_THEY_ARE:
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, dict):
        return {
            name: item if type(item) in AS_THEY_ARE else _as_stored(item)
            for name, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_as_stored(item) for item in value]
    return value


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """Where a history is not what was written: the case, the entry's number, and what is wrong."""

    case_id: int
    number: int
    what: str

    def __str__(self) -> str:
        place = f"case {self.case_id}" + (f", entry {self.number}" if self.number else "")
        return f"{place}: {self.what}"


def verify(session: Session) -> list[BrokenLink]:
    """Check every history; the empty list when all chains hold.

    Found are entries changed, missing, slipped in or out of order, cases without a history,
    and cases whose state is not the one their history ends in. Reads the entries in a stream:
    memory does not grow with the history.
    """
    broken: list[BrokenLink] = []
    states: dict[int, str | None] = {}
    number, previous, current = 0, BEFORE_THE_FIRST, 0
    for event in _stream(session):
        if event["case_id"] != current:
            number, previous, current = 0, BEFORE_THE_FIRST, event["case_id"]
        broken.extend(_faults(event, number + 1, previous))
        number, previous = event["number"], event["hash"]
        states[current] = _led_to(event) or states.get(current)
    return broken + _cases_that_disagree(session, states)


def _led_to(event: Mapping[str, Any]) -> str | None:
    """The state in which an entry left the case; an escalated one stays so while work goes on."""
    stays = event["data"].get(STAYS_ESCALATED) and event["to_status"]
    return Status.ESCALATED.value if stays else event["to_status"]


def _stream(session: Session) -> Iterator[dict[str, Any]]:
    columns = [column for column in CaseEvent.__table__.columns if column.name != "id"]
    statement = select(*columns).order_by(CaseEvent.case_id, CaseEvent.number)
    rows = session.execute(statement, execution_options={"yield_per": ROWS_AT_ONCE})
    names = [column.name for column in columns]
    for row in rows:
        yield dict(zip(names, row, strict=True))


def _faults(event: Mapping[str, Any], number: int, previous: str) -> Iterator[BrokenLink]:
    place = (event["case_id"], event["number"])
    if event["number"] != number:
        yield BrokenLink(*place, f"entry {number} is missing")
    elif event["previous_hash"] != previous:
        yield BrokenLink(*place, "does not follow from the entry before")
    if seal(event) != event["hash"]:
        yield BrokenLink(*place, "was changed after it was written")


def _cases_that_disagree(session: Session, states: Mapping[int, str | None]) -> list[BrokenLink]:
    found = []
    for case_id, status in session.execute(select(Case.id, Case.status).order_by(Case.id)):
        if case_id not in states:
            found.append(BrokenLink(case_id, 0, "has no history"))
        elif states[case_id] not in (None, status):
            found.append(
                BrokenLink(case_id, 0, f"is {status}, its history ends in {states[case_id]}")
            )
    return found
