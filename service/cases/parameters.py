"""The filters of case lists as query parameters: one set for list, GeoJSON, ledger and figures."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Query
from pydantic import BeforeValidator

from service.cases.filters import CaseFilters
from service.cases.periods import parse_period
from service.cases.statuses import Status
from service.dependencies import TheRuntime
from service.features.dependencies import TheBoxes
from service.paging import LARGEST_ID
from service.runtime import Runtime
from service.text import TEXT
from spatial.words import Category, Department

Village = Annotated[str, Query(max_length=40, pattern=TEXT)]
Identifier = Annotated[int, Query(ge=0, le=LARGEST_ID)]
Severity = Annotated[int, Query(ge=0, le=4)]


def separated(values: object) -> object:
    """Several values: a parameter is repeated, or has commas between them as plots take them."""
    if not isinstance(values, list):
        return values
    return [part for value in values for part in str(value).split(",")]


STATES = "States; an escalated case fits escalated and the state that its work stands in"
SEVERAL = BeforeValidator(separated)


def case_filters(
    runtime: TheRuntime,
    boxes: TheBoxes,
    village: Annotated[list[Village] | None, SEVERAL, Query(description="Village codes")] = None,
    status: Annotated[list[Status] | None, SEVERAL, Query(description=STATES)] = None,
    category: Annotated[
        list[Category] | None, SEVERAL, Query(description="What is suspected")
    ] = None,
    severity: Annotated[
        list[Severity] | None, SEVERAL, Query(description="Severities, 0 to 4")
    ] = None,
    department: Annotated[
        list[Department] | None, SEVERAL, Query(description="Leading ones")
    ] = None,
    batch: Annotated[
        list[Identifier] | None, SEVERAL, Query(description="Imports that brought a sighting")
    ] = None,
    overdue: Annotated[bool | None, Query(description="Only overdue, or only others")] = None,
    open: Annotated[bool | None, Query(description="Only open, or only ended")] = None,
    countable: Annotated[bool | None, Query(description="Only what figures count")] = None,
    q: Annotated[
        str | None,
        Query(
            description="Part of a code, a patch's number or a village's name",
            max_length=100,
            pattern=TEXT,
        ),
    ] = None,
    period: Annotated[
        str | None,
        Query(description="When raised: 2026, 2026-Q4 or 2026-11", max_length=10, pattern=TEXT),
    ] = None,
    concluded: Annotated[
        str | None,
        Query(
            description="When last concluded (认定): 2026, 2026-Q4 or 2026-11",
            max_length=10,
            pattern=TEXT,
        ),
    ] = None,
    voided: Annotated[bool, Query(description="The void ones instead of those in force")] = False,
) -> CaseFilters:
    """The filters that a request asks for; several values of one filter mean any of them."""
    return CaseFilters(
        villages=village or (),
        statuses=status or (),
        categories=category or (),
        severities=severity or (),
        departments=department or (),
        batches=batch or (),
        overdue=overdue,
        open=open,
        countable=countable,
        boxes=boxes,
        text=q,
        raised=_bounds(runtime, period, "period"),
        concluded=_bounds(runtime, concluded, "concluded"),
        voided=voided,
    )


def _bounds(runtime: Runtime, text: str | None, parameter: str) -> tuple[datetime, datetime] | None:
    return parse_period(text, parameter).bounds(runtime.settings.zone) if text else None


TheFilters = Annotated[CaseFilters, Depends(case_filters)]
