"""Subscribing by HTTP: own villages, safe targets, clear refusals; the feed and its scope."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from service.alerts.channels import Channel
from service.alerts.channels.robots import robot
from service.alerts.dispatch import dispatch
from service.alerts.kinds import NoticeKind
from service.alerts.outbox import announce
from service.runtime import Runtime
from tests.conftest import PASSWORD
from tests.service.alerts.conftest import MINE, THEIRS, Facts

MAIL = {"channel": "email", "target": "office@example.org"}


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:9/hook",
        "http://10.1.2.3/",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://2130706433/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[64:ff9b:1::7f00:1]/",
        "http://[2002:a9fe:a9fe::1]/",
        "http://[::127.0.0.1]/",
        "http://[::ffff:0:127.0.0.1]/",
        "http://[fec0::1]/",
        "http://192.0.0.8/",
        "ftp://example.org/",
        "http://user@127.0.0.1/",
        "http://no-such-host.invalid/",
        "nonsense",
    ],
)
def test_a_webhook_to_a_private_or_senseless_address_is_refused(
    client: TestClient, target: str
) -> None:
    answer = client.post("/api/subscriptions", json={"channel": "webhook", "target": target})
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "target"


@pytest.mark.parametrize(
    "target", ["cun@[example", ".:K@example.org", '"a"@b', "a@b@c", "a b@c", ""]
)
def test_what_is_no_mailbox_is_refused(client: TestClient, target: str) -> None:
    answer = client.post("/api/subscriptions", json={"channel": "email", "target": target})
    assert (answer.status_code, answer.json().get("parameter")) == (400, "target")


def test_a_subscription_can_be_made_listed_and_ended(client: TestClient) -> None:
    made = client.post("/api/subscriptions", json=MAIL).json()
    assert made["secret"]
    listed = client.get("/api/subscriptions").json()
    assert [item["id"] for item in listed] == [made["id"]]
    assert "secret" not in listed[0]
    assert client.delete(f"/api/subscriptions/{made['id']}").status_code == 204
    assert client.get("/api/subscriptions").json() == []


def test_nobody_ends_another_accounts_subscription(client: TestClient) -> None:
    made = client.post("/api/subscriptions", json=MAIL).json()
    client.auth = ("village", PASSWORD)
    assert client.delete(f"/api/subscriptions/{made['id']}").status_code == 404


def test_a_village_cannot_ask_for_another_villages_alerts(client: TestClient) -> None:
    client.auth = ("village", PASSWORD)
    answer = client.post("/api/subscriptions", json={**MAIL, "villages": [THEIRS]})
    assert answer.status_code == 400
    assert THEIRS in answer.json()["detail"]


@pytest.mark.parametrize(("user", "seen"), [("village", [MINE]), ("office", [THEIRS, MINE])])
def test_the_feed_shows_what_its_reader_may_see(
    client: TestClient, runtime: Runtime, facts: Facts, user: str, seen: list[str]
) -> None:
    with runtime.database.transaction() as session:
        for number, village in enumerate([MINE, THEIRS], start=1):
            case = facts(number, village=village)
            announce(session, kind=NoticeKind.RAISED, case=case, key=f"raised:{number}")
        dispatch(session, runtime.settings)
    client.auth = (user, PASSWORD)
    feed = client.get("/api/notices").json()
    assert [item["village"] for item in feed["items"]] == seen


@pytest.mark.parametrize(
    ("channel", "service"),
    [
        (Channel.WECOM, "WeCom Bot"),
        (Channel.DINGTALK, "DingTalk"),
        (Channel.FEISHU, "Feishu"),
    ],
)
def test_a_robots_key_is_understood_by_its_service(channel: Channel, service: str) -> None:
    plugins = list(robot(channel, "0123456789abcdef"))
    assert [str(plugin.service_name) for plugin in plugins] == [service]


def test_a_robots_key_with_other_characters_is_refused(client: TestClient) -> None:
    answer = client.post("/api/subscriptions", json={"channel": "wecom", "target": "a/../b"})
    assert answer.status_code == 400


def test_a_bad_cursor_is_a_400(client: TestClient) -> None:
    assert client.get("/api/deliveries?after=zzz").status_code == 400
