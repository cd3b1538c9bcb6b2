"""Questions about imports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session

from service.accounts.models import Account
from service.errors import NotFound
from service.imports.models import Import, ImportRow
from service.imports.statuses import ImportStatus
from service.layers.models import LayerVersion
from spatial.intake.model import RowStatus
from spatial.messages import Message
from spatial.words import LayerName

PROBLEM_STATUSES = (RowStatus.REJECTED.value, RowStatus.REPAIRED.value)

PROBLEM_POINTS = """
SELECT jsonb_build_object(
         'type', 'Feature', 'id', id,
         'geometry', jsonb_build_object(
            'type', 'Point', 'coordinates', jsonb_build_array(lon, lat)),
         'properties', jsonb_build_object(
            'row', row, 'status', status, 'code', code, 'detail', detail, 'detail_en', detail_en))
  FROM import_row
 WHERE import_id = :import_id AND lon IS NOT NULL AND status = ANY(:statuses)
 ORDER BY (status <> 'rejected'), row, id LIMIT :limit
"""


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """An import with the name of who sent it and the version that it published."""

    job: Import
    sender: str | None
    version: int | None


def find_import(session: Session, import_id: int) -> ImportRecord:
    """One import.

    Raises:
        NotFound: when there is none with this id.
    """
    row = session.execute(_records().where(Import.id == import_id)).first()
    if row is None:
        raise NotFound(
            Message(f"没有编号为 {import_id} 的导入。", f"There is no import {import_id}.")
        )
    return ImportRecord(*row)


def newest_imports(
    session: Session,
    *,
    layer: LayerName | None,
    status: ImportStatus | None,
    before_id: int | None,
    limit: int,
) -> Sequence[ImportRecord]:
    """Imports from the newest to the oldest, those before an id."""
    query = _records().order_by(Import.id.desc()).limit(limit)
    if layer is not None:
        query = query.where(Import.layer == layer.value)
    if status is not None:
        query = query.where(Import.status == status.value)
    if before_id is not None:
        query = query.where(Import.id < before_id)
    return [ImportRecord(*row) for row in session.execute(query)]


def problem_rows(session: Session, import_id: int, limit: int) -> Sequence[ImportRow]:
    """The rows that were rejected, then those that were repaired, in the file's order."""
    return session.scalars(
        select(ImportRow)
        .where(ImportRow.import_id == import_id, ImportRow.status.in_(PROBLEM_STATUSES))
        .order_by(ImportRow.status != RowStatus.REJECTED.value, ImportRow.row, ImportRow.id)
        .limit(limit)
    ).all()


def problem_points(session: Session, job: Import, limit: int) -> bytes:
    """GeoJSON of the points to look at (EPSG:4490 degrees): of rows, then of the whole layer."""
    values = {"import_id": job.id, "statuses": list(PROBLEM_STATUSES), "limit": limit}
    features: list[Any] = list(session.scalars(text(PROBLEM_POINTS), values))
    features += [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [finding["lon"], finding["lat"]]},
            "properties": {"status": "finding", **finding},
        }
        for finding in job.findings
        if finding["lon"] is not None
    ]
    return orjson.dumps({"type": "FeatureCollection", "features": features[:limit]})


def _records() -> Select[Import, str | None, int | None]:
    return (
        select(Import, func.coalesce(Account.display_name, Account.username), LayerVersion.version)
        .outerjoin(Account, Account.id == Import.created_by)
        .outerjoin(LayerVersion, LayerVersion.import_id == Import.id)
    )
