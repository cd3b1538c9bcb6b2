-- What analysts see: the versions in force, one view a layer, a whole number as key. Row-level
-- security of the tables below applies to whoever asks (security_invoker).
CREATE SCHEMA IF NOT EXISTS qgis;

CREATE OR REPLACE VIEW qgis.villages WITH (security_invoker = true) AS
SELECT b.id, b.code, b.name, round(b.area_m2::numeric, 2)::float8 AS area_m2,
       round(b.area_m2::numeric * 3 / 2000, 2)::float8 AS area_mu, b.geom
FROM village_boundary b
WHERE b.version_id = (SELECT id FROM layer_version
                      WHERE layer = 'villages' AND superseded_at IS NULL);

CREATE OR REPLACE VIEW qgis.zones WITH (security_invoker = true) AS
SELECT z.id, z.kind, z.zone_no, z.name, z.document_no, z.valid_from, z.valid_to, z.use,
       round(z.area_m2::numeric * 3 / 2000, 2)::float8 AS area_mu, z.geom
FROM zone z
WHERE z.version_id = ANY (ARRAY(SELECT id FROM layer_version WHERE superseded_at IS NULL));

-- The edit token is empty in what is read. An editor sends back the row version it saw (QGIS by the
-- layer's default value on update); the trigger refuses it when the row has moved on since.
CREATE OR REPLACE VIEW qgis.plots WITH (security_invoker = true) AS
SELECT p.id, p.plot_no, p.village_code, p.land_class, p.planting, p.slope_grade, p.ownership,
       p.protection, round(p.area_m2::numeric, 2)::float8 AS area_m2,
       round(p.area_m2::numeric * 3 / 2000, 2)::float8 AS area_mu, p.area_reported_m2,
       p.row_version, NULL::text AS edit_token, p.geom
FROM plot p
WHERE p.version_id = (SELECT id FROM layer_version
                      WHERE layer = 'plots' AND superseded_at IS NULL);

CREATE OR REPLACE VIEW qgis.patches WITH (security_invoker = true) AS
SELECT p.id, p.patch_no, p.batch_id, p.change_code, p.change_group, p.before_date, p.after_date,
       p.land_before, round(p.area_m2::numeric * 3 / 2000, 2)::float8 AS area_mu, p.outcome, p.geom
FROM patch p;

-- Without void cases, and without those that were split: their ground is that of their parts.
CREATE OR REPLACE VIEW qgis.cases WITH (security_invoker = true) AS
SELECT c.id, c.code, c.village_code, v.name AS village, c.category, c.severity, c.status,
       c.department, c.due_at, (c.areas ->> 'suspect_mu')::float8 AS suspect_mu, c.reason,
       c.batch_id, c.geom
FROM suspect_case c LEFT JOIN village v ON v.code = c.village_code
WHERE c.voided_at IS NULL AND c.status <> 'split';
