"""No plan scans the plots: every query into a layer goes through its spatial index."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.orm import Session

from service.cases.raising.answered import VOID_CASES_OF_PATCHES
from service.cases.raising.neighbours import (
    CASES_OF_PATCHES,
    CASES_ON_GROUND,
    SIGHTINGS_OF_CASES,
)
from service.database.arrays import number_array, text_array
from service.database.engine import Database, driver_connection, through_indexes
from service.layers.models import LayerVersion
from service.patches.staging import KNOWN, create_staged_patches, drop_repeated_patches
from service.screening import screen_batch
from service.screening.base_changes import affected_query
from service.screening.candidates import PROTECTED, candidates_query
from service.screening.patches import PATCHES_OF_IDS, grown_boxes
from service.screening.storing import SET_OUTCOMES
from service.settings import Settings
from spatial.words import LayerName
from tests.service.cases.sighting_maker import rectangle
from tests.service.screening.township import Change, publish_plots, publish_villages, receive

READS_OF_PLOTS = r"""
    SELECT coalesce(sum(seq_scan), 0)::int, coalesce(sum(idx_scan), 0)::int
    FROM pg_stat_xact_user_tables WHERE relname LIKE 'plot\_v%'
"""
SIDE = 70
BOXES = grown_boxes(
    np.array([rectangle(90 * n, 90 * n, 90 * n + 40, 90 * n + 40) for n in range(20)]), 2.0
)


LARGE = {"finding", "case_sighting", "patch"}
PATCH_IDS = number_array(np.arange(40))
LOOK_UPS: dict[str, tuple[str, Any]] = {
    "cases of patches": (CASES_OF_PATCHES, (PATCH_IDS,)),
    "cases on ground": (CASES_ON_GROUND, [number_array(edge) for edge in BOXES.T]),
    "void cases of patches": (VOID_CASES_OF_PATCHES, (PATCH_IDS,)),
    "sightings of cases": (SIGHTINGS_OF_CASES, ([1, 2, 3],)),
    "patches of ids": (PATCHES_OF_IDS, (PATCH_IDS,)),
    "outcomes of patches": (
        SET_OUTCOMES,
        {"ids": PATCH_IDS, "outcomes": text_array(["case"] * 40)},
    ),
    "patches known": (KNOWN, ()),
}


@pytest.fixture
def many_plots(session: Session) -> LayerVersion:
    """Some thousands of plots with the planner's statistics."""
    version = publish_plots(
        session,
        [
            ("0101", rectangle(30 * x, 30 * y, 30 * x + 30, 30 * y + 30))
            for x in range(SIDE)
            for y in range(SIDE)
        ],
    )
    driver_connection(session).execute(f"ANALYZE plot_v{version.id}")
    return version


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def scans_of_plots(session: Session, query: sql.Composed, values: list[str]) -> set[str]:
    explained = sql.SQL("EXPLAIN (FORMAT JSON) ") + query
    plans = explanation(session, explained, values)
    return {
        node["Node Type"]
        for node in nodes(plans[0]["Plan"])
        if node.get("Relation Name", "").startswith("plot_v")
    }


def explanation(session: Session, query: sql.Composed, values: list[str]) -> Any:
    row = driver_connection(session).execute(query, values).fetchone()
    assert row is not None
    return row[0]


def test_candidates_are_found_through_the_index(session: Session, many_plots: LayerVersion) -> None:
    query = candidates_query("plot", many_plots.id, ("id", "geom", "protection"), PROTECTED)
    scans = scans_of_plots(session, query, [number_array(edge) for edge in BOXES.T])
    assert scans == {"Index Scan"}


def test_what_a_new_version_touches_is_found_through_the_index(
    session: Session, many_plots: LayerVersion
) -> None:
    query = affected_query(LayerName.PLOTS, None, many_plots)
    ids = number_array(np.arange(len(BOXES)))
    scans = scans_of_plots(session, query, [ids, *(number_array(edge) for edge in BOXES.T)])
    assert scans <= {"Index Scan", "Bitmap Heap Scan"}
    assert scans


def test_screening_a_batch_reads_plots_through_the_index_alone(
    session: Session, many_plots: LayerVersion
) -> None:
    assert many_plots.feature_count == SIDE**2
    publish_villages(session)
    places = range(20)
    grounds = [rectangle(90 * n, 45 * n, 90 * n + 40, 45 * n + 40) for n in places]
    receive(session, 1, [Change(number=f"TB-{n}", ground=grounds[n]) for n in places])
    scans, looks = reads_of_plots(session)
    assert screen_batch(session, 1, Settings()).cases_raised >= len(places)
    scans_after, looks_after = reads_of_plots(session)
    assert scans_after == scans
    assert looks_after >= looks + len(places)


def test_cases_near_new_ground_are_looked_up_however_few_the_planner_expects(
    session: Session, many_plots: LayerVersion
) -> None:
    """Tables of a page or two are scanned otherwise, once for each of the batch's findings."""
    assert many_plots.feature_count == SIDE**2
    publish_villages(session)
    receive(session, 1, [Change(number="TB-1", ground=rectangle(0, 0, 40, 40))])
    screen_batch(session, 1, Settings())
    driver_connection(session).execute("ANALYZE finding, case_sighting")
    values = [number_array(edge) for edge in BOXES.T]
    explained = sql.SQL("EXPLAIN (FORMAT JSON) " + CASES_ON_GROUND)
    with through_indexes(session):
        plans = explanation(session, explained, values)
    found = nodes(plans[0]["Plan"])
    scanned = {node["Relation Name"] for node in found if node["Node Type"] == "Seq Scan"}
    assert scanned.isdisjoint({"finding", "case_sighting"})


@pytest.mark.parametrize("query", sorted(LOOK_UPS))
def test_rows_are_looked_up_in_tables_the_planner_takes_for_empty(
    query: str, session: Session, shared_database: Database, many_plots: LayerVersion
) -> None:
    """As after statistics were taken while a batch was being stored: a lookup that then began
    with the table took minutes for 5,000 patches."""
    assert many_plots.feature_count == SIDE**2
    publish_villages(session)
    places = range(40)
    grounds = [rectangle(45 * n, 20 * n, 45 * n + 40, 20 * n + 40) for n in places]
    receive(session, 1, [Change(number=f"TB-{n}", ground=grounds[n]) for n in places])
    screen_batch(session, 1, Settings())
    create_staged_patches(session)
    drop_repeated_patches(session)
    with shared_database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as other:
        other.execute(text("ANALYZE finding, case_sighting, patch, suspect_case"))
    assert expected_rows(session) == {"finding": 0, "case_sighting": 0, "patch": 0}
    statement, values = LOOK_UPS[query]
    with through_indexes(session):
        plans = explanation(session, sql.SQL("EXPLAIN (FORMAT JSON) " + statement), values)
    found = list(nodes(plans[0]["Plan"]))
    assert LARGE.intersection(node.get("Relation Name", "") for node in found)
    if any(node["Node Type"] == "Nested Loop" for node in found):
        assert not [node for node in found if read_from_end_to_end(node)]


def read_from_end_to_end(node: dict[str, Any]) -> bool:
    scan = node["Node Type"].endswith("Scan") and node.get("Relation Name") in LARGE
    return scan and "Index Cond" not in node


def expected_rows(session: Session) -> dict[str, float]:
    """How many rows the planner believes the tables to have."""
    rows = driver_connection(session).execute(
        "SELECT relname, reltuples FROM pg_class WHERE relname = ANY(%s)", [sorted(LARGE)]
    )
    return dict(rows.fetchall())


def reads_of_plots(session: Session) -> tuple[int, int]:
    """How often this transaction read plots from end to end, and how often through an index."""
    row = driver_connection(session).execute(READS_OF_PLOTS).fetchone()
    assert row is not None
    return row[0], row[1]
