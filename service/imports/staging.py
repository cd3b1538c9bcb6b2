"""Staging: the rows that the reading process sends go by COPY where they can be published from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from psycopg import sql
from sqlalchemy.orm import Session

from service.bulk import COPY_HEADER, COPY_TRAILER
from service.database.engine import driver_connection
from service.imports.progress import Progress
from service.imports.reading.frames import FrameKind
from service.imports.reading.rows import copy_columns
from service.layers.versions import StagedVersion, begin_version
from service.patches.staging import STAGED_PATCHES, create_staged_patches
from spatial.words import LayerName

NOTICE_DEATH_MS = 1000


@dataclass(frozen=True, slots=True)
class Staging:
    """Where the rows of an import wait: the next version of a base layer, or staged patches."""

    layer: LayerName
    table: str
    version: StagedVersion | None

    @property
    def version_id(self) -> int:
        """The version that stands in every row; 0 for patches, which have none."""
        return self.version.id if self.version else 0


def begin_staging(session: Session, layer: LayerName) -> Staging:
    """Make an empty place for rows, which goes with the session's transaction."""
    # The server itself notices within a second that this process has died, even amid an index.
    driver_connection(session).execute(
        sql.SQL("SET LOCAL client_connection_check_interval = {}").format(
            sql.Literal(NOTICE_DEATH_MS)
        )
    )
    if layer is LayerName.PATCHES:
        create_staged_patches(session)
        return Staging(layer, STAGED_PATCHES, None)
    version = begin_version(session, layer)
    return Staging(layer, version.table, version)


def stage_rows(
    session: Session,
    staging: Staging,
    answers: Iterable[tuple[FrameKind, Any]],
    progress: Progress,
) -> None:
    """Copy what the reading process sends until it has finished."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY, FREEZE)").format(
        sql.Identifier(staging.table),
        sql.SQL(", ").join(map(sql.Identifier, copy_columns(staging.layer))),
    )
    with driver_connection(session).cursor().copy(statement) as copy:
        copy.write(COPY_HEADER)
        for kind, content in answers:
            match kind:
                case FrameKind.COPY:
                    copy.write(content)
                case FrameKind.BATCH:
                    progress.batch(content)
                case FrameKind.OPENED:
                    progress.opened(content)
                case FrameKind.FINISHED:
                    progress.finished(content)
        copy.write(COPY_TRAILER)
