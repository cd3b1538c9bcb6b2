"""Publishing: what has been staged becomes what readers see, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from service.database.copying import copy_rows
from service.database.engine import through_indexes
from service.imports.models import ImportRow
from service.imports.progress import NOTE_COLUMNS, Progress
from service.jobs import defer
from service.layers.models import LayerVersion
from service.layers.versions import StagedVersion, publish_version
from service.patches.staging import (
    RepeatedPatch,
    drop_repeated_patches,
    keep_attributes,
    settle_noise,
    take_staged_patches,
)
from service.plots.jobs import sum_up
from service.villages.publishing import list_villages_of
from spatial.intake.model import RowStatus
from spatial.messages import Message
from spatial.words import LayerName

REPEATED = Message(
    "与第 {first} 行的图斑编号 {number} 相同且内容一致，只计一次。",
    "The same patch number {number} and content as row {first}; it counts once.",
)
CONTRADICTING = Message(
    "与第 {first} 行的图斑编号 {number} 重复而内容不同，以先出现的为准；请核对后改号重报。",
    "The patch number {number} of row {first} again, with other content; the first stands. "
    "Check it and send it again under a number of its own.",
)
UNCHANGED = Message(
    "该图斑此前已收到，内容没有变化。",
    "This patch was received before and has not changed.",
)
UPDATED = Message(
    "该图斑此前已收到，内容有变化，已更新并保留原内容。",
    "This patch was received before; it has been updated and the former content kept.",
)

Note = tuple[Any, ...]


def settle_repeated_patches(session: Session, progress: Progress) -> list[Note]:
    """Patch numbers that stand twice in one file: rejected when the rows contradict each other.

    The rejected are told of at once; the notes on rows that merely repeat are returned.
    """
    repeated = drop_repeated_patches(session)
    progress.reject([_note_on_repeated(patch) for patch in repeated if not patch.same])
    return [_note_on_repeated(patch) for patch in repeated if patch.same]


def publish_patches(
    session: Session, import_id: int, repeating: Iterable[Note], *, exported: bool
) -> None:
    """Take the staged patches over and note which were known already.

    ``exported``: whether the file is our own export, which carries no attributes of senders.
    """
    with through_indexes(session):
        if exported:
            keep_attributes(session)
        settle_noise(session)
        taken = take_staged_patches(session, import_id)
    notes = [
        *repeating,
        *(_note(row, RowStatus.UNCHANGED, "unchanged", UNCHANGED) for row in taken.unchanged),
        *(_note(row, RowStatus.UPDATED, "updated", UPDATED) for row in taken.updated),
    ]
    copy_rows(session, ImportRow, NOTE_COLUMNS, ((import_id, *note) for note in notes))


def publish_base_layer(
    session: Session, staged: StagedVersion, import_id: int, effective_on: date, stored: int
) -> LayerVersion:
    """Put the staged version in force; ``stored`` is the number of its rows."""
    version = publish_version(
        session, staged, effective_on=effective_on, import_id=import_id, feature_count=stored
    )
    if staged.layer is LayerName.VILLAGES:
        list_villages_of(session, version.id, effective_on)
    if staged.layer is LayerName.PLOTS:
        defer(session, sum_up, version_id=version.id)
    return version


def _note_on_repeated(patch: RepeatedPatch) -> Note:
    if patch.same:
        status, code, message = RowStatus.UNCHANGED, "repeated-row", REPEATED
    else:
        status, code, message = RowStatus.REJECTED, "duplicate-patch-no", CONTRADICTING
    told = message.format(first=patch.first_row, number=patch.patch_no)
    return _note(patch.row, status, code, told, "patch_no")


def _note(
    row: int, status: RowStatus, code: str, message: Message, field: str | None = None
) -> Note:
    return (row, status.value, code, message.zh, message.en, field, None, None)
