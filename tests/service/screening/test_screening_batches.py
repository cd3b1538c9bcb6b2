"""A batch from stored patches to cases, on a real PostGIS and with the real rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.cases import history
from service.cases.models import Case
from service.cases.statuses import Status
from service.findings.models import Finding, Piece, ScreeningRun
from service.patches.models import Patch
from service.runtime import Runtime
from service.screening import ScreeningCounts, candidates, running, screen_batch
from service.settings import Settings
from spatial.words import ChangeGroup, LayerName
from tests.conftest import PASSWORD
from tests.service.cases.sighting_maker import (
    OTHER_VILLAGE,
    VILLAGE,
    kinds_of,
    rectangle,
    standing_cases,
)
from tests.service.screening.township import (
    Change,
    Document,
    area,
    publish_plots,
    publish_villages,
    publish_zones,
    receive,
)

CROPLAND = rectangle(0, 0, 1900, 300)
"""One plot through both villages."""


@pytest.fixture
def township(session: Session) -> Session:
    """Villages and cropland in force."""
    publish_villages(session)
    publish_plots(session, [("0101", CROPLAND)])
    return session


def deliver(session: Session, batch_id: int, *changes: Change) -> ScreeningCounts:
    """Receive a file and screen it, as an import does."""
    receive(session, batch_id, changes)
    counts = screen_batch(session, batch_id, Settings())
    session.expire_all()
    return counts


def test_a_patch_on_cropland_becomes_a_case_with_its_row_and_its_maps(township: Session) -> None:
    ground = rectangle(10, 10, 60, 30)
    counts = deliver(township, 7, Change(number="TB-1", ground=ground))
    assert (counts.cases_raised, counts.cases_joined, counts.patches) == (1, 0, 1)
    (case,) = standing_cases(township)
    assert (case.village_code, case.category, case.batch_id) == (VILLAGE, "non_farm", 7)
    assert (case.rule, case.severity) == (3, 2)
    assert case.areas["suspect"] == pytest.approx(area(ground), abs=1e-6)
    assert case.areas["suspect_low"] < case.areas["suspect"] < case.areas["suspect_high"]
    assert case.provenance == {
        "run_id": str(case.run_id),
        "plots_version": 1,
        "villages_version": 1,
        "zones_versions": {},
        "tolerance_m": 2.0,
    }
    assert "疑似" in case.reason
    assert history.verify(township) == []


def test_a_patch_across_two_villages_asks_both_for_their_part(township: Session) -> None:
    ground = rectangle(900, 10, 1150, 60)
    assert deliver(township, 1, Change(number="TB-1", ground=ground)).cases_raised == 2
    cases = standing_cases(township)
    assert [case.village_code for case in cases] == [VILLAGE, OTHER_VILLAGE]
    assert sum(case.areas["suspect"] for case in cases) == pytest.approx(area(ground), abs=1e-6)


def test_pieces_add_up_to_the_cases(township: Session) -> None:
    publish_zones(
        township,
        LayerName.APPROVED_CONSTRUCTION,
        [Document(ground=rectangle(0, 0, 40, 1000), number="渝府〔2026〕1号")],
    )
    changes = [
        Change(number=f"TB-{n}", ground=rectangle(30 * n, 250, 30 * n + 25, 340)) for n in range(50)
    ]
    deliver(township, 1, *changes)
    sums: dict[tuple[int, str | None, bool], float] = defaultdict(float)
    for piece in township.scalars(select(Piece).where(~Piece.dust)):
        sums[piece.patch_id, piece.village_code, piece.zone_kind is not None] += piece.area_m2
    cases = standing_cases(township)
    assert len(cases) == 51  # One of them lies across the border of two villages.
    for case in cases:
        suspect = sums[case.patch_id, case.village_code, False]
        assert case.areas["suspect"] == pytest.approx(suspect, abs=1e-6)
        exempt = sums[case.patch_id, case.village_code, True]
        assert case.areas["exempt"] == pytest.approx(exempt, abs=1e-6)


def test_patches_that_raise_nothing_are_counted_and_kept(township: Session) -> None:
    counts = deliver(
        township,
        1,
        Change(number="sliver", ground=rectangle(10, 299, 12, 330)),
        Change(number="elsewhere", ground=rectangle(10, 400, 60, 430)),
        Change(number="outside", ground=rectangle(-500, 0, -450, 30)),
    )
    assert (counts.cases_raised, counts.slivers, counts.not_farmland) == (0, 1, 2)
    outcomes = dict(township.execute(select(Patch.patch_no, Patch.outcome)).all())
    assert outcomes == {
        "sliver": "sliver",
        "elsewhere": "not_farmland",
        "outside": "not_farmland",
    }
    assert township.scalar(select(func.count()).select_from(Finding)) == 3


def test_farmland_outside_every_village_is_a_finding_but_nobodys_case(session: Session) -> None:
    publish_villages(session)
    publish_plots(session, [("0101", rectangle(-600, 0, -400, 300))])
    counts = deliver(session, 1, Change(number="out", ground=rectangle(-500, 0, -450, 30)))
    assert (counts.cases_raised, counts.outside_villages) == (0, 1)
    finding = session.scalars(select(Finding)).one()
    assert (finding.village_code, finding.outcome) == (None, "case")
    assert session.scalar(select(Patch.outcome)) == "outside_villages"


def test_an_approved_patch_waits_screened_with_its_document(township: Session) -> None:
    publish_zones(
        township,
        LayerName.APPROVED_CONSTRUCTION,
        [Document(ground=rectangle(0, 0, 200, 200), number="渝府〔2026〕1号")],
    )
    deliver(township, 1, Change(number="TB-1", ground=rectangle(10, 10, 60, 30)))
    (case,) = standing_cases(township)
    assert (case.category, case.severity, case.status) == ("likely_legal", 0, Status.SCREENED)
    assert [one["document_no"] for one in case.exemptions] == ["渝府〔2026〕1号"]
    assert case.provenance["zones_versions"] == {"approved-construction": 1}


def test_no_base_layer_at_all_raises_nothing_and_fails_nothing(session: Session) -> None:
    counts = deliver(session, 1, Change(number="TB-1", ground=rectangle(10, 10, 60, 30)))
    assert (counts.cases_raised, counts.not_farmland) == (0, 1)


def test_an_empty_batch_is_screened_to_nothing(township: Session) -> None:
    assert deliver(township, 1).patches == 0


def test_a_second_batch_on_the_same_ground_joins(township: Session) -> None:
    deliver(township, 1, Change(number="TB-1", ground=rectangle(10, 10, 60, 30)))
    later = Change(number="TB-2", ground=rectangle(12, 10, 62, 30), after=date(2026, 7, 1))
    counts = deliver(township, 2, later)
    assert (counts.cases_raised, counts.cases_joined) == (0, 1)
    (case,) = standing_cases(township)
    assert kinds_of(township, case) == ["raised", "joined"]
    assert case.after_date == date(2026, 7, 1)


def test_a_patch_brought_up_to_date_is_screened_again_with_its_revision(township: Session) -> None:
    deliver(township, 1, Change(number="TB-1", ground=rectangle(10, 10, 60, 30)))
    deliver(
        township,
        2,
        Change(number="TB-1", ground=rectangle(10, 10, 60, 40), group=ChangeGroup.ORCHARD),
    )
    (case,) = standing_cases(township)
    assert case.category == "non_grain"
    assert kinds_of(township, case) == ["raised", "screened_again"]
    revisions = township.scalars(select(Finding.patch_revision).order_by(Finding.id)).all()
    assert revisions == [1, 2]


def test_the_limit_below_which_ground_is_not_counted_is_a_setting(township: Session) -> None:
    receive(township, 1, [Change(number="TB-1", ground=rectangle(10, 10, 60, 30))])
    settings = Settings()
    settings.screening.sliver_area_m2 = 5000.0
    screen_batch(township, 1, settings)
    (case,) = standing_cases(township)
    assert (case.severity, case.countable, case.category) == (0, False, "unverified")


def said(session: Session, run: ScreeningRun) -> tuple[list[Any], list[Any]]:
    """All that a run found, but its id and time."""
    findings = session.execute(
        select(
            Finding.patch_id,
            Finding.patch_revision,
            Finding.village_code,
            Finding.outcome,
            Finding.judgement,
            func.ST_AsEWKB(Finding.geom),
        )
        .where(Finding.run_id == run.id)
        .order_by(Finding.id)
    ).all()
    columns = [
        getattr(Piece, column.key)
        for column in Piece.__table__.columns
        if column.key not in ("id", "run_id", "geom")
    ]
    pieces = session.execute(
        select(*columns, func.ST_AsEWKB(Piece.geom))
        .where(Piece.run_id == run.id)
        .order_by(Piece.id)
    ).all()
    return [tuple(row) for row in findings], [tuple(row) for row in pieces]


@pytest.mark.parametrize(
    ("patches_at_once", "remembered"),
    [
        (running.PATCHES_AT_ONCE, candidates.MOST_REMEMBERED),
        (3, candidates.MOST_REMEMBERED),
        (1, 0),
    ],
)
def test_screening_by_hand_gives_the_same_to_the_last_bit(
    client: TestClient,
    runtime: Runtime,
    monkeypatch: pytest.MonkeyPatch,
    patches_at_once: int,
    remembered: int,
) -> None:
    def cases() -> Sequence[dict[str, Any]]:
        items: list[dict[str, Any]] = client.get("/api/cases").json()["items"]
        for item in items:
            item["provenance"].pop("run_id")
        return items

    with runtime.database.transaction() as session:
        publish_villages(session)
        publish_plots(session, [("0101", rectangle(0, 0, 777, 111)), ("0201K", CROPLAND)])
        publish_zones(
            session, LayerName.RURAL_ROADS, [Document(ground=rectangle(100, 0, 300, 200))]
        )
        changes = [
            Change(
                number=f"TB-{n}",
                ground=rectangle(37.7 * n, 3.3, 37.7 * n + 31.1, 150),
                group=group,
            )
            for n, group in enumerate(ChangeGroup)
        ]
        deliver(session, 5, *changes)
    before = cases()
    monkeypatch.setattr(running, "PATCHES_AT_ONCE", patches_at_once)
    monkeypatch.setattr(candidates, "MOST_REMEMBERED", remembered)
    answer = client.post("/api/imports/5/screen")
    assert answer.status_code == 200, answer.text
    assert answer.json()["patches"] == len(ChangeGroup)
    assert (answer.json()["cases_raised"], answer.json()["cases_joined"]) == (0, 0)
    assert cases() == before
    with runtime.database.reading() as session:
        first, second = session.scalars(select(ScreeningRun).order_by(ScreeningRun.started_at))
        assert first.id != second.id
        assert said(session, first) == said(session, second)
        assert (first.reason, second.reason) == ("import", "by-hand")
        assert (first.settings, first.counts) == (second.settings, second.counts)
        assert {case.run_id for case in session.scalars(select(Case))} == {second.id}


@pytest.mark.parametrize(
    ("username", "expected"), [("office", 404), ("admin", 404), ("analyst", 403), ("village", 403)]
)
def test_only_the_office_screens_again_and_only_batches_that_exist(
    client: TestClient, username: str, expected: int
) -> None:
    client.auth = (username, PASSWORD)
    assert client.post("/api/imports/999/screen").status_code == expected
