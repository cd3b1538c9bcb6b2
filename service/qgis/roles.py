"""Logins to the database itself: one for each analyst, bound by row-level security.

Two group roles hold the rights; a login is a member of one of them and owns nothing. Whoever may
edit writes through the view ``qgis.plots`` alone, whose trigger checks every edit.

A login sees no row outside its scope. What cannot be kept from it is about how many rows a table
has as a whole: PostgreSQL's catalog (``pg_class``) and the planner (``EXPLAIN``) tell everybody.
"""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import sql
from sqlalchemy import Text, literal_column, select, text
from sqlalchemy.orm import Session

from service.accounts.models import Account
from service.accounts.permissions import Action, allowed
from service.accounts.roles import Principal, Role
from service.database.engine import SCHEMA, driver_connection
from service.errors import Conflict
from service.qgis.models import DatabaseLogin
from spatial.messages import Message

READERS = "plotwatch_readers"
EDITORS = "plotwatch_editors"
VIEWS_SCHEMA = "qgis"
READ_TABLES = (
    "layer_version", "village", "village_boundary", "zone", "plot", "patch", "suspect_case",
)  # fmt: skip
# PostGIS tells anybody what the planner knows of a column, rows of others included: how many cases
# lie where. PostgreSQL tells anybody how many rows every table has, how many came and went. The
# planner itself does without these functions; whoever watches the server keeps them. Only their
# owner can take them away: of PostgreSQL's own that is a superuser.
KEEP_STATISTICS = r"""
DO $$
DECLARE
    known regprocedure;
BEGIN
    FOR known IN
        SELECT oid FROM pg_proc
        WHERE (proname IN ('_postgis_stats', '_postgis_selectivity', '_postgis_join_selectivity')
               OR proname LIKE 'pg\_stat\_get\_%' AND pronargs = 1
                  AND proargtypes[0] = 'oid'::regtype
                  AND pronamespace = 'pg_catalog'::regnamespace)
          AND has_function_privilege('public', oid, 'EXECUTE')
          AND pg_has_role(proowner, 'USAGE')
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', known);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO pg_monitor', known);
    END LOOP;
END
$$
"""
# A dropped role's open connections would go on reading what needs no scope, such as zones.
END_CONNECTIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE usename = {} AND (pg_has_role(usesysid, 'USAGE') OR pg_has_role('pg_signal_backend', 'USAGE'))
"""
CONNECTIONS_PER_LOGIN = 20
ROLE_LOCK = 0x726F6C65


def ensure_group_roles(session: Session) -> None:
    """Make the two group roles and give them their rights in this database; safe to repeat."""
    # Roles belong to the whole cluster: two databases made at once must not race for them.
    _run(session, sql.SQL("SELECT pg_advisory_xact_lock({})").format(ROLE_LOCK))
    for role in (READERS, EDITORS):
        if not _exists(session, role):
            _run(session, sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
    _run(session, sql.SQL(KEEP_STATISTICS))
    readers = sql.Identifier(READERS)
    for statement in (
        "GRANT USAGE ON SCHEMA public, {schema}, {views} TO {readers}",
        "GRANT SELECT ON ALL TABLES IN SCHEMA {views} TO {readers}",
        "GRANT SELECT ON public.layer_styles TO {readers}",
        "GRANT SELECT ON {tables} TO {readers}",
        "GRANT {readers} TO {editors}",
        "GRANT INSERT, UPDATE, DELETE ON {views}.plots TO {editors}",
    ):
        _run(
            session,
            sql.SQL(statement).format(
                schema=sql.Identifier(SCHEMA),
                views=sql.Identifier(VIEWS_SCHEMA),
                readers=readers,
                editors=sql.Identifier(EDITORS),
                tables=sql.SQL(", ").join(sql.Identifier(SCHEMA, name) for name in READ_TABLES),
            ),
        )


def add_login(session: Session, account: Account, principal: Principal, password: str) -> None:
    """Make an analyst's login, called like the account.

    Raises:
        Conflict: when the database already has a role of that name that is not Plotwatch's.
    """
    ensure_group_roles(session)
    known = session.get(DatabaseLogin, account.username)
    if known is None and _exists(session, account.username):
        raise Conflict(
            Message(
                f"数据库中已有名为 {account.username} 的角色，请换一个用户名。",
                f"The database already has a role {account.username}; choose another name.",
            )
        )
    may_edit = allowed(principal, Action.EDIT_PLOTS)
    _make_login(session, account.username, password, EDITORS if may_edit else READERS)
    session.merge(DatabaseLogin(login=account.username, account_id=account.id, may_edit=may_edit))
    session.flush()


def logins_to_renew(session: Session) -> Sequence[str]:
    """Analysts whose login the server does not know: roles and passwords are in no archive."""
    roles = select(literal_column("rolname", Text)).select_from(text("pg_roles"))
    return session.scalars(
        select(DatabaseLogin.login)
        .where(DatabaseLogin.login.not_in(roles))
        .order_by(DatabaseLogin.login)
    ).all()


def end_login(session: Session, username: str) -> None:
    """Take an analyst's login away, with its open connections; what it edited stays."""
    known = session.get(DatabaseLogin, username)
    if known is None:
        return
    session.delete(known)
    session.flush()
    if _exists(session, username):
        _run(session, sql.SQL(END_CONNECTIONS).format(sql.Literal(username)))
        _run(session, sql.SQL("DROP ROLE {}").format(sql.Identifier(username)))


def follow_accounts(session: Session) -> Sequence[str]:
    """Take away the logins of accounts that were disabled or are analysts no more; their names."""
    stale = session.scalars(
        select(DatabaseLogin.login)
        .join(Account, Account.id == DatabaseLogin.account_id)
        .where((Account.disabled_at.is_not(None)) | (Account.role != Role.ANALYST))
    ).all()
    for login in stale:
        end_login(session, login)
    return stale


def _make_login(session: Session, name: str, password: str, group: str) -> None:
    verb = "ALTER" if _exists(session, name) else "CREATE"
    role = sql.Identifier(name)
    for statement in (
        sql.SQL(
            "{verb} ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE"
            " CONNECTION LIMIT {limit} PASSWORD {password}"
        ).format(
            verb=sql.SQL(verb),
            role=role,
            limit=CONNECTIONS_PER_LOGIN,
            password=sql.Literal(password),
        ),
        sql.SQL("GRANT {} TO {}").format(sql.Identifier(group), role),
        # QGIS finds PostGIS and layer_styles by the search path: public must be on it.
        sql.SQL("ALTER ROLE {} SET search_path = {}, public").format(
            role, sql.Identifier(VIEWS_SCHEMA)
        ),
        sql.SQL("ALTER ROLE {} SET statement_timeout = '60s'").format(role),
    ):
        _run(session, statement)


def _exists(session: Session, role: str) -> bool:
    found = driver_connection(session).execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
    return found.fetchone() is not None


def _run(session: Session, statement: sql.SQL | sql.Composed) -> None:
    driver_connection(session).execute(statement)
