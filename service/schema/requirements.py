"""What a database must offer before Plotwatch's schema can be made in it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

OLDEST_SERVER = 15
FACTS = """
SELECT current_database() AS database, current_user AS login,
       current_setting('server_version_num')::int / 10000 AS server,
       rolsuper AS superuser, rolsuper OR rolcreaterole AS makes_roles,
       has_database_privilege(current_database(), 'CREATE') AS makes_schemas,
       to_regclass('public.layer_styles') IS NOT NULL
           OR has_schema_privilege('public', 'CREATE') AS writes_public,
       EXISTS (SELECT FROM pg_extension WHERE extname = 'postgis') AS has_postgis,
       EXISTS (SELECT FROM pg_available_extensions WHERE name = 'postgis') AS offers_postgis
  FROM pg_roles WHERE rolname = current_user
"""


def lacking(connection: Connection) -> list[str]:
    """What the database's administrator has to do first, one sentence each; nothing when ready."""
    return list(_lacking(connection))


def _lacking(connection: Connection) -> Iterator[str]:
    facts = connection.execute(text(FACTS)).one()
    if facts.server < OLDEST_SERVER:
        yield f"PostgreSQL {facts.server} is too old: {OLDEST_SERVER} or newer is needed."
    if not facts.has_postgis and not facts.offers_postgis:
        yield "PostGIS is not installed on the database server: install its package there."
    elif not facts.has_postgis and not facts.superuser:
        yield (
            "PostGIS is not in the database and only a superuser can add it: "
            f"run CREATE EXTENSION postgis in {facts.database}."
        )
    if not facts.makes_schemas:
        yield f"Run GRANT CREATE ON DATABASE {facts.database} TO {facts.login}."
    if not facts.writes_public:
        yield (
            "QGIS keeps styles in the schema public: "
            f"run GRANT CREATE ON SCHEMA public TO {facts.login}."
        )
    if not facts.makes_roles:
        yield (
            "Analysts get logins of their own to the database: "
            f"run ALTER ROLE {facts.login} CREATEROLE."
        )
