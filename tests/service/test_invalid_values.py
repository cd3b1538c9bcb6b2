"""A value that does not fit is told in Chinese first, whatever checks it."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from tests.conftest import PASSWORD
from tests.service.test_unknown_parameters import operations

ENGLISH = re.compile(r"[a-z]+ [a-z]+ [a-z]+")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/api/cases?severity=9", "参数 severity.0 无效：不能大于 4。"),
        ("/api/cases?severity=high", "参数 severity.0 无效：应为整数。"),
        ("/api/cases?overdue=maybe", "参数 overdue 无效：应为 true 或 false。"),
        ("/api/cases?q=" + "x" * 200, "参数 q 无效：最多 100 个字符。"),
        ("/api/cases?q=%00", "参数 q 无效：格式不对，或含有不允许的字符。"),
        ("/api/periods/summary?by=day", "参数 by 无效：可用：month、quarter、year。"),
        ("/api/scenes?from=yesterday", "参数 from 无效：应为日期，如 2026-04-01。"),
        ("/api/assessment", "参数 year 无效：必须填写。"),
        ("/api/cases/first", "参数 case_id 无效：应为整数。"),
    ],
)
def test_what_is_wrong_is_said_in_chinese(client: TestClient, address: str, said: str) -> None:
    problem = client.get(address).json()
    assert (problem["status"], problem["detail"]) == (400, said)


def test_a_body_is_told_about_in_chinese_too(client: TestClient) -> None:
    client.auth = ("admin", PASSWORD)
    for body, said in (
        ({"role": "village"}, "参数 username 无效：必须填写。"),
        ([], "参数 body 无效：应为 JSON 对象。"),
        ({"username": "a", "role": "office", "villages": "x"}, "参数 villages 无效：应为列表。"),
    ):
        assert client.post("/api/accounts", json=body).json()["detail"] == said
    broken = client.post(
        "/api/accounts", content=b'{"username":', headers={"Content-Type": "application/json"}
    )
    assert broken.json()["detail"] == "参数 body 无效：不是有效的 JSON。"
    assert broken.json()["parameter"] == "body"


def test_no_parameter_of_a_list_is_refused_in_english_alone(client: TestClient) -> None:
    refused = 0
    for method, address, names in operations(client):
        if method != "get" or address == "/api/notices/events":
            continue
        for name in names:
            for value in ("", "x", "-1", "x" * 30_000):
                answer = client.get(address, params={name: value}, follow_redirects=False)
                if answer.status_code == 400:
                    assert not ENGLISH.search(answer.json()["detail"]), (address, name, value)
                    refused += 1
    assert refused > 200
