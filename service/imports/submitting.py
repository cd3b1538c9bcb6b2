"""Submitting: a stored file becomes a queued import, or points at the one it repeats."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from service import clock
from service.files import StoredFile
from service.imports.jobs import run
from service.imports.models import Import
from service.imports.statuses import UNFINISHED, ImportStatus
from service.jobs import defer
from service.layers.models import LayerVersion
from service.runtime import Runtime
from spatial.words import LayerName


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What the sender decides: how to read the file, from when it holds, and a remark.

    ``crs`` is ``EPSG:N``, ``encoding`` a codec name, ``profile`` the text of a TOML profile,
    ``source_layer`` one of several layers inside the file. Without ``effective_on`` the layer
    holds from the day of its publishing.
    """

    crs: str | None = None
    encoding: str | None = None
    profile: str | None = None
    source_layer: str | None = None
    effective_on: date | None = None
    note: str | None = None

    def reading(self) -> dict[str, Any]:
        """The part that decides how the same bytes are read."""
        values = asdict(self)
        return {name: values[name] for name in ("crs", "encoding", "profile", "source_layer")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file in the store under the name its sender knows it by."""

    filename: str
    stored: StoredFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What became of a submitted file: a new import, or the earlier one that it repeats."""

    import_id: int
    duplicate: bool


def submit(
    runtime: Runtime,
    path: Path,
    layer: LayerName,
    options: ImportOptions,
    *,
    account_id: int | None,
    source: str = "upload",
) -> Submission:
    """Store a file of this machine and queue its import."""
    upload = Upload(filename=path.name, stored=runtime.files.put_path(path))
    with runtime.database.transaction() as session:
        return submit_upload(session, upload, layer, options, account_id=account_id, source=source)


def submit_upload(
    session: Session,
    upload: Upload,
    layer: LayerName,
    options: ImportOptions,
    *,
    account_id: int | None,
    source: str = "upload",
) -> Submission:
    """Queue the import of a stored file in the session's transaction.

    The same bytes for the same layer, read in the same way, are the same import as long as it
    may still be published or what it published is in force.
    """
    sha256 = upload.stored.sha256
    # Two submissions of the same bytes at the same moment: the second sees the first.
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(sha256, 0))))
    earlier = same_import(session, sha256, layer, options)
    if earlier is not None:
        return Submission(import_id=earlier, duplicate=True)
    job = Import(
        layer=layer.value,
        filename=upload.filename,
        size=upload.stored.size,
        sha256=sha256,
        source=source,
        options=options.reading(),
        effective_on=options.effective_on,
        note=options.note,
        status=ImportStatus.QUEUED.value,
        counts={},
        decisions=[],
        findings=[],
        created_by=account_id,
        created_at=clock.now(),
    )
    session.add(job)
    session.flush()
    defer(session, run, lock=f"import:{layer.value}", import_id=job.id)
    return Submission(import_id=job.id, duplicate=False)


def same_import(
    session: Session, sha256: str, layer: LayerName, options: ImportOptions
) -> int | None:
    """The import that sending these bytes again would repeat."""
    in_force = Import.status == ImportStatus.PUBLISHED.value
    if layer is not LayerName.PATCHES:
        in_force &= exists().where(
            LayerVersion.import_id == Import.id, LayerVersion.superseded_at.is_(None)
        )
    return session.scalar(
        select(Import.id)
        .where(
            Import.sha256 == sha256,
            Import.layer == layer.value,
            Import.options == options.reading(),
            or_(Import.status.in_(UNFINISHED), in_force),
        )
        .order_by(Import.id.desc())
        .limit(1)
    )
