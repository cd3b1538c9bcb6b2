"""The door of every page and tile: who asks, and what is published, in one short query."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from service import clock
from service.accounts.identification import identify
from service.accounts.permissions import Action, require
from service.accounts.roles import Principal
from service.features.fragments import Fragment
from service.features.known_tags import KnownTags
from service.features.preparations import Preparations
from service.features.reader import FeatureReader
from service.features.shared_reading import SharedReading
from service.features.state import DataState, PublishedVersion
from service.runtime import Runtime

CREDENTIALS = ("authorization", "x-api-key", "cookie")
REMEMBERED_FOR = timedelta(seconds=10)
REMEMBERED_CALLERS = 1000

REVISIONS = Fragment("SELECT name, sum(changes)::bigint FROM revision GROUP BY name")
VERSIONS = Fragment(
    "SELECT id, layer, version, effective_on, superseded_at, feature_count, edited_at"
    " FROM layer_version ORDER BY id"
)


@dataclass(frozen=True, slots=True)
class Admission:
    """A caller who may read the map, and the state of the data at that moment."""

    principal: Principal
    state: DataState


@dataclass(frozen=True, slots=True)
class _Known:
    principal: Principal
    accounts: int
    until: datetime


class Access:
    """Admits callers without asking the directory again while no account has changed.

    The revision of accounts is read with every request, so that a disabled account or an
    ended session is refused at once; only the expiry of a token may lag, by
    ``REMEMBERED_FOR``.
    """

    def __init__(self, runtime: Runtime, reader: FeatureReader) -> None:
        self._runtime = runtime
        self.reader = reader
        self._state = SharedReading(self._read_state)
        self.tags = KnownTags()
        self.preparations = Preparations(runtime.database)
        self._callers: dict[bytes, _Known] = {}
        self._newest: DataState | None = None
        self._versions: tuple[int, tuple[PublishedVersion, ...]] | None = None

    async def admit(self, headers: Mapping[str, str], address: str = "") -> Admission:
        """The caller behind the headers, and what is published; ``address`` is the client's.

        Raises:
            NotAuthenticated: without credentials, or with wrong ones.
            TooManyRequests: after too many wrong passwords.
            NotAllowed: when the role may not read the map.
        """
        state = await self._state()
        principal = await self._principal(headers, address, state.revisions.get("accounts", 0))
        require(principal, Action.READ_MAP)
        return Admission(principal, state)

    async def _read_state(self) -> DataState:
        revisions: dict[str, int] = dict(await self.reader.rows(REVISIONS))
        read = DataState(revisions, await self._published(revisions.get("layers", 0)))
        if self._newest is None or read != self._newest:
            self._newest = read
        # The same object as long as nothing changed: what hangs on it is found at a glance.
        return self._newest

    async def _principal(
        self, headers: Mapping[str, str], address: str, accounts: int
    ) -> Principal:
        given = "\0".join(headers.get(name, "") for name in CREDENTIALS)
        key = hashlib.blake2b(given.encode(), digest_size=16).digest()
        known = self._callers.get(key)
        now = clock.now()
        if known is not None and known.accounts == accounts and now < known.until:
            return known.principal
        principal = await asyncio.to_thread(self._identify, headers, address)
        if len(self._callers) >= REMEMBERED_CALLERS:
            self._callers.clear()
        self._callers[key] = _Known(principal, accounts, now + REMEMBERED_FOR)
        return principal

    def _identify(self, headers: Mapping[str, str], address: str) -> Principal:
        with self._runtime.database.reading() as session:
            return identify(session, self._runtime.settings, headers, address)

    async def _published(self, layers: int) -> tuple[PublishedVersion, ...]:
        if self._versions is None or self._versions[0] != layers:
            rows = await self.reader.rows(VERSIONS)
            self._versions = (layers, tuple(PublishedVersion(*row) for row in rows))
        return self._versions[1]
