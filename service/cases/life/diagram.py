"""The transition table as people read it: a Mermaid diagram and a list of conditions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from service.cases.life.guards import GUARDS
from service.cases.life.states import MOVES, Move
from service.cases.statuses import TERMINAL, Status

DOCUMENT = Path(__file__).with_name("STATES.md")
HEAD = """# 图斑状态 · The states of a case

Drawn from `states.py` by `python -m service.cases.life.diagram`; a test keeps both the same.
任何未办结的图斑都可以挂牌督办（escalated），督办期间各项操作照常进行、督办不因此解除，
办结或解除为止；解除后处于办理到的状态；拆分出的部分同样在督办中；
逾期 15 天、三次退回和认定为特别重大违法的由系统自动督办；
也可以拆分（split，父图斑冻结，不再计数）或作废（留有理由，不删除）。

From every open state a case can be escalated. Its work goes on meanwhile and it stays escalated,
as do the parts it is split into, until it ends or the escalation is lifted, which leads to where
its work stands. The system escalates what is 15 days overdue, was returned three times, or was
concluded as a violation of the gravest kind. A case can be split (the parent is frozen and not
counted) or voided with a reason; nothing is deleted.
"""


def draw() -> str:
    """The whole document."""
    diagram = "\n".join(["```mermaid", "stateDiagram-v2", *_diagram(), "```"])
    return "\n".join([HEAD, diagram, "", *_table(), "", *_conditions(), ""])


def _drawn() -> list[Move]:
    aside = Status.ESCALATED
    return [move for move in MOVES if aside not in (move.source, move.target)]


def _diagram() -> Iterator[str]:
    for status in Status:
        yield f'    state "{status.label.zh} {status.value}" as {status.value}'
    yield f"    [*] --> {Status.SCREENED.value}"
    for move in _drawn():
        yield f"    {move.source.value} --> {move.target.value}: {move.label.zh}"
    yield f"    {Status.EVIDENCE.value} --> {Status.ESCALATED.value}: 挂牌督办（任一未办结状态）"
    yield f"    {Status.ESCALATED.value} --> {Status.EVIDENCE.value}: 解除督办（回到办理到的状态）"
    yield f"    {Status.EVIDENCE.value} --> {Status.SPLIT.value}: 拆分（任一未办结状态）"
    for status in Status:
        if status in TERMINAL:
            yield f"    {status.value} --> [*]"


def _table() -> Iterator[str]:
    yield "| 从 from | 到 to | 操作 move | 何人 who | 条件 conditions | 通知 notice |"
    yield "|---|---|---|---|---|---|"
    for move in MOVES:
        who = "、".join(sorted(actor.value.zh for actor in move.actors))
        conditions = ", ".join(move.guards) + ("; note" if move.note_required else "")
        notice = move.notice.value if move.notice else ""
        yield (
            f"| {move.source.value} | {move.target.value} | {move.label.zh} {move.label.en}"
            f" | {who} | {conditions.lstrip('; ')} | {notice} |"
        )


def _conditions() -> Iterator[str]:
    for name, guard in GUARDS.items():
        yield f"- `{name}`: {guard.says.zh} {guard.says.en}"


if __name__ == "__main__":
    DOCUMENT.write_text(draw(), encoding="utf-8")
