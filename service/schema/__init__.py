"""The schema: migrations run from code, and checks that they agree with the models."""

from service.schema.migrate import NewerSchema, migrate

__all__ = ["NewerSchema", "migrate"]
