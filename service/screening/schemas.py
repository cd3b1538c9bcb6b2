"""What the screening address answers."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel


class ScreeningAnswer(BaseModel):
    """What became of the patches screened: cases by number, the rest by patches."""

    run_id: UUID
    patches: int
    cases_raised: int
    cases_joined: int
    slivers: int
    not_farmland: int
    outside_villages: int
