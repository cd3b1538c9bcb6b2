"""alerts: who is told of what, and what became of it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notice", sa.Column("department", sa.Text(), nullable=False))
    op.add_column(
        "notice", sa.Column("supporting_departments", sa.ARRAY(sa.Text()), nullable=False)
    )
    op.add_column("notice", sa.Column("position", sa.BigInteger(), nullable=True))
    op.create_index("ux_notice_position", "notice", ["position"], unique=True)


def downgrade() -> None:
    op.drop_index("ux_notice_position", table_name="notice")
    for column in ("position", "supporting_departments", "department"):
        op.drop_column("notice", column)
