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
    create_subscription()
    create_delivery()


def create_subscription() -> None:
    """Who wants to be told of what."""
    op.create_table(
        "subscription",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("kinds", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("villages", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("categories", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("least_severity", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("frequency", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="fk_subscription_account_id_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_subscription"),
    )
    op.create_index("ix_subscription_account_id", "subscription", ["account_id"])


def create_delivery() -> None:
    """What became of each message."""
    op.create_table(
        "delivery",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("subscription_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscription.id"],
            name="fk_delivery_subscription_id_subscription",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint("subscription_id", "key", name="uq_delivery_subscription_id"),
    )
    op.create_index(
        "ix_delivery_due",
        "delivery",
        ["next_attempt_at"],
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_table(
        "delivery_notice",
        sa.Column("delivery_id", sa.UUID(), nullable=False),
        sa.Column("notice_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name="fk_delivery_notice_delivery_id_delivery"
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name="fk_delivery_notice_notice_id_notice"
        ),
        sa.PrimaryKeyConstraint("delivery_id", "notice_id", name="pk_delivery_notice"),
    )


def downgrade() -> None:
    for table in ("delivery_notice", "delivery", "subscription"):
        op.drop_table(table)
    op.drop_index("ux_notice_position", table_name="notice")
    for column in ("position", "supporting_departments", "department"):
        op.drop_column("notice", column)
