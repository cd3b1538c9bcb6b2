"""qgis: views with keys, row-level security, edits that are checked and kept."""

from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SQL = Path(__file__).parent.parent / "sql" / "qgis"
SECURED = ("plot", "suspect_case", "patch")
FUNCTIONS = ("my_patch(bigint)", "my_villages()")
TABLES = ("plot_edit", "land_class", "database_login")


def upgrade() -> None:
    for name in ("tables", "scope", "views", "editing", "projects"):
        op.get_bind().connection.driver_connection.execute((SQL / f"{name}.sql").read_text())


def downgrade() -> None:
    # public.layer_styles stays: QGIS users keep styles of their own in it.
    op.execute("DROP SCHEMA qgis CASCADE")
    for table in SECURED:
        op.execute(f"DROP POLICY own_ground ON {table}")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
    for table in TABLES:
        op.execute(f"DROP TABLE {table}")
