"""Alembic's environment; the connection is always handed in by ``service.schema``."""

from alembic import context
from geoalchemy2 import alembic_helpers
from sqlalchemy import MetaData

from service.database.base import Base
from service.schema import models  # noqa: F401  (fills the metadata)

# Tables that others make: the job queue's own, and the partitions that imports attach.
FOREIGN_PREFIXES = (
    "procrastinate_",
    "plot_v",
    "zone_v",
    "village_boundary_v",
    "layer_styles",
    "alembic_version",
)


def include_object(item, name, kind, reflected, compare_to):  # noqa: ANN001, ANN201
    """Leave out what the product's models do not describe."""
    table = name if kind == "table" else getattr(getattr(item, "table", None), "name", "")
    if table and table.startswith(FOREIGN_PREFIXES):
        return False
    return alembic_helpers.include_object(item, name, kind, reflected, compare_to)


metadata: MetaData = Base.metadata
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_object=include_object,
    process_revision_directives=alembic_helpers.writer,
    render_item=alembic_helpers.render_item,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
