"""What requests send: a member that there is not is refused, in all of the API at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import AliasChoices, BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

UNKNOWN_MEMBER = "unknown_member"
LONGEST_NAME = 200
"""Characters of a name that a refusal repeats."""


class RequestBody(BaseModel):
    """A JSON body, a form, or a part of one; ignored, a misspelt member would pass for left out.

    The refusal (of the type ``UNKNOWN_MEMBER``) holds the member's ``name`` and the ``known`` ones.
    """

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown_members(cls, sent: Any) -> Any:
        if isinstance(sent, Mapping):
            known = {*_member_names(cls)}
            for name in sent:
                if name not in known:
                    context = {"name": str(name)[:LONGEST_NAME], "known": sorted(known)}
                    raise PydanticCustomError(UNKNOWN_MEMBER, "there is no such member", context)
        return sent


def _member_names(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        match field.validation_alias:
            case AliasChoices(choices=choices):
                yield from map(str, choices)
            case str() as alias:
                yield alias
            case _:
                yield name
