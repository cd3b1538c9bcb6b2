"""Dispatching many cases at once: each is dispatched or refused on its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from service.accounts.permissions import Action, require
from service.cases.life.desk import Desk
from service.cases.life.transitions import Wish, make_move
from service.cases.statuses import Status
from service.errors import ServiceError


@dataclass(slots=True)
class Dispatched:
    """What became of the cases, by id."""

    dispatched: list[int] = field(default_factory=list)
    refused: dict[int, ServiceError] = field(default_factory=dict)


def dispatch_cases(
    desk: Desk, case_ids: Sequence[int], fields: Mapping[str, Any], note: str | None
) -> Dispatched:
    """Dispatch cases to their villages in one transaction.

    Raises:
        NotAllowed: when the actor moves no cases at all.
    """
    require(desk.actor, Action.ACT_ON_CASES)
    done = Dispatched()
    filled = {name: value for name, value in fields.items() if value is not None}
    wish = Wish(to=Status.VILLAGE_CHECK.value, note=note, fields=filled)
    # In order, so that two who dispatch the same cases never wait for each other in a circle.
    for case_id in sorted(set(case_ids)):
        try:
            make_move(desk, case_id, wish)
            done.dispatched.append(case_id)
        except ServiceError as error:
            # A move is refused before anything of it is written.
            done.refused[case_id] = error
    return done
