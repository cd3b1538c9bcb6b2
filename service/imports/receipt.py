"""The receipt: one line for each input row, as a spreadsheet opens it."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from psycopg import sql

from service.database.engine import driver_connection
from service.imports.models import Import
from service.runtime import Runtime
from spatial.intake.model import RowStatus
from spatial.messages import Message

LABELS = {
    RowStatus.ACCEPTED: Message("合格", "accepted"),
    RowStatus.REPAIRED: Message("已修复", "repaired"),
    RowStatus.REJECTED: Message("不合格", "rejected"),
    RowStatus.UNCHANGED: Message("无变化", "unchanged"),
    RowStatus.UPDATED: Message("已更新", "updated"),
}

# Several notes on one row make one line, under the gravest status; what is the matter with several
# of its fields is said once, with all of them. A field's name comes from the file: one that a
# spreadsheet would take for a formula is quoted.
RECEIPT = """
COPY (
  WITH told AS (
    SELECT row, status, code, detail, detail_en, min(id) AS id,
           string_agg(field, ' ' ORDER BY id) AS field, min(lon) AS lon, min(lat) AS lat
      FROM import_row WHERE import_id = {import_id}
     GROUP BY row, status, code, detail, detail_en),
  noted AS (
    SELECT row,
           min(array_position({order}::text[], status)) AS grave,
           string_agg(code, ' ' ORDER BY id) AS code,
           string_agg(concat(detail, '（' || field || '）'), ' ' ORDER BY id) AS detail,
           string_agg(concat(detail_en, ' (' || field || ')'), ' ' ORDER BY id) AS detail_en,
           regexp_replace(string_agg(field, ' ' ORDER BY id), '^([-=+@])', '''\\1') AS field,
           min(lon) AS lon, min(lat) AS lat
      FROM told GROUP BY row)
  SELECT line AS row, label.status, label.zh AS "结果", noted.code, noted.detail,
         noted.detail_en, noted.field, noted.lon, noted.lat
    FROM generate_series(1, {read}) AS line
    LEFT JOIN noted ON noted.row = line
    JOIN unnest({order}::text[], {labels}::text[]) WITH ORDINALITY AS label (status, zh, place)
      ON label.place = coalesce(noted.grave, {accepted})
   ORDER BY line
) TO STDOUT (FORMAT csv, HEADER)
"""
GRAVEST_FIRST = (
    RowStatus.REJECTED,
    RowStatus.UNCHANGED,
    RowStatus.UPDATED,
    RowStatus.REPAIRED,
    RowStatus.ACCEPTED,
)


def receipt_csv(runtime: Runtime, job: Import) -> Iterator[bytes]:
    """The receipt as CSV in UTF-8 with a byte order mark, piece by piece.

    The connection is held until the last piece has been taken.
    """
    order = sql.Literal([status.value for status in GRAVEST_FIRST])
    statement = sql.SQL(RECEIPT).format(
        order=order,
        labels=sql.Literal([LABELS[status].zh for status in GRAVEST_FIRST]),
        accepted=sql.Literal(len(GRAVEST_FIRST)),
        import_id=sql.Literal(job.id),
        read=sql.Literal(job.counts.get("read", 0)),
    )
    yield codecs.BOM_UTF8
    with (
        runtime.database.reading() as session,
        driver_connection(session).cursor().copy(statement) as copy,
    ):
        for piece in copy:
            yield bytes(piece)
