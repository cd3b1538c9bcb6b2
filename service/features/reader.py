"""A read-only, time-limited way to the database that hands rows on as they come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from typing import Any

from psycopg import AsyncConnection, DataError, OperationalError
from psycopg.errors import InternalError, QueryCanceled
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from service.database import SEARCH_PATH, Database
from service.errors import InvalidParameter, TooCostly, TooManyRequests, Unavailable
from service.features.fragments import Fragment
from service.features.turns import LongTurns
from service.settings import FeatureSettings
from spatial.messages import Message

Row = tuple[Any, ...]

TOO_COSTLY = Message(
    "查询超过了允许的时间，请缩小范围或简化过滤条件。",
    "The query took longer than allowed; ask for a smaller extent or a simpler filter.",
)
NOT_COMPUTABLE = Message(
    "查询条件无法计算，请检查数值和几何是否超出范围。",
    "The query cannot be computed; check that its values and geometries are within range.",
)
TOO_MANY_DOWNLOADS = Message(
    "正在进行的下载过多，请稍后再试。", "Too many downloads are under way; try again later."
)
DOWN = Message("数据库没有响应，请稍后再试。", "The database does not answer; try later.")


class FeatureReader:
    """A pool of psycopg connections on the event loop, apart from the ORM's.

    The session and the ORM cost more than PostGIS takes to write a page of plots; here bytes
    go from the database to the answer untouched. Connections are read-only, plan each query
    for its own extent, and stop at the time limit.
    """

    def __init__(self, database: Database, settings: FeatureSettings) -> None:
        options = (
            f"-c search_path={SEARCH_PATH} -c timezone=UTC -c default_transaction_read_only=on"
            f" -c statement_timeout={int(settings.seconds * 1000)}"
            # A generic plan would not know whether the extent holds ten plots or all.
            " -c plan_cache_mode=force_custom_plan -c jit=off"
            # Many ask at once: each takes one core, none waits for workers to be started.
            " -c max_parallel_workers_per_gather=0"
        )
        self._dsn, self._options = database.dsn, options
        self._turns = LongTurns(settings)
        self._downloads = asyncio.Semaphore(settings.downloads)
        self._pool = AsyncConnectionPool(
            database.dsn,
            min_size=0,
            max_size=settings.connections,
            timeout=settings.seconds,
            kwargs={"autocommit": True, "options": options, "prepare_threshold": 2},
            open=False,
        )

    async def open(self) -> None:
        """Start; connections are made when first needed."""
        await self._pool.open()

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.close()

    async def rows(self, query: Fragment, *, filtered: bool = False) -> list[Row]:
        """All rows; ``bytea`` columns are bytes.

        A query that a caller's own filter is part of may take long: of those a few run at a time.

        Raises:
            TooCostly: when the time limit ends the query.
            InvalidParameter: when the values given cannot be computed with.
            Unavailable: when the database is down or every connection is taken.
        """
        if filtered:
            return await self._turns.take(lambda: self._read(query))
        return await self._read(query)

    async def _read(self, query: Fragment) -> list[Row]:
        with _told_in_words():
            async with self._pool.connection() as connection:
                cursor = connection.cursor(binary=True)
                await cursor.execute(query.text.encode(), query.parameters)
                return await cursor.fetchall()

    async def batches(self, query: Fragment, size: int = 500) -> AsyncGenerator[list[Row], None]:
        """The rows of a query of any length, ``size`` at a time, of one moment.

        A connection of its own is used, so that a slow reader keeps no page waiting, and the
        server makes rows only as they are fetched.

        Raises:
            TooManyRequests: when as many downloads as allowed are under way.
        """
        if self._downloads.locked():
            raise TooManyRequests(TOO_MANY_DOWNLOADS)
        async with self._downloads:
            with _told_in_words():
                connection = await AsyncConnection.connect(self._dsn, options=self._options)
            async with connection, connection.cursor(name="download") as cursor:
                with _told_in_words():
                    await cursor.execute(query.text.encode(), query.parameters, binary=True)
                while True:
                    with _told_in_words():
                        rows = await cursor.fetchmany(size)
                    if not rows:
                        return
                    yield rows


@contextmanager
def _told_in_words() -> Iterator[None]:
    """Database errors as what they mean to the caller."""
    try:
        yield
    except QueryCanceled as error:
        raise TooCostly(TOO_COSTLY) from error
    except (DataError, InternalError) as error:
        raise InvalidParameter("filter", NOT_COMPUTABLE) from error
    except (OperationalError, PoolTimeout) as error:
        raise Unavailable(DOWN) from error
