"""The way of an upload, from the stored file to cases.

    open file -> decode text -> resolve CRS -> map fields -> repair geometry   (reading process)
      -> stage (COPY) -> publish -> overlay -> classify -> raise or join cases -> alert

Everything from staging on is one transaction: readers see all of it or none of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy.exc
import structlog
from sqlalchemy.orm import Session

from service import clock
from service.database.failures import out_of_space
from service.imports.claims import claim
from service.imports.endings import (
    TakenOver,
    count_rows,
    end_failed,
    end_out_of_space,
    end_published,
    end_rejected,
    end_unexpectedly,
    refuse_too_many_rejected,
)
from service.imports.models import Import
from service.imports.preparing import Place, reading_job, work_folder
from service.imports.progress import Progress, Stage
from service.imports.publishing import (
    publish_base_layer,
    publish_patches,
    settle_repeated_patches,
)
from service.imports.reading.process import ReadingCrashed, private_folder, reading
from service.imports.staging import Staging, begin_staging, stage_rows
from service.layers.inheriting import inherit_attributes
from service.layers.versions import StagedVersion, index_version, lock_publishing
from service.runtime import Runtime
from service.screening.base_changes import base_changed
from service.screening.batches import screen_batch
from service.screening.occasions import ScreeningCounts
from service.villages.queries import known_villages
from spatial.errors import RuleError, SpatialError
from spatial.intake.decisions import OWN_EXPORT
from spatial.words import LayerName

log = structlog.get_logger()


def run_import(runtime: Runtime, import_id: int) -> None:
    """Read, publish and screen one upload, and write down how it ended."""
    with claim(runtime, import_id) as job:
        if job is None:
            return
        with failing_openly(runtime, import_id):
            try:
                publish_upload(runtime, job)
            except RuleError as error:
                # The input is not to blame when the rule table is broken.
                end_failed(runtime, import_id, error.problem_code, error.message)
            except SpatialError as error:
                end_rejected(runtime, import_id, error)
            except ReadingCrashed as error:
                end_failed(runtime, import_id, error.code, error.message)
            except TakenOver:
                log.warning("an import was finished by another process", import_id=import_id)


def publish_upload(runtime: Runtime, job: Import) -> None:
    """The whole way, in one transaction.

    Raises:
        SpatialError: when the input is refused.
        ReadingCrashed: when the reading process died.
        TakenOver: when another process has finished the import.
    """
    progress = Progress(runtime, job.id)
    with (
        private_folder(work_folder(runtime), f"import-{job.id}") as folder,
        runtime.files.local_path(job.sha256) as path,
        runtime.database.transaction() as session,
    ):
        staging = begin_staging(session, LayerName(job.layer))
        villages = known_villages(session)
        place = Place(path, job.filename, folder)
        settings = runtime.settings.imports
        asked = reading_job(settings, place, job, villages.codes, staging.version_id)
        progress.at(Stage.OPENING)
        with reading(asked, villages.wkb) as upload:
            stage_rows(session, staging, upload.answers(), progress)
        refuse_too_many_rejected(progress, settings)
        publish(runtime, session, job, staging, progress)


def publish(
    runtime: Runtime, session: Session, job: Import, staging: Staging, progress: Progress
) -> None:
    """Put what is staged in force, screen what it touches, and mark the import published."""
    if staging.version is None:
        screened = publish_batch(runtime, session, job, progress)
    else:
        screened = publish_version(runtime, session, job, staging.version, progress)
    counts = count_rows(session, job.id, progress.read)
    end_published(session, job.id, counts | screened)


def publish_batch(
    runtime: Runtime, session: Session, job: Import, progress: Progress
) -> dict[str, int]:
    """Patches: take them over by their numbers, then raise or join cases for what is new."""
    repeating = settle_repeated_patches(session, progress)
    refuse_too_many_rejected(progress, runtime.settings.imports)
    lock_publishing(session)
    progress.at(Stage.PUBLISHING)
    publish_patches(session, job.id, repeating, exported=is_own_export(progress))
    progress.at(Stage.SCREENING)
    return counted(screen_batch(session, job.id, runtime.settings))


def publish_version(
    runtime: Runtime, session: Session, job: Import, staged: StagedVersion, progress: Progress
) -> dict[str, int]:
    """A base layer: a new version in force, then the cases on changed ground follow it."""
    progress.at(Stage.INDEXING)
    index_version(session, staged)
    lock_publishing(session)
    progress.at(Stage.PUBLISHING)
    if is_own_export(progress):
        inherit_attributes(session, staged)
    day = job.effective_on or clock.now().astimezone(runtime.settings.zone).date()
    stored = progress.read - progress.rejected
    version = publish_base_layer(session, staged, job.id, day, stored)
    progress.at(Stage.SCREENING)
    return counted(base_changed(session, staged.layer, version, runtime.settings))


def is_own_export(progress: Progress) -> bool:
    """Whether the file was exported here, and so carries no attributes of its senders."""
    return any(decision["name"] == OWN_EXPORT for decision in progress.decisions)


def counted(screened: ScreeningCounts | None) -> dict[str, int]:
    """What screening says in an import's counts; nothing when there was nothing to screen."""
    return {
        name: getattr(screened, name) if screened else 0
        for name in ("cases_raised", "cases_joined", "slivers", "not_farmland", "outside_villages")
    }


@contextmanager
def failing_openly(runtime: Runtime, import_id: int) -> Iterator[None]:
    """Whatever else goes wrong is an import that failed, and an error in the log.

    Only when the database went away is the import left running, to be taken up again.
    """
    settled = False
    try:
        yield
        settled = True
    except (sqlalchemy.exc.OperationalError, psycopg.OperationalError, OSError) as error:
        full = out_of_space(error)
        settled = full or not isinstance(error, OSError)
        if not full:
            raise
        end_out_of_space(runtime, import_id)
    finally:
        if not settled:
            incident = end_unexpectedly(runtime, import_id)
            log.error("an import failed", import_id=import_id, incident=incident)
