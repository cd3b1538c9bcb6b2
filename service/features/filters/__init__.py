"""CQL2 filters: parsed by ``cql2``, compiled to parameterised SQL on a whitelist.

Only properties of the feature type can be named, only the functions of the table can be called,
and no literal becomes part of the SQL.
"""

from service.features.filters.compiler import compile_filter
from service.features.filters.parsing import parse_filter

__all__ = ["compile_filter", "parse_filter"]
