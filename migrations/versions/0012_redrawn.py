"""redrawn: an outline is checked when it is drawn anew, as editing.sql says now."""

from pathlib import Path

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

EDITING = Path(__file__).parent.parent / "sql" / "qgis" / "editing.sql"


def upgrade() -> None:
    op.get_bind().connection.driver_connection.execute(EDITING.read_text())


def downgrade() -> None:
    """Functions alone: revision 0004 takes them away with their schema."""
