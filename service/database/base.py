"""The declarative base and the column types that models share."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import BigInteger, DateTime, Identity, MetaData
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

STORAGE_SRID = 4490
"""Geometry is kept in CGCS2000 longitude and latitude."""

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

IdentityKey = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]
Json = Annotated[dict[str, Any], mapped_column(JSONB)]
JsonList = Annotated[list[Any], mapped_column(JSONB)]
Instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]
MultiPolygon = Annotated[
    WKBElement, mapped_column(Geometry("MULTIPOLYGON", srid=STORAGE_SRID, spatial_index=False))
]


class Base(DeclarativeBase):
    """Every table of the product; the schema comes from the connection's search path."""

    metadata = MetaData(naming_convention=NAMING)
