"""Checking that every piece of evidence is still what was handed in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.evidence.models import Evidence
from service.files import FileStore


def broken_files(session: Session, files: FileStore) -> Iterator[str]:
    """A sentence for each original that is missing or has another content than its hash says."""
    rows = session.execute(
        select(Evidence.case_id, Evidence.id, Evidence.sha256).order_by(Evidence.id)
    )
    for case_id, evidence_id, sha256 in rows:
        try:
            with files.local_path(sha256) as path, path.open("rb") as file:
                intact = hashlib.file_digest(file, "sha256").hexdigest() == sha256
        except FileNotFoundError:
            yield f"case {case_id}, evidence {evidence_id}: the file is missing"
            continue
        if not intact:
            yield f"case {case_id}, evidence {evidence_id}: the file was changed"
