"""Writing the project for somebody: with a login of his own, over the villages that are loaded."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.accounts.directory import add_account, find_account, principal_of
from service.accounts.passwords import generate_password
from service.accounts.roles import Role
from service.errors import InvalidParameter
from service.qgis.project import NOWHERE, Connection, Extent, project_archive
from service.qgis.roles import add_login
from service.runtime import Runtime
from spatial.messages import Message

EXTENT = """
SELECT ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box) FROM (
    SELECT ST_Extent(ST_Transform(geom, 3857)) AS box FROM qgis.villages
) AS extent
WHERE box IS NOT NULL
"""


def write_project(runtime: Runtime, target: Path, username: str) -> None:
    """Write a project that opens without a question: it holds a fresh password of the analyst.

    An account of that name is made when there is none. The file is readable by its owner only.

    Raises:
        InvalidParameter: when the account is not an analyst's.
    """
    password = generate_password()
    with runtime.database.transaction() as session:
        account = find_account(session, username)
        if account is None:
            account = add_account(session, username, Role.ANALYST, generate_password())
        if account.role != Role.ANALYST:
            raise InvalidParameter(
                "user",
                Message(
                    f"{username} 不是分析员账号，请指定分析员。",
                    f"{username} is not an analyst's account; name an analyst.",
                ),
            )
        add_login(session, account, principal_of(account), password)
        connection = Connection.of(runtime.database.url, username, password)
        content = project_archive(connection, loaded_extent(session))
    target.touch(mode=0o600)
    target.chmod(0o600)
    target.write_bytes(content)


def loaded_extent(session: Session) -> Extent:
    """The extent of the villages in EPSG:3857 metres; the whole world before any are loaded."""
    row = session.execute(text(EXTENT)).first()
    return (row[0], row[1], row[2], row[3]) if row else NOWHERE
