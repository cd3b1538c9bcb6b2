"""scenes: images of the ground and where they lie."""

import geoalchemy2
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scene",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("sensor", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("problem", postgresql.JSONB(), nullable=True),
        sa.Column("cog_sha256", sa.Text(), nullable=True),
        sa.Column("bands", postgresql.JSONB(), nullable=False),
        sa.Column("stretch", postgresql.JSONB(), nullable=False),
        sa.Column("resolution_m", sa.Double(), nullable=True),
        sa.Column(
            "footprint",
            geoalchemy2.Geometry("MULTIPOLYGON", srid=4490, spatial_index=False),
            nullable=True,
        ),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scene")),
    )
    op.create_index("ix_scene_footprint", "scene", ["footprint"], postgresql_using="gist")
    op.create_index("ix_scene_taken_on", "scene", ["taken_on"])
    op.create_index("ix_scene_sha256", "scene", ["sha256"])


def downgrade() -> None:
    op.drop_table("scene")
