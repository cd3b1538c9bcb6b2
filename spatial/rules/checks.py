"""What a rule table must keep beyond its shape; each check names what it found wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from string import Formatter

from spatial.messages import Message
from spatial.rules.schema import Row, RuleFile, When
from spatial.words import ChangeGroup, Protection

FARMLAND = (
    Protection.PERMANENT_BASIC_FARMLAND,
    Protection.HIGH_STANDARD_FARMLAND,
    Protection.CROPLAND,
)
CAUTIOUS = ("疑似", "待核实")
PLACEHOLDERS = frozenset({"village", "ground", "farmland", "mu", "exempt_mu", "documents"})
JUDGING = (When.NONE, When.ANY)
DOCUMENT_KINDS = (When.EXEMPT, When.DOCUMENTED, When.EXPIRED)


def find_faults(file: RuleFile) -> Iterator[str]:
    """Everything that makes a table unfit to judge by, in English sentences."""
    numbers = [row.number for row in file.rules]
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"rows are not numbered 1, 2, 3 …: {numbers}"
    for row in file.rules:
        yield from (f"row {row.number}: {fault}" for fault in _faults_of_row(row))
    yield from _faults_of_lookup(file)
    if not _is_cautious(file.hint.label) or not _is_cautious(file.hint.reason):
        yield "the hint concludes instead of suspecting"
    kinds = [layer.kind for layer in file.exemptions]
    if len(set(kinds)) < len(kinds) or any(kind.protects for kind in kinds):
        yield "an exempting layer is named twice or protects"


def _faults_of_row(row: Row) -> Iterator[str]:
    if not _is_cautious(row.label):
        yield "the label concludes instead of suspecting"
    if bool(row.kinds) != (row.when in DOCUMENT_KINDS):
        yield "kinds of documents are told where, and only where, the row asks for documents"
    if any(number not in range(1, 7) for number in row.prohibitions):
        yield "a prohibition is not one of the six"
    if row.when is When.PARTIAL:
        return
    if row.category is None or row.reason is None or not row.departments:
        yield "category, reason or department is missing"
    elif not _is_cautious(row.reason):
        yield "the sentence concludes instead of suspecting"
    else:
        yield from _unknown_placeholders(row.reason)
    if set(row.severity) != set(row.protections):
        yield "severity is not told for exactly the protections of the row"
    if any(severity not in range(5) for severity in row.severity.values()):
        yield "a severity is not 0 to 4"
    if row.rectify_days is not None and row.rectify_until is not None:
        yield "there are two deadlines of putting right"


def _faults_of_lookup(file: RuleFile) -> Iterator[str]:
    judging: Counter[tuple[ChangeGroup, Protection]] = Counter()
    documents: Counter[tuple[ChangeGroup, Protection, str]] = Counter()
    for row in file.rules:
        for group in row.groups:
            for protection in row.protections:
                if row.when in JUDGING and not row.conditional:
                    judging[group, protection] += 1
                if row.when in (When.EXEMPT, When.DOCUMENTED):
                    documents.update((group, protection, kind.value) for kind in row.kinds)
    for group in ChangeGroup:
        for protection in FARMLAND:
            if judging[group, protection] != 1:
                yield f"{group} on {protection} has {judging[group, protection]} rows"
    for (group, protection, kind), count in documents.items():
        if count > 1:
            yield f"{group} on {protection} under {kind} has {count} rows"


def _is_cautious(sentence: Message) -> bool:
    return any(word in sentence.zh for word in CAUTIOUS)


def _unknown_placeholders(sentence: Message) -> Iterator[str]:
    for text in (sentence.zh, sentence.en):
        for _, name, _, _ in Formatter().parse(text):
            if name is not None and name not in PLACEHOLDERS:
                yield f"the sentence has the unknown placeholder {name}"
