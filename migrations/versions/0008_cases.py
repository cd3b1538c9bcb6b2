"""cases: the office's working days, and histories that nobody can rewrite."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# Table -> what may never be done to its rows (the function is of migration 0002).
KEPT = {
    "case_event": "UPDATE OR DELETE OR TRUNCATE",
    "suspect_case": "DELETE OR TRUNCATE",
}


def upgrade() -> None:
    op.create_table(
        "workday_override",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_workday_override")),
    )
    for table, deeds in KEPT.items():
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE {deeds} ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()"
        )


def downgrade() -> None:
    for table in KEPT:
        op.execute(f"DROP TRIGGER {table}_kept ON {table}")
    op.drop_table("workday_override")
