"""A small farmland in the database, equipped for QGIS, and analysts who log in to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import psycopg
import pytest
from sqlalchemy import make_url, text

from service.accounts.directory import add_account, principal_of
from service.accounts.roles import Role
from service.qgis.equipment import equip
from service.qgis.roles import add_login, end_login
from service.runtime import Runtime

MINE = "500118001202"
THEIRS = "500118001203"
PASSWORD = "an-analyst-logs-in"
FARMLAND = """
INSERT INTO village (code, name, township_code) VALUES
    ('500118001202', '三星村', '500118001'), ('500118001203', '瓦子铺村', '500118001');
INSERT INTO layer_version (layer, version, effective_on, published_at, feature_count, edited_at)
    VALUES ('villages', 1, '2026-01-01', now(), 2, now()),
           ('plots', 1, '2026-01-01', now(), 4, now());
CREATE TABLE village_boundary_v1 PARTITION OF village_boundary FOR VALUES IN (1);
CREATE TABLE plot_v2 PARTITION OF plot FOR VALUES IN (2);
INSERT INTO village_boundary (version_id, source_row, code, name, area_m2, attributes, geom)
SELECT 1, n, '50011800120' || (1 + n), name, 1, '{}',
       ST_Multi(ST_MakeEnvelope(105.9 + n * 0.01, 29.3, 105.91 + n * 0.01, 29.31, 4490))
FROM (VALUES (1, '三星村'), (2, '瓦子铺村')) AS t (n, name);
INSERT INTO plot (version_id, plot_no, village_code, land_class, land_class_system, area_m2,
                  protection, attributes, geom)
SELECT 2, 'P' || n, CASE WHEN n <= 2 THEN '500118001202' ELSE '500118001203' END, '0101', 'SD3',
       10000, 'cropland', '{}',
       ST_Multi(ST_MakeEnvelope(105.905 + n * 0.005, 29.302, 105.909 + n * 0.005, 29.308, 4490))
FROM generate_series(1, 4) AS n;
"""

LogIn = Callable[[str], AbstractContextManager[psycopg.Connection]]


@pytest.fixture
def farmland(runtime: Runtime) -> Runtime:
    """Two villages, two plots in each, the database equipped for QGIS."""
    with runtime.database.transaction() as session:
        session.execute(text(FARMLAND.replace(":", r"\:")))
    equip(runtime)
    return runtime


@pytest.fixture
def log_in(farmland: Runtime, request: pytest.FixtureRequest) -> Iterator[LogIn]:
    """Makes analysts and opens their own connections: ``everywhere`` or ``mine`` (bound)."""
    # Roles belong to the whole cluster: names must not meet those of other tests.
    suffix = str(abs(hash(request.node.nodeid)) % 10**8)
    made: list[str] = []

    @contextmanager
    def opened(kind: str) -> Iterator[psycopg.Connection]:
        name = f"{kind}_{suffix}"
        if name not in made:
            make_analyst(farmland, name, [MINE] if kind == "mine" else [])
            made.append(name)
        url = make_url(farmland.database.dsn).set(username=name, password=PASSWORD)
        with psycopg.connect(url.render_as_string(hide_password=False)) as connection:
            yield connection

    yield opened
    with farmland.database.transaction() as session:
        for name in made:
            end_login(session, name)


def make_analyst(runtime: Runtime, name: str, villages: list[str]) -> None:
    with runtime.database.transaction() as session:
        account = add_account(session, name, Role.ANALYST, PASSWORD, villages=villages)
        add_login(session, account, principal_of(account), PASSWORD)
