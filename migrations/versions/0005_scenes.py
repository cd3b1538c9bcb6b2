"""scenes: images of the ground, comparisons of two, and what they show of cases."""

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
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("progress", sa.Double(), nullable=False),
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
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scene")),
    )
    op.create_index("ix_scene_footprint", "scene", ["footprint"], postgresql_using="gist")
    op.create_index("ix_scene_taken_on", "scene", ["taken_on"])
    op.create_index("ix_scene_sha256", "scene", ["sha256"])
    op.create_table(
        "scene_detection",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("before_scene_id", sa.BigInteger(), nullable=False),
        sa.Column("after_scene_id", sa.BigInteger(), nullable=False),
        sa.Column("options", postgresql.JSONB(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("progress", sa.Double(), nullable=False),
        sa.Column("problem", postgresql.JSONB(), nullable=True),
        sa.Column("found", postgresql.JSONB(), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["before_scene_id"],
            ["scene.id"],
            name=op.f("fk_scene_detection_before_scene_id_scene"),
        ),
        sa.ForeignKeyConstraint(
            ["after_scene_id"],
            ["scene.id"],
            name=op.f("fk_scene_detection_after_scene_id_scene"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scene_detection")),
    )
    op.create_index(
        "ix_scene_detection_scenes", "scene_detection", ["before_scene_id", "after_scene_id"]
    )
    op.create_table(
        "case_imagery",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("before_scene_id", sa.BigInteger(), nullable=True),
        sa.Column("after_scene_id", sa.BigInteger(), nullable=True),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_imagery")),
    )
    op.create_index("ix_case_imagery_before", "case_imagery", ["before_scene_id"])
    op.create_index("ix_case_imagery_after", "case_imagery", ["after_scene_id"])


def downgrade() -> None:
    op.drop_table("case_imagery")
    op.drop_table("scene_detection")
    op.drop_table("scene")
