"""Writing the project for somebody: with a login of his own, over the villages that are loaded."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.accounts.api_tokens import make_token
from service.accounts.directory import find_account, principal_of
from service.accounts.management import Profile, make_account
from service.accounts.models import Account
from service.accounts.passwords import generate_password
from service.accounts.roles import SYSTEM, Role
from service.errors import InvalidParameter
from service.qgis.project import NOWHERE, Extent, project_archive
from service.qgis.roles import add_login
from service.qgis.sources import Connection, Service
from service.runtime import Runtime
from spatial.messages import Message

EXTENT = """
SELECT ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box) FROM (
    SELECT ST_Extent(ST_Transform(geom, 3857)) AS box FROM qgis.villages
) AS extent
WHERE box IS NOT NULL
"""

TOKEN_DAYS = 365
NOT_AN_ADDRESS = Message(
    "请给出服务的网址，如 https://plotwatch.example.cn。",
    "Give the service's address, such as https://plotwatch.example.cn.",
)


def write_project(runtime: Runtime, target: Path, username: str) -> bool:
    """Write a project that opens without a question: it holds a fresh password of the analyst.

    An account of that name is made when there is none, for all villages; returns whether it was.
    The file is readable by its owner only.

    Raises:
        InvalidParameter: when the account is not an analyst's.
    """
    password = generate_password()
    with runtime.database.transaction() as session:
        account, made = _analyst(session, username)
        add_login(session, account, principal_of(account), password)
        connection = Connection.of(runtime.database.url, username, password)
        content = project_archive(connection, loaded_extent(session))
    _write_privately(target, content)
    return made


def write_http_project(runtime: Runtime, target: Path, username: str, address: str) -> bool:
    """The same over HTTP, for analysts whom the database cannot be opened to.

    It holds a personal token, which the analyst or an administrator can revoke.

    Raises:
        InvalidParameter: when the account is not an analyst's, or the address is none.
        Conflict: when the analyst has too many tokens.
    """
    if not address.startswith(("http://", "https://")):
        raise InvalidParameter("http", NOT_AN_ADDRESS)
    with runtime.database.transaction() as session:
        account, made = _analyst(session, username)
        _, token = make_token(session, principal_of(account), f"QGIS {target.name}", TOKEN_DAYS)
        content = project_archive(Service(address, username, token), loaded_extent(session))
    _write_privately(target, content)
    return made


def _analyst(session: Session, username: str) -> tuple[Account, bool]:
    """The account, and whether it was made for want of one."""
    account = find_account(session, username)
    made = account is None
    if account is None:
        account, _ = make_account(session, SYSTEM, username, Profile(role=Role.ANALYST), None)
    if account.role != Role.ANALYST:
        raise InvalidParameter(
            "user",
            Message(
                f"{username} 不是分析员账号，请指定分析员。",
                f"{username} is not an analyst's account; name an analyst.",
            ),
        )
    return account, made


def _write_privately(target: Path, content: bytes) -> None:
    target.touch(mode=0o600)
    target.chmod(0o600)
    target.write_bytes(content)


def loaded_extent(session: Session) -> Extent:
    """The extent of the villages in EPSG:3857 metres; the whole world before any are loaded."""
    row = session.execute(text(EXTENT)).first()
    return (row[0], row[1], row[2], row[3]) if row else NOWHERE
