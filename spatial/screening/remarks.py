"""What is told of the files that screening reads: nothing is left out without a word."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from spatial.intake.model import Decision, LayerFinding, RowNote, RowStatus
from spatial.messages import Message

Tell = Callable[[Message], None]
"""Called with each thing that a person should know of."""

_MOST_ROWS = 5


def tell_nobody(_remark: Message) -> None:
    """For callers that do not want to know."""


@dataclass(slots=True)
class _Group:
    message: Message
    count: int = 0
    rows: list[int] = field(default_factory=list)

    def add(self, row: int) -> None:
        self.count += 1
        if len(self.rows) < _MOST_ROWS:
            self.rows.append(row)


@dataclass(slots=True)
class RowRemarks:
    """Notes on the rows of one file, gathered by what is the matter with them."""

    groups: dict[tuple[RowStatus, str], _Group] = field(default_factory=dict)

    def add(self, notes: Iterable[RowNote]) -> None:
        """Take in the notes of one batch."""
        for note in notes:
            group = self.groups.setdefault((note.status, note.code), _Group(note.message))
            group.add(note.row)

    def messages(self) -> Iterator[Message]:
        """One sentence for each kind of note, rows that were left out first."""
        ordered = sorted(self.groups.items(), key=lambda entry: entry[0][0] != RowStatus.REJECTED)
        for (status, _), group in ordered:
            yield _SENTENCES[status == RowStatus.REJECTED].format(
                count=group.count,
                rows="、".join(map(str, group.rows)) + ("…" if group.count > _MOST_ROWS else ""),
                zh=group.message.zh,
                en=group.message.en,
            )


def layer_remarks(
    decisions: Iterable[Decision], findings: Iterable[LayerFinding]
) -> Iterator[Message]:
    """What was decided of a file with doubt, and what was found of it as a whole."""
    for decision in decisions:
        if decision.warning:
            value = "" if decision.value is None else decision.value
            yield Message("{value}：{zh}", "{value}: {en}").format(
                value=value, zh=decision.how.zh, en=decision.how.en
            )
    for finding in findings:
        yield finding.message


def of_file(name: str, remark: Message) -> Message:
    """A remark with the file that it is about."""
    return Message("{name}：{zh}", "{name}: {en}").format(name=name, zh=remark.zh, en=remark.en)


_SENTENCES = {
    True: Message(
        "{count} 行未采用（第 {rows} 行）：{zh}", "{count} rows left out (row {rows}): {en}"
    ),
    False: Message(
        "{count} 行已采用，但（第 {rows} 行）：{zh}", "{count} rows taken, but (row {rows}): {en}"
    ),
}
NO_VILLAGES = Message(
    "没有给出村界（--villages）：结果不分村，坐标系也没有村界可以核对。",
    "No villages were given (--villages): results are not told by village, and there is nothing to "
    "check coordinate systems against.",
)
NO_PLOTS_NEAR = Message(
    "图斑范围内没有任何地块：请核对图斑与地块是不是同一地区、坐标系是否正确。",
    "There is no plot at all where the patches lie: check that both files are of one place, and "
    "their coordinate systems.",
)
