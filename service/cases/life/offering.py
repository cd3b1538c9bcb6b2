"""Measures beside the moves that somebody may take with a case now, with what each asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from service.accounts.permissions import Action, allowed
from service.accounts.roles import Principal
from service.cases.life.actors import Actor
from service.cases.life.forms import Field, FieldType
from service.cases.life.severity import Modifier, modifiers_of
from service.cases.life.states import MOVES
from service.cases.life.voiding import voided_by_hand
from service.cases.models import Case
from service.cases.statuses import TERMINAL, Status
from spatial.messages import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Something to do with a case that is no move; ``name`` is the end of its address."""

    name: str
    label: Message
    offered: Callable[[Case], bool]
    form: tuple[Field, ...] = ()
    note_required: bool = False
    of_office: bool = True
    of_void: bool = False


def measures_of(case: Case, actor: Principal) -> list[Measure]:
    """The measures that somebody may take with a case now; a void one can at most come back."""
    if not allowed(actor, Action.ACT_ON_CASES):
        return []
    office = Actor.OFFICE.includes(actor, case)
    return [
        measure
        for measure in MEASURES
        if (office or not measure.of_office)
        and measure.of_void == (case.voided_at is not None)
        and measure.offered(case)
    ]


def _goes_on(case: Case) -> bool:
    return Status(case.status) not in TERMINAL


def _clock_runs(case: Case) -> bool:
    return _goes_on(case) and case.paused_at is None and case.due_at is not None


def _not_yet_reported(case: Case) -> bool:
    return _goes_on(case) and Modifier.SELF_REPORTED not in modifiers_of(case.facts)


def _reason(choices: str) -> tuple[Field, ...]:
    label = Message("理由", "reason")
    return (
        Field(name="reason", type=FieldType.CHOICE, label=label, required=True, choices=choices),
    )


MEASURES: tuple[Measure, ...] = (
    Measure(
        name="notes",
        label=Message("添加备注", "add a note"),
        offered=lambda _: True,
        note_required=True,
        of_office=False,
    ),
    Measure(
        name="pause",
        label=Message("暂停计时", "pause the clock"),
        offered=_clock_runs,
        form=_reason("pause_reasons"),
    ),
    Measure(
        name="resume",
        label=Message("恢复计时", "resume the clock"),
        offered=lambda case: case.paused_at is not None,
    ),
    Measure(
        name="self-report",
        label=Message("登记村级自查自报", "note the village's own report"),
        offered=_not_yet_reported,
        form=(
            Field(
                name="reported_on",
                type=FieldType.DATE,
                label=Message("自报日期", "reported on"),
                required=True,
            ),
        ),
        note_required=True,
    ),
    Measure(
        name="split",
        label=Message("拆分图斑", "split the case"),
        offered=_goes_on,
        note_required=True,
    ),
    Measure(
        name="void",
        label=Message("作废", "declare void"),
        offered=lambda _: True,
        form=_reason("void_reasons"),
    ),
    Measure(
        name="revive",
        label=Message("撤销作废", "take back that it is void"),
        offered=voided_by_hand,
        note_required=True,
        of_void=True,
    ),
)


def fields_by_name() -> dict[str, list[Field]]:
    """The fields of all moves' and measures' forms."""
    found: dict[str, list[Field]] = {}
    for form in (*(move.form for move in MOVES), *(measure.form for measure in MEASURES)):
        for field in form:
            known = found.setdefault(field.name, [])
            if field not in known:
                known.append(field)
    return found
