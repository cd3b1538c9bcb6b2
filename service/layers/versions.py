"""Versions of base layers: made beside what readers see, put in force in one transaction.

A version's rows are a table of their own, which becomes a partition of the layer's table when it
is published. Everything from :func:`begin_version` to :func:`publish_version` happens in one
transaction: a death at any instant leaves nothing behind, for nothing was committed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from service import clock
from service.layers.models import LayerVersion
from service.layers.partitions import (
    attach_partition,
    create_partition_table,
    index_partition,
    partition_name,
)
from spatial.words import LayerName

PUBLISHING_LOCK = 0x6C617965
"""Held until commit by whoever puts a version or a batch in force: one at a time, in an order."""

PARENT_TABLES: Mapping[LayerName, str] = {
    LayerName.VILLAGES: "village_boundary",
    LayerName.PLOTS: "plot",
} | {layer: "zone" for layer in LayerName if layer.zone_kind}
"""The table that holds the versions of a base layer; patches have none."""


@dataclass(frozen=True, slots=True)
class StagedVersion:
    """A version in the making: ``id`` is its version_id, ``parent`` the layer's table."""

    id: int
    layer: LayerName
    parent: str

    @property
    def table(self) -> str:
        """The table that takes its rows."""
        return partition_name(self.parent, self.id)


def current_version(session: Session, layer: LayerName) -> LayerVersion | None:
    """The version of a base layer that is in force; None before its first import."""
    return session.scalar(
        select(LayerVersion).where(
            LayerVersion.layer == layer.value, LayerVersion.superseded_at.is_(None)
        )
    )


def current_versions(session: Session) -> dict[LayerName, LayerVersion]:
    """The versions in force of all base layers that have one."""
    found = session.scalars(select(LayerVersion).where(LayerVersion.superseded_at.is_(None)))
    return {LayerName(version.layer): version for version in found}


def lock_publishing(session: Session) -> None:
    """Wait until no other transaction is publishing; released at the transaction's end.

    A batch of patches is screened against the versions in force, and a new version asks which
    patches it touches: unordered, each could miss the other.
    """
    session.execute(select(func.pg_advisory_xact_lock(PUBLISHING_LOCK)))


def begin_version(session: Session, layer: LayerName) -> StagedVersion:
    """Reserve a version and make the table for its rows, in the session's transaction."""
    version_id = session.scalar(
        text("SELECT nextval(pg_get_serial_sequence('layer_version','id'))")
    )
    staged = StagedVersion(int(version_id or 0), layer, PARENT_TABLES[layer])
    create_partition_table(session, staged.parent, staged.id)
    return staged


def index_version(session: Session, staged: StagedVersion) -> None:
    """Index the rows of a version once they are all there."""
    index_partition(session, staged.parent, staged.id)


def publish_version(
    session: Session,
    staged: StagedVersion,
    *,
    effective_on: date,
    import_id: int | None,
    feature_count: int,
) -> LayerVersion:
    """Put an indexed version in force and supersede the one before, in the same transaction."""
    now = clock.now()
    session.execute(
        update(LayerVersion)
        .where(LayerVersion.layer == staged.layer.value, LayerVersion.superseded_at.is_(None))
        .values(superseded_at=now)
    )
    number = session.scalar(
        select(func.coalesce(func.max(LayerVersion.version), 0) + 1).where(
            LayerVersion.layer == staged.layer.value
        )
    )
    version = LayerVersion(
        id=staged.id,
        layer=staged.layer.value,
        version=number,
        effective_on=effective_on,
        import_id=import_id,
        published_at=now,
        feature_count=feature_count,
        edited_at=now,
    )
    session.add(version)
    session.flush()
    attach_partition(session, staged.parent, staged.id)
    return version
