"""Whatever is sent, nothing breaks: both API definitions, each operation with generated input."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok

from service.embedded import Cluster
from tests.conformance.serving import served
from tests.conftest import PASSWORD, clone_database

ADMIN = ("admin", PASSWORD)
Operation = APIOperation[Any, Any, Any, Any]
EXAMPLES = 4
"""Of each kind, fitting and unfitting, for each operation."""
OWN_LOGIN = ("/api/accounts", "/api/auth", "/api/me")
"""What is written there could end the login that these requests are made with."""
ENDLESS = "text/event-stream"
"""Answers of this kind end with what they tell of, which here nobody works on."""

generated = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def spoilt(cluster: Cluster, township_template: str, tmp_path: Path) -> Iterator[str]:
    """A server whose data nobody else needs: much of what is sent is carried out."""
    with served(clone_database(cluster, township_template), tmp_path / "home") as address:
        yield address


@pytest.mark.parametrize("definition", ["/api/openapi.json", "/ogc/api"])
def test_no_input_breaks_the_service(spoilt: str, definition: str) -> None:
    document = httpx.get(f"{spoilt}{definition}", auth=ADMIN, timeout=60).json()
    root = document.get("servers", [{"url": spoilt}])[0]["url"]
    operations = list(operations_of(document))
    answers = [
        answer
        for operation in operations
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        for answer in answered(operation, mode, root)
    ]
    broken = [answer for answer in answers if answer[1] >= 500]
    assert not broken, broken
    assert len({label for label, _, _ in answers}) == len(operations)
    refused = sum(status == 401 for _, status, _ in answers)
    assert refused < len(answers) / 10, "the login was lost on the way"


def operations_of(document: dict[str, Any]) -> Iterator[Operation]:
    # The login of a request is not for the generator to replace.
    config = SchemathesisConfig.from_dict({"generation": {"with-security-parameters": False}})
    schema = schemathesis.openapi.from_dict(document, config=config)
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        told = operation.definition.raw["responses"].get("200", {}).get("content", {})
        own = operation.method != "get" and operation.path.startswith(OWN_LOGIN)
        if ENDLESS not in told and not own:
            yield operation


def answered(operation: Operation, mode: GenerationMode, root: str) -> list[tuple[str, int, str]]:
    """Each example's operation and status, and the request as a command to repeat it."""
    answers: list[tuple[str, int, str]] = []

    @generated
    @given(operation.as_strategy(generation_mode=mode))
    def ask(case: Case[Any]) -> None:
        answer = case.call(base_url=root, auth=ADMIN, timeout=30, stream=True)
        answers.append((operation.label, answer.status_code, case.as_curl_command()[:600]))

    # Some operations ask for nothing that could be wrong.
    with suppress(Unsatisfiable):
        ask()
    return answers
