"""Alembic migrations: the schema's only source of change."""
