"""An analyst's own login: own ground only, edits checked, conflicts noticed, history kept."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import select, text, update

from service import clock
from service.accounts.models import Account
from service.qgis.models import PlotEdit
from service.qgis.roles import follow_accounts
from service.runtime import Runtime
from tests.service.qgis.conftest import MINE, THEIRS, LogIn


def plots_seen(connection: psycopg.Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT plot_no FROM plots ORDER BY plot_no")]


def test_an_analyst_bound_to_a_village_sees_its_plots_only(log_in: LogIn) -> None:
    with log_in("mine") as mine, log_in("everywhere") as everywhere:
        assert plots_seen(mine) == ["P1", "P2"]
        assert plots_seen(everywhere) == ["P1", "P2", "P3", "P4"]


@pytest.mark.parametrize(
    "door",
    [
        "SELECT plot_no FROM plotwatch.plot_v2",
        "SELECT username FROM plotwatch.account",
        "SELECT * FROM plotwatch.database_login",
        "SELECT content FROM plotwatch.plot_edit",
        "UPDATE plotwatch.plot SET plot_no = 'x'",
        "DELETE FROM plotwatch.plot",
        "SET ROLE plotwatch",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT _postgis_stats('plotwatch.suspect_case', 'geom')",
        "SELECT _postgis_selectivity('plotwatch.patch', 'geom', ST_MakeEnvelope(0, 0, 1, 1, 4490))",
        "SELECT n_live_tup FROM pg_stat_user_tables",
        "SELECT pg_stat_get_live_tuples('plotwatch.plot_v2'::regclass)",
        "SELECT n_tup_ins FROM pg_stat_xact_all_tables",
        "SELECT idx_tup_read FROM pg_stat_all_indexes",
        "SELECT heap_blks_read FROM pg_statio_all_tables",
        "SELECT tup_inserted FROM pg_stat_database",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "CREATE TABLE qgis.mine (id int)",
        "SET SESSION AUTHORIZATION plotwatch",
    ],
)
def test_every_other_way_into_the_database_is_closed(log_in: LogIn, door: str) -> None:
    with log_in("mine") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(door)


def test_who_watches_the_server_still_reads_its_statistics(
    log_in: LogIn, farmland: Runtime
) -> None:
    with log_in("everywhere") as connection:
        name = connection.info.user
        with farmland.database.transaction() as session:
            session.execute(text(f"GRANT pg_monitor TO {name}"))
        found = connection.execute(
            "SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'plot_v2'"
        )
        assert found.fetchone() is not None


def test_what_is_known_of_columns_is_kept_from_who_is_bound(
    log_in: LogIn, farmland: Runtime
) -> None:
    with farmland.database.transaction() as session:
        session.execute(text("ANALYZE plot"))
        asked = text("SELECT count(*) FROM pg_stats WHERE tablename = 'plot_v2'")
        assert session.scalar(asked) != 0
    with log_in("mine") as connection:
        known = connection.execute("SELECT tablename FROM pg_stats WHERE schemaname = 'plotwatch'")
        assert {row[0] for row in known}.isdisjoint({"plot", "plot_v2", "patch", "suspect_case"})


def test_the_tables_below_the_views_show_own_ground_only_too(log_in: LogIn) -> None:
    with log_in("mine") as connection:
        rows = connection.execute("SELECT DISTINCT village_code FROM plotwatch.plot").fetchall()
        assert rows == [("500118001202",)]


def test_pretending_to_be_somebody_else_changes_nothing(log_in: LogIn) -> None:
    with log_in("mine") as connection:
        connection.execute("SET plotwatch.villages = '{}'")
        connection.execute("SET plotwatch.actor = 'admin'")
        assert plots_seen(connection) == ["P1", "P2"]
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="不在您负责的村内"):
            connection.execute(
                "INSERT INTO plots (plot_no, land_class, geom) VALUES ('N', '0101',"
                " ST_Multi(ST_MakeEnvelope(105.925, 29.309, 105.926, 29.3095, 4490)))"
            )


def test_an_edit_raises_the_version_and_keeps_what_was(log_in: LogIn, farmland: Runtime) -> None:
    with log_in("everywhere") as connection:
        connection.execute(
            "UPDATE plots SET land_class = '0201', edit_token = 'v1' WHERE plot_no = 'P1'"
        )
        row = connection.execute(
            "SELECT land_class, protection, row_version FROM plots WHERE plot_no = 'P1'"
        ).fetchone()
        assert row == ("0201", "none", 2)
    with farmland.database.reading() as session:
        edit = session.scalars(select(PlotEdit)).one()
    assert edit.content is not None
    assert (edit.content["land_class"], edit.row_version, edit.operation) == ("0101", 1, "update")
    assert edit.actor.startswith("everywhere_")


def test_the_later_of_two_editors_is_told_instead_of_winning(log_in: LogIn) -> None:
    change = "UPDATE plots SET ownership = '30', edit_token = 'v1' WHERE plot_no = 'P1'"
    with log_in("everywhere") as first, log_in("mine") as second:
        first.execute(change)
        first.commit()
        with pytest.raises(psycopg.errors.SerializationFailure, match="已被他人修改"):
            second.execute(change)


def test_an_edit_without_the_version_it_saw_is_refused(log_in: LogIn) -> None:
    with log_in("mine") as connection, pytest.raises(psycopg.errors.SerializationFailure):
        connection.execute("UPDATE plots SET ownership = '30' WHERE plot_no = 'P1'")


HERE = "ST_Multi(ST_MakeEnvelope(105.911, 29.309, 105.912, 29.3095, 4490))"
FAR = "ST_Multi(ST_MakeEnvelope(100, 29, 100.001, 29.001, 4490))"
TINY = "ST_Multi(ST_MakeEnvelope(105.911, 29.309, 105.9110001, 29.3090001, 4490))"
CROSSED = (
    "ST_GeomFromText('MULTIPOLYGON(((105.911 29.309,105.912 29.31,105.912 29.309,105.911 29.31,"
    "105.911 29.309)))', 4490)"
)


@pytest.mark.parametrize(
    ("number", "land_class", "ground", "sentence"),
    [
        ("", "0101", HERE, "不能为空"),
        ("N", "9999", HERE, "地类编码"),
        ("N", "0101", "NULL", "没有图形"),
        ("N", "0101", FAR, "不在任何村内"),
        ("N", "0101", CROSSED, "边界有误"),
        ("N", "0101", TINY, "面积不足"),
    ],
)
def test_a_plot_that_cannot_be_is_refused_with_a_sentence(
    log_in: LogIn, number: str, land_class: str, ground: str, sentence: str
) -> None:
    with log_in("mine") as connection, pytest.raises(psycopg.Error, match=sentence):
        connection.execute(
            "INSERT INTO plots (plot_no, land_class, geom)"
            f" VALUES ('{number}', '{land_class}', {ground})"
        )


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE plots SET geom = {FAR}, edit_token = 'v1' WHERE plot_no = 'P1'",
        "UPDATE plots SET geom = ST_Translate(geom, 0.01, 0), edit_token = 'v1'"
        " WHERE plot_no = 'P2'",
        f"UPDATE plots SET village_code = '{THEIRS}', edit_token = 'v1' WHERE plot_no = 'P1'",
        "INSERT INTO plots (plot_no, land_class, village_code, geom)"
        f" VALUES ('N', '0101', '{MINE}', ST_Translate({HERE}, 0.012, 0))",
    ],
)
def test_a_plot_is_not_drawn_on_the_ground_of_another_village(
    log_in: LogIn, statement: str
) -> None:
    with log_in("everywhere") as connection, pytest.raises(psycopg.Error, match="大部分不在村"):
        connection.execute(statement)


def test_ground_that_leans_over_the_boundary_or_was_imported_so_can_be_edited(
    log_in: LogIn, farmland: Runtime
) -> None:
    with farmland.database.transaction() as session:
        session.execute(text(f"UPDATE plot SET village_code = '{THEIRS}' WHERE plot_no = 'P1'"))
    with log_in("everywhere") as connection:
        for change in (
            "ownership = '30' WHERE plot_no = 'P1'",
            "geom = ST_Translate(geom, 0.002, 0) WHERE plot_no = 'P2'",
        ):
            done = connection.execute(f"UPDATE plots SET edit_token = 'v1', {change}")
            assert done.rowcount == 1


def test_an_outline_is_checked_and_measured_when_it_is_drawn_anew_alone(
    log_in: LogIn, farmland: Runtime
) -> None:
    crossed = "MULTIPOLYGON(((105.91 29.302,105.914 29.308,105.914 29.302,105.91 29.308,{})))"
    imported, redrawn = (crossed.format(f"{end} 29.302") for end in ("105.91", "105.9101"))
    redrawn = redrawn.replace("((105.91 29.302", "((105.9101 29.302")
    with farmland.database.transaction() as session:
        session.execute(
            text("UPDATE plot SET geom = ST_GeomFromText(:shape, 4490) WHERE plot_no = 'P1'"),
            {"shape": imported},
        )
    with log_in("everywhere") as connection:
        asked = "SELECT ST_AsText(geom), area_m2, row_version FROM plots WHERE plot_no = 'P1'"
        connection.execute(
            "UPDATE plots SET planting = 'LS', geom = geom, edit_token = 'v1' WHERE plot_no = 'P1'"
        )
        assert connection.execute(asked).fetchone() == (imported, 10000, 2)
        with pytest.raises(psycopg.errors.CheckViolation, match="边界有误"):
            connection.execute(
                "UPDATE plots SET geom = ST_GeomFromText(%s, 4490), edit_token = 'v2'"
                " WHERE plot_no = 'P1'",
                [redrawn],
            )


def test_a_new_plot_gets_its_village_protection_and_area(log_in: LogIn) -> None:
    with log_in("mine") as connection:
        row = connection.execute(
            "INSERT INTO plots (plot_no, land_class, geom, id) VALUES ('N', '0101',"
            " ST_Multi(ST_MakeEnvelope(105.911, 29.309, 105.912, 29.3095, 4490)), NULL)"
            " RETURNING id, village_code, protection, area_m2"
        ).fetchone()
        assert row is not None
        assert row[1:3] == ("500118001202", "cropland")
        assert row[3] == pytest.approx(5383, rel=0.01)
        assert connection.execute("SELECT count(*) FROM plots").fetchone() == (3,)


def test_a_removed_plot_stays_in_the_history(log_in: LogIn, farmland: Runtime) -> None:
    with log_in("everywhere") as connection:
        connection.execute("DELETE FROM plots WHERE plot_no = 'P4'")
    with farmland.database.reading() as session:
        edit = session.scalars(select(PlotEdit)).one()
    assert (edit.operation, (edit.content or {})["plot_no"]) == ("delete", "P4")
    assert edit.geom is not None


def test_a_disabled_account_sees_nothing_at_once_and_then_cannot_log_in(
    log_in: LogIn, farmland: Runtime
) -> None:
    with log_in("mine") as connection:
        with farmland.database.transaction() as session:
            session.execute(update(Account).values(disabled_at=clock.now()))
        assert plots_seen(connection) == []
        connection.commit()
        with farmland.database.transaction() as session:
            assert len(follow_accounts(session)) == 1
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT count(*) FROM qgis.zones")
    with pytest.raises(psycopg.OperationalError), log_in("mine"):
        pass


def test_styles_and_project_are_found_where_qgis_looks(log_in: LogIn) -> None:
    with log_in("mine") as connection:
        styles = connection.execute(
            "SELECT f_table_name FROM layer_styles WHERE f_table_schema = 'qgis'"
            " AND f_geometry_column = 'geom' AND type IS NULL AND useasdefault ORDER BY 1"
        ).fetchall()
        assert [name for (name,) in styles] == ["cases", "patches", "plots", "villages", "zones"]
        project = connection.execute("SELECT name FROM qgis.qgis_projects").fetchone()
        assert project == ("plotwatch",)


def test_the_database_tells_readers_that_plots_changed(log_in: LogIn, farmland: Runtime) -> None:
    stamp = text("SELECT edited_at FROM layer_version WHERE layer = 'plots'")
    with farmland.database.reading() as session:
        before = session.scalar(stamp)
    with log_in("everywhere") as connection:
        connection.execute("DELETE FROM plots WHERE plot_no = 'P4'")
    with farmland.database.reading() as session:
        assert session.scalar(stamp) > before
