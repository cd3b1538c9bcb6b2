"""revisions: counters that tell a reader whether what it kept is still true."""

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


def downgrade() -> None:
    for table in COUNTED:
        op.execute(f"DROP TRIGGER {table}_revision ON {table}")
    op.execute("DROP FUNCTION bump_revision()")
    op.drop_table("revision")
