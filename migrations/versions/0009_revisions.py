"""revisions: counters that tell a reader whether what it kept is still true, and sums of plots.

Wide tiles show plots summed up by cells, which a trigger keeps true through every edit.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# Counted table -> the name its changes are counted under.
COUNTED = {
    "account": "accounts",
    "api_token": "accounts",
    "layer_version": "layers",
    "patch": "patches",
    "finding": "patches",
    "suspect_case": "cases",
}

# One row for every 64th server process: writers of different processes rarely wait for
# each other, and a sum over the rows sees exactly the committed changes.
BUMP = """
CREATE FUNCTION bump_revision() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO revision (name, slot, changes) VALUES (TG_ARGV[0], pg_backend_pid() % 64, 1)
    ON CONFLICT (name, slot) DO UPDATE SET changes = revision.changes + 1;
    RETURN NULL;
END
$$
"""

# A cell is a WebMercatorQuad tile of zoom 17; the outline's area is shared out evenly among the
# cells that its box meets, which most plots have one of. Without SET it becomes part of the query
# that uses it: several times as fast.
PLOT_CELLS = """
CREATE FUNCTION plot_cells(geom geometry, area double precision)
RETURNS TABLE (across integer, down integer, area_m2 double precision)
LANGUAGE sql IMMUTABLE AS $$
    SELECT column_number, row_number,
        area / ((east - west + 1)::double precision * (south - north + 1))
    FROM (
        SELECT floor((ST_XMin(geom) + 180) / 360 * 131072)::int AS west,
            floor((ST_XMax(geom) + 180) / 360 * 131072)::int AS east,
            floor((1 - asinh(tand(ST_YMax(geom))) / pi()) * 65536)::int AS north,
            floor((1 - asinh(tand(ST_YMin(geom))) / pi()) * 65536)::int AS south
    ) AS box,
    generate_series(west, east) AS column_number, generate_series(north, south) AS row_number
$$
"""
# Edits hold their layer's version row, as summing up does: one at a time, none is missed.
KEEP_PLOT_CELLS = """
CREATE FUNCTION keep_plot_cells() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    version bigint := coalesce(NEW.version_id, OLD.version_id);
BEGIN
    IF NOT EXISTS (SELECT FROM plot_cell WHERE version_id = version) THEN
        RETURN NULL;
    END IF;
    INSERT INTO plot_cell AS known (version_id, zoom, across, down, protection, area_m2)
    SELECT version, level, across >> (17 - level), down >> (17 - level), protects, sum(area_m2)
    FROM (
        SELECT across, down, NEW.protection AS protects, area_m2
        FROM plot_cells(NEW.geom, NEW.area_m2)
        UNION ALL
        SELECT across, down, OLD.protection, -area_m2 FROM plot_cells(OLD.geom, OLD.area_m2)
    ) AS changed, generate_series(14, 17) AS level
    GROUP BY 2, 3, 4, 5
    ON CONFLICT (version_id, zoom, across, down, protection)
    DO UPDATE SET area_m2 = known.area_m2 + EXCLUDED.area_m2;
    RETURN NULL;
END
$$
"""


def upgrade() -> None:
    op.create_table(
        "revision",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("changes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", "slot", name=op.f("pk_revision")),
    )
    op.execute(BUMP)
    for table, name in COUNTED.items():
        op.execute(
            f"CREATE TRIGGER {table}_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE"
            f" ON {table} FOR EACH STATEMENT EXECUTE FUNCTION bump_revision('{name}')"
        )
    op.create_table(
        "plot_cell",
        sa.Column("version_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("zoom", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("across", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("down", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("protection", sa.Text(), nullable=False),
        sa.Column("area_m2", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint(
            "version_id", "zoom", "across", "down", "protection", name=op.f("pk_plot_cell")
        ),
    )
    op.execute(PLOT_CELLS)
    op.execute(KEEP_PLOT_CELLS)
    op.execute(
        "CREATE TRIGGER plot_cells AFTER INSERT OR UPDATE OR DELETE ON plot"
        " FOR EACH ROW EXECUTE FUNCTION keep_plot_cells()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER plot_cells ON plot")
    op.execute("DROP FUNCTION keep_plot_cells()")
    op.execute("DROP FUNCTION plot_cells(geometry, double precision)")
    op.drop_table("plot_cell")
    for table in COUNTED:
        op.execute(f"DROP TRIGGER {table}_revision ON {table}")
    op.execute("DROP FUNCTION bump_revision()")
    op.drop_table("revision")
