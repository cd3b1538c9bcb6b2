"""What the working-day endpoints take and answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from service.bodies import RequestBody
from service.text import TEXT


class DayChange(RequestBody):
    """A correction of one day."""

    working: bool
    note: Annotated[str, StringConstraints(max_length=200, pattern=TEXT)] | None = Field(
        None, description="Why, such as the announcement's name"
    )


class Day(BaseModel):
    """One corrected day."""

    day: date
    working: bool
    note: str | None
    changed_by: str
    changed_at: datetime


class Year(BaseModel):
    """A year's days that differ from Monday to Friday, and the corrections among them."""

    year: int
    published: bool = Field(description="Whether the State Council's calendar of it is known")
    days_off: list[date] = Field(description="Mondays to Fridays that are not worked")
    days_on: list[date] = Field(description="Saturdays and Sundays that are worked")
    corrections: list[Day]
