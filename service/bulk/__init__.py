"""Bulk loading: rows as PostgreSQL's binary COPY reads them, built a column at a time."""

from service.bulk.encoding import (
    COPY_HEADER,
    COPY_TRAILER,
    Field,
    bytes_field,
    date_field,
    encode_rows,
    filled,
    float_field,
    geometry_field,
    integer_field,
    json_field,
    nullable,
    text_field,
)

__all__ = [
    "COPY_HEADER",
    "COPY_TRAILER",
    "Field",
    "bytes_field",
    "date_field",
    "encode_rows",
    "filled",
    "float_field",
    "geometry_field",
    "integer_field",
    "json_field",
    "nullable",
    "text_field",
]
