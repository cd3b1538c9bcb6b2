"""The spine: accounts, layers, plots, zones, patches, imports, screening, cases, jobs."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from procrastinate.schema import SchemaManager
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


SEQUENCES = ("plot_id", "zone_id", "village_boundary_id")


def upgrade() -> None:
    for name in SEQUENCES:
        op.execute(sa.schema.CreateSequence(sa.Sequence(name)))
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("villages", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("department", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("username", name=op.f("uq_account_username")),
    )
    op.create_table(
        "layer_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("feature_count", sa.Integer(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_layer_version")),
        sa.UniqueConstraint("layer", "version", name=op.f("uq_layer_version_layer")),
    )
    op.create_index(
        "ux_layer_version_current",
        "layer_version",
        ["layer"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("village_code", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dispatched_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_key")),
    )
    op.create_index(
        "ix_notice_pending",
        "notice",
        ["id"],
        unique=False,
        postgresql_where=sa.text("dispatched_at IS NULL"),
    )
    op.create_geospatial_table(
        "patch",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("patch_no", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("first_batch_id", sa.BigInteger(), nullable=False),
        sa.Column("source_row", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("change_code", sa.Text(), nullable=True),
        sa.Column("change_group", sa.Text(), nullable=False),
        sa.Column("before_date", sa.Date(), nullable=True),
        sa.Column("after_date", sa.Date(), nullable=True),
        sa.Column("land_before", sa.Text(), nullable=True),
        sa.Column("area_m2", sa.Double(), nullable=False),
        sa.Column("area_reported_m2", sa.Double(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("attributes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4490,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patch")),
        sa.UniqueConstraint("patch_no", name=op.f("uq_patch_patch_no")),
    )
    op.create_index("ix_patch_batch_id", "patch", ["batch_id", "id"], unique=False)
    # Every patch gets its outcome once it has been screened: with room beside it on its page, the
    # new row needs no new entries in the indexes.
    op.execute("ALTER TABLE patch SET (fillfactor = 50)")
    op.create_geospatial_index(
        "ix_patch_geom", "patch", ["geom"], unique=False, postgresql_using="gist", postgresql_ops={}
    )
    op.create_geospatial_table(
        "patch_revision",
        sa.Column("patch_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4490,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("patch_id", "revision", name=op.f("pk_patch_revision")),
    )
    op.create_table(
        "screening_run",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("plots_version", sa.Integer(), nullable=True),
        sa.Column("villages_version", sa.Integer(), nullable=True),
        sa.Column("zones_versions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rule_version", sa.Text(), nullable=False),
        sa.Column("settings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_run")),
    )
    op.create_table(
        "village",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("township_code", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_village")),
    )
    op.create_geospatial_table(
        "finding",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("run_id", sa.UUID(), nullable=False),
        sa.Column("patch_id", sa.BigInteger(), nullable=False),
        sa.Column("patch_revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("after_date", sa.Date(), nullable=True),
        sa.Column("village_code", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("judgement", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4490,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=True,
            ),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    op.create_geospatial_index(
        "ix_finding_geom",
        "finding",
        ["geom"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index("ix_finding_patch_id", "finding", ["patch_id"], unique=False)
    op.create_table(
        "import",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), server_default=sa.text("'upload'"), nullable=False),
        sa.Column("options", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("progress", sa.Double(), nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("decisions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("problem", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["account.id"], name=op.f("fk_import_created_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import")),
    )
    op.create_index("ix_import_sha256", "import", ["sha256", "layer"], unique=False)
    op.create_index("ix_import_status", "import", ["status"], unique=False)
    op.create_geospatial_table(
        "piece",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("run_id", sa.UUID(), nullable=False),
        sa.Column("patch_id", sa.BigInteger(), nullable=False),
        sa.Column("village_code", sa.Text(), nullable=True),
        sa.Column("protection", sa.Text(), nullable=False),
        sa.Column("zone_kind", sa.Text(), nullable=True),
        sa.Column("zone_id", sa.BigInteger(), nullable=True),
        sa.Column("document_no", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("dust", sa.Boolean(), nullable=False),
        sa.Column("area_m2", sa.Double(), nullable=False),
        sa.Column("area_low_m2", sa.Double(), nullable=False),
        sa.Column("area_high_m2", sa.Double(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4490,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_piece")),
    )
    op.create_index("ix_piece_patch_id", "piece", ["patch_id", "run_id"], unique=False)
    op.create_geospatial_table(
        "plot",
        sa.Column("version_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "id",
            sa.BigInteger(),
            server_default=sa.text("nextval('plot_id')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("row_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("source_row", sa.Integer(), nullable=True),
        sa.Column("plot_no", sa.Text(), nullable=False),
        sa.Column("village_code", sa.Text(), nullable=True),
        sa.Column("land_class", sa.Text(), nullable=False),
        sa.Column("land_class_system", sa.Text(), nullable=False),
        sa.Column("planting", sa.Text(), nullable=True),
        sa.Column("slope_grade", sa.Text(), nullable=True),
        sa.Column("ownership", sa.Text(), nullable=True),
        sa.Column("deduction_ratio", sa.Double(), nullable=True),
        sa.Column("area_m2", sa.Double(), nullable=False),
        sa.Column("area_reported_m2", sa.Double(), nullable=True),
        sa.Column("protection", sa.Text(), nullable=False),
        sa.Column("attributes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4490,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["layer_version.id"], name=op.f("fk_plot_version_id_layer_version")
        ),
        sa.PrimaryKeyConstraint("version_id", "id", name=op.f("pk_plot")),
        postgresql_partition_by="LIST (version_id)",
    )
    op.create_geospatial_index(
        "ix_plot_geom", "plot", ["geom"], unique=False, postgresql_using="gist", postgresql_ops={}
    )
    op.create_index("ix_plot_id", "plot", ["id"], unique=False)
    op.create_index("ix_plot_plot_no", "plot", ["plot_no"], unique=False)
    op.create_index("ix_plot_village_code", "plot", ["village_code", "id"], unique=False)
    op.create_geospatial_table(
        "suspect_case",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("village_code", sa.Text(), nullable=False),
        sa.Column("patch_id", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("recurrence_of", sa.BigInteger(), nullable=True),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("merged_into", sa.BigInteger(), nullable=True),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("rule", sa.Integer(), nullable=False),
        sa.Column("rule_version", sa.Text(), nullable=False),
        sa.Column("prohibitions", sa.ARRAY(sa.Integer()), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("supporting_departments", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reason_en", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("areas", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("exemptions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("run_id", sa.UUID(), nullable=False),
        sa.Column("provenance", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("countable", sa.Boolean(), nullable=False),
        sa.Column("verify_workdays", sa.Integer(), nullable=True),
        sa.Column("rectify_days", sa.Integer(), nullable=True),
        sa.Column("rectify_until", sa.Text(), nullable=True),
        sa.Column("after_date", sa.Date(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("conclusion", sa.Text(), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("assignee_id", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4490,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["account.id"], name=op.f("fk_suspect_case_assignee_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into"],
            ["suspect_case.id"],
            name=op.f("fk_suspect_case_merged_into_suspect_case"),
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["suspect_case.id"], name=op.f("fk_suspect_case_parent_id_suspect_case")
        ),
        sa.ForeignKeyConstraint(
            ["recurrence_of"],
            ["suspect_case.id"],
            name=op.f("fk_suspect_case_recurrence_of_suspect_case"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspect_case")),
        sa.UniqueConstraint("code", name=op.f("uq_suspect_case_code")),
    )
    op.create_index("ix_suspect_case_batch_id", "suspect_case", ["batch_id"], unique=False)
    op.create_geospatial_index(
        "ix_suspect_case_geom",
        "suspect_case",
        ["geom"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index("ix_suspect_case_status", "suspect_case", ["status"], unique=False)
    op.create_index(
        "ix_suspect_case_village_code", "suspect_case", ["village_code", "id"], unique=False
    )
    op.create_geospatial_table(
        "village_boundary",
        sa.Column("version_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "id",
            sa.BigInteger(),
            server_default=sa.text("nextval('village_boundary_id')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("source_row", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("area_m2", sa.Double(), nullable=False),
        sa.Column("attributes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4490,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["layer_version.id"],
            name=op.f("fk_village_boundary_version_id_layer_version"),
        ),
        sa.PrimaryKeyConstraint("version_id", "id", name=op.f("pk_village_boundary")),
        postgresql_partition_by="LIST (version_id)",
    )
    op.create_index("ix_village_boundary_code", "village_boundary", ["code"], unique=False)
    op.create_geospatial_index(
        "ix_village_boundary_geom",
        "village_boundary",
        ["geom"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
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
    op.create_geospatial_table(
        "zone",
        sa.Column("version_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "id",
            sa.BigInteger(),
            server_default=sa.text("nextval('zone_id')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("source_row", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("zone_no", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("document_no", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("use", sa.Text(), nullable=True),
        sa.Column("area_m2", sa.Double(), nullable=False),
        sa.Column("area_reported_m2", sa.Double(), nullable=True),
        sa.Column("attributes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4490,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["layer_version.id"], name=op.f("fk_zone_version_id_layer_version")
        ),
        sa.PrimaryKeyConstraint("version_id", "id", name=op.f("pk_zone")),
        postgresql_partition_by="LIST (version_id)",
    )
    op.create_geospatial_index(
        "ix_zone_geom", "zone", ["geom"], unique=False, postgresql_using="gist", postgresql_ops={}
    )
    op.create_index("ix_zone_id", "zone", ["id"], unique=False)
    op.create_table(
        "case_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("from_status", sa.Text(), nullable=True),
        sa.Column("to_status", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("previous_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["suspect_case.id"], name=op.f("fk_case_event_case_id_suspect_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
    )
    op.create_index("ux_case_event_number", "case_event", ["case_id", "number"], unique=True)
    op.create_table(
        "case_sighting",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("patch_id", sa.BigInteger(), nullable=False),
        sa.Column("finding_id", sa.BigInteger(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["suspect_case.id"], name=op.f("fk_case_sighting_case_id_suspect_case")
        ),
        sa.PrimaryKeyConstraint("case_id", "patch_id", name=op.f("pk_case_sighting")),
    )
    op.create_index("ix_case_sighting_finding_id", "case_sighting", ["finding_id"], unique=False)
    op.create_index("ix_case_sighting_patch_id", "case_sighting", ["patch_id"], unique=False)
    op.create_table(
        "case_number",
        sa.Column("village_code", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("village_code", "year", name=op.f("pk_case_number")),
    )
    op.create_table(
        "import_row",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("detail_en", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import.id"], name=op.f("fk_import_row_import_id_import")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_row")),
    )
    op.create_index("ix_import_row_import_id", "import_row", ["import_id", "row"], unique=False)
    op.get_bind().connection.driver_connection.execute(SchemaManager.get_schema())


def drop_job_queue() -> None:
    """Remove everything that the job queue's schema made."""
    connection = op.get_bind()
    for statement in (
        "SELECT format('DROP TABLE %I CASCADE', relname) FROM pg_class"
        " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
        " AND relname LIKE 'procrastinate%'",
        "SELECT format('DROP FUNCTION %s CASCADE', oid::regprocedure) FROM pg_proc"
        " WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'procrastinate%'",
        "SELECT format('DROP TYPE %I CASCADE', typname) FROM pg_type"
        " WHERE typnamespace = current_schema()::regnamespace AND typtype IN ('e', 'c')"
        " AND typname LIKE 'procrastinate%'",
    ):
        for drop in connection.execute(sa.text(statement)).scalars().all():
            connection.execute(sa.text(drop))


def downgrade() -> None:
    op.drop_index("ix_import_row_import_id", table_name="import_row")
    op.drop_table("import_row")
    op.drop_table("case_number")
    op.drop_index("ix_case_sighting_patch_id", table_name="case_sighting")
    op.drop_index("ix_case_sighting_finding_id", table_name="case_sighting")
    op.drop_table("case_sighting")
    op.drop_index("ux_case_event_number", table_name="case_event")
    op.drop_table("case_event")
    op.drop_index("ix_zone_id", table_name="zone")
    op.drop_geospatial_index(
        "ix_zone_geom", table_name="zone", postgresql_using="gist", column_name="geom"
    )
    op.drop_geospatial_table("zone")
    op.drop_table("village_code_alias")
    op.drop_geospatial_index(
        "ix_village_boundary_geom",
        table_name="village_boundary",
        postgresql_using="gist",
        column_name="geom",
    )
    op.drop_index("ix_village_boundary_code", table_name="village_boundary")
    op.drop_geospatial_table("village_boundary")
    op.drop_index("ix_suspect_case_village_code", table_name="suspect_case")
    op.drop_index("ix_suspect_case_status", table_name="suspect_case")
    op.drop_geospatial_index(
        "ix_suspect_case_geom",
        table_name="suspect_case",
        postgresql_using="gist",
        column_name="geom",
    )
    op.drop_index("ix_suspect_case_batch_id", table_name="suspect_case")
    op.drop_geospatial_table("suspect_case")
    op.drop_index("ix_plot_village_code", table_name="plot")
    op.drop_index("ix_plot_plot_no", table_name="plot")
    op.drop_index("ix_plot_id", table_name="plot")
    op.drop_geospatial_index(
        "ix_plot_geom", table_name="plot", postgresql_using="gist", column_name="geom"
    )
    op.drop_geospatial_table("plot")
    op.drop_index("ix_piece_patch_id", table_name="piece")
    op.drop_geospatial_table("piece")
    op.drop_index("ix_import_status", table_name="import")
    op.drop_index("ix_import_sha256", table_name="import")
    op.drop_table("import")
    op.drop_index("ix_finding_patch_id", table_name="finding")
    op.drop_geospatial_index(
        "ix_finding_geom", table_name="finding", postgresql_using="gist", column_name="geom"
    )
    op.drop_geospatial_table("finding")
    op.drop_table("village")
    op.drop_table("screening_run")
    op.drop_geospatial_table("patch_revision")
    op.drop_geospatial_index(
        "ix_patch_geom", table_name="patch", postgresql_using="gist", column_name="geom"
    )
    op.drop_index("ix_patch_batch_id", table_name="patch")
    op.drop_geospatial_table("patch")
    op.drop_index(
        "ix_notice_pending", table_name="notice", postgresql_where=sa.text("dispatched_at IS NULL")
    )
    op.drop_table("notice")
    op.drop_index(
        "ux_layer_version_current",
        table_name="layer_version",
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.drop_table("layer_version")
    op.drop_table("account")
    for name in SEQUENCES:
        op.execute(sa.schema.DropSequence(sa.Sequence(name)))
    drop_job_queue()
