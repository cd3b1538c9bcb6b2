"""no aliases: other systems' village codes give way to the place, and nothing read this table."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("village_code_alias")


def downgrade() -> None:
    op.create_table(
        "village_code_alias",
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("village_code", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["village_code"],
            ["village.code"],
            name=op.f("fk_village_code_alias_village_code_village"),
        ),
        sa.PrimaryKeyConstraint("system", "code", name=op.f("pk_village_code_alias")),
    )
