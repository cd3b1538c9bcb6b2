"""What the accounts endpoints answer."""

from __future__ import annotations

from pydantic import BaseModel


class TokenAnswer(BaseModel):
    """A fresh access token."""

    access_token: str
    token_type: str = "bearer"
    expires_in: int


class Me(BaseModel):
    """Who the caller is."""

    id: int | None
    username: str
    role: str
    role_label: str
    villages: list[str]
    department: str | None
    actions: list[str]
