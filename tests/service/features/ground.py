"""A made-up township for tests of pages, tiles and OGC: two villages, 200 plots, two cases.

Village 500118001202 lies west of 105.9100° E, 500118001203 east of it. Plots are a grid of 20
columns and 10 rows of 0.001° squares from 105.900° E, 29.350° N; row by row, from 1 on. Plots of
the first five columns are cropland, the last five none, between them recoverable.
"""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from service import clock
from service.layers.models import LayerVersion
from service.layers.versions import StagedVersion, begin_version, index_version, publish_version
from service.qgis.equipment import store_land_classes
from spatial.words import LayerName

WEST_VILLAGE, EAST_VILLAGE = "500118001202", "500118001203"

PLOTS = """
INSERT INTO {table} (version_id, plot_no, village_code, land_class, land_class_system, area_m2,
                     protection, attributes, geom)
SELECT {version}, 'D' || lpad((row * 20 + col + 1)::text, 4, '0'),
       CASE WHEN col < 10 THEN '500118001202' ELSE '500118001203' END,
       CASE WHEN col < 5 THEN '0101' WHEN col < 15 THEN '0201K' ELSE '1202' END,
       'SD3', 10700 + col,
       CASE WHEN col < 5 THEN 'cropland' WHEN col < 15 THEN 'recoverable' ELSE 'none' END,
       jsonb_build_object('备注', '第' || row || '行'),
       ST_Multi(ST_MakeEnvelope(105.9 + col * 0.001, 29.35 + row * 0.001,
                                105.901 + col * 0.001, 29.351 + row * 0.001, 4490))
FROM generate_series(0, {rows} - 1) row, generate_series(0, 19) col ORDER BY row, col
"""
VILLAGES = """
INSERT INTO {table} (version_id, source_row, code, name, area_m2, attributes, geom)
SELECT {version}, n, code, name, 1000000, '{{}}',
       ST_Multi(ST_MakeEnvelope(west, 29.35, west + 0.01, 29.36, 4490))
FROM (VALUES (1, '500118001202', '三星村', 105.90), (2, '500118001203', '望城村', 105.91))
     AS village(n, code, name, west)
"""
ANSWERING = """
INSERT INTO village (code, name, township_code) VALUES
    ('500118001202', '三星村', '500118001'), ('500118001203', '望城村', '500118001')
"""
ZONES = """
INSERT INTO {table} (version_id, kind, zone_no, name, document_no, valid_from, valid_to, area_m2,
                     attributes, geom)
VALUES ({version}, 'permanent-basic-farmland', 'YN-1', '示例片区', NULL, NULL, NULL, 100000, '{{}}',
        ST_Multi(ST_MakeEnvelope(105.9, 29.35, 105.9025, 29.353, 4490)))
"""
PATCHES = """
INSERT INTO patch (id, patch_no, batch_id, first_batch_id, source_row, content_hash, revision,
                   change_code, change_group, before_date, after_date, area_m2, attributes,
                   created_at, updated_at, geom)
OVERRIDING SYSTEM VALUE
SELECT n, 'TB-' || n, 3, 3, n, 'x', 1, '20', 'building', date '2026-01-04', date '2026-04-02', 900,
       '{}', :now, :now,
       ST_Multi(ST_MakeEnvelope(west, 29.3552, west + 0.0004, 29.3556, 4490))
FROM (VALUES (1, 105.9032), (2, 105.9122)) AS seen(n, west)
"""
CASES = """
INSERT INTO suspect_case (id, code, village_code, patch_id, batch_id, category, rule, rule_version,
    prohibitions, severity, department, supporting_departments, reason, reason_en, legal_basis,
    areas, exemptions, run_id, provenance, countable, status, facts, due_at, created_at,
    updated_at, geom)
OVERRIDING SYSTEM VALUE
SELECT patch.id, village || '-2026-' || lpad(patch.id::text, 4, '0'), village, patch.id, 3,
       'non_farm', 1, '2026.1', '{5}', 3, 'planning_and_environment', '{}', '疑似建房', 'x', 'x',
       '{"patch": 900, "farmland": 900, "permanent_basic_farmland": 0, "high_standard_farmland": 0,
         "cropland": 900, "recoverable": 0, "exempt": 0, "suspect": 900, "suspect_low": 800,
         "suspect_high": 1000, "suspect_mu": 1.35}', '[]', :run, '{}', true, 'village_check', '{}',
       :due, :now, :now, patch.geom
FROM patch JOIN (VALUES (1, '500118001202'), (2, '500118001203')) AS own(n, village) ON n = patch.id
"""
FINDINGS = """
INSERT INTO finding (run_id, patch_id, village_code, outcome, judgement, geom)
SELECT :run, patch_id, village_code, 'case', '{}', geom FROM suspect_case
"""
RUN = """
INSERT INTO screening_run (id, reason, zones_versions, rule_version, settings, started_at, counts)
VALUES (:run, 'import', '{}', '2026.1', '{}', :now, '{}')
"""


def publish(
    session: Session,
    layer: LayerName,
    insert: str,
    effective_on: date = date(2026, 1, 1),
    rows: int = 0,
) -> LayerVersion:
    """A published version with the rows that a statement inserts."""
    staged: StagedVersion = begin_version(session, layer)
    statement = insert.format(table=staged.table, version=staged.id, rows=rows)
    result = session.connection().exec_driver_sql(statement)
    index_version(session, staged)
    return publish_version(
        session,
        staged,
        effective_on=effective_on,
        import_id=None,
        feature_count=result.rowcount,
    )


def publish_plots(session: Session, rows: int = 10, effective_on: date = date(2026, 1, 1)) -> None:
    """A version of the plots with that many rows of twenty."""
    publish(session, LayerName.PLOTS, PLOTS, effective_on, rows)


def make_township(session: Session) -> None:
    """Everything the module's first lines say, and a zone over the southwest corner."""
    now = clock.now()
    store_land_classes(session)
    session.execute(text(ANSWERING))
    publish(session, LayerName.VILLAGES, VILLAGES)
    publish_plots(session)
    publish(session, LayerName.PERMANENT_BASIC_FARMLAND, ZONES)
    values = {"run": uuid.UUID(int=1), "now": now, "due": now}
    for statement in (PATCHES, RUN, CASES, FINDINGS):
        session.execute(text(statement), values)
