"""parts alone: analysts see the parts of a case that was split, as views.sql says now."""

from pathlib import Path

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

VIEWS = Path(__file__).parent.parent / "sql" / "qgis" / "views.sql"


def upgrade() -> None:
    op.get_bind().connection.driver_connection.execute(VIEWS.read_text())


def downgrade() -> None:
    """Views alone: revision 0004 takes them away with their schema."""
