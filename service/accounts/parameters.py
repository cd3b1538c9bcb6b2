"""The filters of the accounts' list as query parameters, named as those of other lists."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query

from service.accounts.listing import AccountFilters
from service.accounts.roles import Role
from service.text import TEXT
from spatial.words import Department

Village = Annotated[str, Query(max_length=40, pattern=TEXT)]


def account_filters(
    role: Annotated[list[Role] | None, Query(description="Roles")] = None,
    village: Annotated[list[Village] | None, Query(description="Village codes")] = None,
    department: Annotated[list[Department] | None, Query(description="Departments")] = None,
    disabled: Annotated[bool | None, Query(description="Only disabled, or only others")] = None,
    q: Annotated[
        str | None, Query(description="Part of a name", max_length=100, pattern=TEXT)
    ] = None,
) -> AccountFilters:
    """The filters that a request asks for; several values of one filter mean any of them."""
    return AccountFilters(
        roles=role or (),
        villages=village or (),
        departments=department or (),
        disabled=disabled,
        text=q,
    )


TheAccountFilters = Annotated[AccountFilters, Depends(account_filters)]
