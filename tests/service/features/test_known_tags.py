"""Tags that are not worked out twice, and never used for another question or another state."""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request

from service.accounts.roles import Principal, Role
from service.features.known_tags import REMEMBERED, KnownTags
from service.features.responses import question
from service.features.state import DataState

OFFICE = Principal(1, "office", Role.OFFICE)
STATE = DataState({"layers": 1}, ())


def asked(query: str = "limit=2", host: str = "one", principal: Principal = OFFICE) -> object:
    scope = {
        "type": "http",
        "scheme": "http",
        "path": "/ogc/collections/plots/items",
        "query_string": query.encode(),
        "headers": [(b"host", host.encode())],
    }
    return question(Request(scope), principal)


def test_a_question_is_told_from_another_by_query_host_and_caller() -> None:
    other = replace(OFFICE, villages=frozenset({"500118001201"}))
    questions = {asked(), asked("limit=3"), asked(host="two"), asked(principal=other)}
    assert len(questions) == 4
    assert asked() in questions


def test_a_tag_is_known_in_its_own_state_only() -> None:
    tags, key = KnownTags(), (1,)
    tags.remember(key, STATE, "first")
    assert tags.recall(key, STATE) == "first"
    assert tags.recall(key, DataState({"layers": 2}, ())) is None
    assert tags.recall((2,), STATE) is None


def test_no_more_tags_are_kept_than_agreed() -> None:
    tags = KnownTags()
    for number in range(REMEMBERED + 1):
        tags.remember((number,), STATE, "tag")
    assert tags.recall((0,), STATE) is None
    assert tags.recall((REMEMBERED,), STATE) == "tag"
