"""What the addresses of a case's life take and answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import AliasChoices, BaseModel, Field, JsonValue

from service.bodies import RequestBody
from service.evidence.models import Evidence
from service.paging import LARGEST_ID
from service.text import Line, Prose

CaseIds = Annotated[
    list[Annotated[int, Field(ge=1, le=LARGEST_ID)]], Field(min_length=1, max_length=1000)
]
Version = Annotated[int, Field(ge=0, le=2**31 - 1)]


class Transition(RequestBody):
    """A move to make: the state to go to, the fields its form asks for, and why."""

    to: Line
    note: Prose | None = None
    fields: dict[str, JsonValue] = Field(default_factory=dict, max_length=50)
    version: Version | None = Field(
        None, description="The version that was looked at; 409 when it has changed since"
    )


class Dispatch(RequestBody):
    """Cases to dispatch to their villages together."""

    case_ids: CaseIds = Field(validation_alias=AliasChoices("case_ids", "ids"))
    note: Prose | None = None
    due_on: date | None = None
    responsible: Line | None = None


class Refusal(BaseModel):
    """A case that was not dispatched, and why."""

    id: int
    code: str
    detail: str
    detail_en: str


class DispatchAnswer(BaseModel):
    """What became of the cases."""

    dispatched: list[int]
    refused: list[Refusal]


class Reason(RequestBody):
    """A value of a pick list and, where that says too little, a note."""

    reason: Line
    note: Prose | None = None
    version: Version | None = None


class Resumption(RequestBody):
    """Let the clock of a paused case go on."""

    note: Prose | None = None
    version: Version | None = None


class SelfReport(RequestBody):
    """The day on which the village reported the case itself, and how."""

    reported_on: date
    note: Prose
    version: Version | None = None


class Note(RequestBody):
    """Something to remember in the history."""

    note: Prose
    version: Version | None = Field(
        None, description="As for the other measures; a note never comes too late"
    )


class Part(RequestBody):
    """One part of a split: its ground, EPSG:4490 (or CRS84) degrees."""

    geometry: dict[str, JsonValue]


class Split(RequestBody):
    """The parts that a case falls into; together they are its ground."""

    parts: Annotated[list[Part], Field(min_length=2, max_length=50)]
    note: Prose
    version: Version | None = None


class SplitAnswer(BaseModel):
    """The frozen case and its parts."""

    parent: int
    parts: list[int]
    codes: list[str]


class EvidenceAnswer(BaseModel):
    """A photo or document. Distance and direction are to the case's ground, metres, degrees."""

    id: int
    case_id: int
    kind: str
    filename: str
    media_type: str
    sha256: str
    size: int
    width: int | None
    height: int | None
    taken_at: datetime | None
    taken_source: str | None
    lon: float | None
    lat: float | None
    position_source: str | None
    azimuth: float | None
    azimuth_source: str | None
    distance_m: float | None
    bearing_off: float | None
    note: str | None
    uploaded_by: str
    uploaded_at: datetime

    @classmethod
    def of(cls, row: Evidence) -> EvidenceAnswer:
        """The answer for a row."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class EvidenceList(BaseModel):
    """A case's evidence, in the order it came."""

    items: list[EvidenceAnswer]
    next: None = None


class UploadState(BaseModel):
    """How far an upload in pieces has come."""

    offset: int
    complete: bool = Field(description="Whether the case has this file already")
