"""The reading process itself: one file in, frames out, no database, bounded in all it may use."""

from __future__ import annotations

import os
import resource
import socket
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from service.imports.reading.frames import Channel, FrameKind, read_frames
from service.imports.reading.job import ReadingJob, ReadingLimits
from service.imports.reading.refusals import error_to_json
from service.imports.reading.rows import batch_encoder
from service.villages.finder import VillageFinder
from spatial.errors import LimitError, SpatialError
from spatial.intake import OpenUpload, open_upload
from spatial.intake.model import (
    Preview,
    Reference,
    RowBatch,
    RowNote,
    RowStatus,
    Source,
)
from spatial.messages import Message

TOO_MUCH_MEMORY = Message(
    "读取该文件所需内存超出上限，已停止。请拆分文件，或请管理员提高上限。",
    "Reading this file takes more memory than is allowed. Split it, or ask the administrator.",
)


def main(line: socket.socket) -> None:
    """Read what is asked for on a socket, and answer there."""
    frames = read_frames(line.makefile("rb"))
    job = ReadingJob.from_json(next(frames)[1])
    villages = shapely.get_parts(shapely.from_wkb(next(frames)[1]))
    _stay_in_folder(job)
    _limit_this_process(job.limits)
    channel = Channel(line.makefile("wb"))
    try:
        _read(job, villages, channel)
    except SpatialError as error:
        channel.send_json(FrameKind.REFUSED, error_to_json(error))
    except MemoryError:
        refusal = LimitError(TOO_MUCH_MEMORY, file=job.options.source_name)
        channel.send_json(FrameKind.REFUSED, error_to_json(refusal))
    channel.close()


def _read(job: ReadingJob, villages: NDArray[np.object_], channel: Channel) -> None:
    source = Source(job.path, job.workspace)
    reference = Reference(villages) if len(villages) else None
    with open_upload(source, job.layer, job.options, reference) as upload:
        if job.preview:
            channel.send_json(FrameKind.PREVIEW, preview_to_json(upload.preview()))
            return
        channel.send_json(FrameKind.OPENED, opened_to_json(upload))
        finder = VillageFinder(job.village_codes, villages)
        encode = batch_encoder(job.layer, job.version_id, finder)
        for batch in upload.batches():
            channel.send_json(FrameKind.BATCH, batch_to_json(batch))
            channel.send_copy(encode(batch))
        channel.send_json(FrameKind.FINISHED, finished_to_json(upload, finder))


def preview_to_json(preview: Preview) -> dict[str, Any]:
    """What the upload page shows before anything is published."""
    return {
        "row_count": preview.row_count,
        "decisions": [decision.to_dict() for decision in preview.decisions],
        "source_fields": list(preview.source_fields),
        "mapping": dict(preview.mapping),
        "sample": [dict(row) for row in preview.sample],
    }


def opened_to_json(upload: OpenUpload) -> dict[str, Any]:
    """What is known once the file is open."""
    return {
        "row_count": upload.row_count,
        "decisions": [decision.to_dict() for decision in upload.decisions],
    }


def finished_to_json(upload: OpenUpload, villages: VillageFinder) -> dict[str, Any]:
    """What is known once every row has been read and placed."""
    findings = [*upload.findings(), *villages.findings()]
    return {
        "decisions": [decision.to_dict() for decision in upload.decisions],
        "findings": [finding.to_dict() for finding in findings],
    }


def batch_to_json(batch: RowBatch) -> dict[str, Any]:
    """How many rows ended how, and the notes on those that were not simply accepted."""
    rejected = {note.row for note in batch.notes if note.status is RowStatus.REJECTED}
    repaired = {note.row for note in batch.notes} - rejected
    return {
        "read": batch.read,
        "rejected": len(rejected),
        "repaired": len(repaired),
        "notes": [note_to_json(note) for note in batch.notes],
    }


def note_to_json(note: RowNote) -> list[Any]:
    """A note as the values of an ``import_row``."""
    return [
        note.row,
        note.status.value,
        note.code,
        note.message.zh,
        note.message.en,
        note.field,
        note.lon,
        note.lat,
    ]


def _stay_in_folder(job: ReadingJob) -> None:
    """What libraries print or put aside stays in the job's folder."""
    job.workspace.mkdir(mode=0o700)
    errors = os.open(job.errors, os.O_WRONLY | os.O_CREAT, 0o600)
    os.dup2(errors, 1)
    os.dup2(errors, 2)
    os.environ["TMPDIR"] = tempfile.tempdir = str(job.workspace)


def _limit_this_process(limits: ReadingLimits) -> None:
    own_size = Path("/proc/self/statm")
    if own_size.exists():  # Linux; no other system counts address space in a way that helps.
        pages = int(own_size.read_text().split()[0])
        memory = pages * resource.getpagesize() + limits.memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    seconds = limits.seconds * (os.cpu_count() or 1)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
