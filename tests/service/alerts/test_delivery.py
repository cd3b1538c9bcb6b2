"""Messages arrive at least once, with an id; what fails is tried again, then kept to resend."""

from __future__ import annotations

import base64
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import orjson
import pytest
from sqlalchemy import select, update

from service import clock
from service.accounts.models import Account
from service.accounts.roles import Principal, Role
from service.alerts.channels import Channel, robots
from service.alerts.channels.webhook import signature
from service.alerts.content import Content
from service.alerts.delivery import claim
from service.alerts.dispatch import dispatch, work_off
from service.alerts.entries import Entry
from service.alerts.feed import send_again
from service.alerts.kinds import NoticeKind
from service.alerts.models import Delivery, Subscription
from service.alerts.outbox import announce
from service.alerts.periods import Frequency
from service.alerts.subscriptions import Wish, subscribe
from service.runtime import Runtime
from tests.service.alerts.conftest import MINE, THEIRS, Facts, person
from tests.service.alerts.receivers import mail_server, webhook_receiver


def subscribed(runtime: Runtime, who: Principal, **wish: object) -> Subscription:
    with runtime.database.transaction() as session:
        settings = runtime.settings.alerts
        return subscribe(session, who, Wish(**wish), settings)  # type: ignore[arg-type]


def happen(runtime: Runtime, *cases: object, kind: NoticeKind = NoticeKind.RAISED) -> None:
    with runtime.database.transaction() as session:
        for case in cases:
            announce(session, kind=kind, case=case, key=f"{kind}:{case.case_id}")  # type: ignore[attr-defined,arg-type]


def statuses(runtime: Runtime) -> list[str]:
    with runtime.database.reading() as session:
        return list(session.scalars(select(Delivery.status).order_by(Delivery.created_at)))


def test_a_webhook_is_signed_so_that_the_receiver_can_check_it(
    alerting: Runtime, secretary: Principal, facts: Facts
) -> None:
    with webhook_receiver() as receiver:
        made = subscribed(alerting, secretary, channel=Channel.WEBHOOK, target=receiver.url)
        happen(alerting, facts())
        work_off(alerting)
    headers, body = receiver.requests[0]
    # As the libraries of Standard Webhooks do it.
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(made.secret.removeprefix("whsec_"), validate=True)
    expected = base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert made.secret.startswith("whsec_")
    assert len(key) == 32
    message = orjson.loads(body)
    assert message["id"] == headers["webhook-id"]
    assert message["notices"][0]["code"] == facts().code
    assert statuses(alerting) == ["sent"]


def test_an_older_secret_goes_on_signing_as_its_receiver_knows_it() -> None:
    expected = base64.b64encode(hmac.digest(b"an-older-secret", b"m.1.{}", "sha256")).decode()
    assert signature("an-older-secret", "m", 1, b"{}") == f"v1,{expected}"


def test_a_village_is_told_of_its_own_cases_only(
    alerting: Runtime, secretary: Principal, facts: Facts
) -> None:
    with webhook_receiver() as receiver:
        subscribed(alerting, secretary, channel=Channel.WEBHOOK, target=receiver.url)
        happen(alerting, facts(1), facts(2, village=THEIRS))
        work_off(alerting)
    villages = [orjson.loads(body)["notices"][0]["village"] for _, body in receiver.requests]
    assert villages == [MINE]


def test_a_subscription_hears_only_what_it_asked_for(alerting: Runtime, facts: Facts) -> None:
    with alerting.database.transaction() as session:
        office = person(session, "office", Role.OFFICE)
    with webhook_receiver() as receiver:
        subscribed(
            alerting,
            office,
            channel=Channel.WEBHOOK,
            target=receiver.url,
            kinds=(NoticeKind.RAISED,),
            least_severity=3,
            villages=(MINE,),
        )
        happen(alerting, facts(1), facts(2, severity=1), facts(3, village=THEIRS))
        happen(alerting, facts(1), kind=NoticeKind.CLOSED)
        work_off(alerting)
    assert len(receiver.requests) == 1


def test_a_failing_receiver_is_tried_again_with_the_same_id(
    alerting: Runtime, secretary: Principal, facts: Facts
) -> None:
    with webhook_receiver() as receiver:
        receiver.status = lambda number: 503 if number < 3 else 204
        subscribed(alerting, secretary, channel=Channel.WEBHOOK, target=receiver.url)
        happen(alerting, facts())
        work_off(alerting)
    assert len(receiver.ids) == 3
    assert len(set(receiver.ids)) == 1
    assert statuses(alerting) == ["sent"]


def test_a_message_given_up_is_visible_and_can_be_sent_again(
    alerting: Runtime, secretary: Principal, facts: Facts
) -> None:
    with webhook_receiver() as receiver:
        receiver.status = lambda number: 500
        subscribed(alerting, secretary, channel=Channel.WEBHOOK, target=receiver.url)
        happen(alerting, facts())
        work_off(alerting)
        assert statuses(alerting) == ["dead"]
        receiver.status = lambda number: 200
        with alerting.database.transaction() as session:
            delivery = session.scalars(select(Delivery)).one()
            assert delivery.last_error == "the receiver answered 500"
            send_again(session, secretary, delivery.id)
        work_off(alerting)
    assert statuses(alerting) == ["sent"]


def test_a_receiver_that_never_ends_its_answer_has_received_the_message(
    alerting: Runtime, secretary: Principal, facts: Facts
) -> None:
    with webhook_receiver() as receiver:
        receiver.promises = 1_000
        subscribed(alerting, secretary, channel=Channel.WEBHOOK, target=receiver.url)
        happen(alerting, facts())
        work_off(alerting)
    assert len(receiver.requests) == 1
    assert statuses(alerting) == ["sent"]


def test_a_target_that_breaks_its_channel_keeps_nobody_elses_message_back(
    alerting: Runtime, secretary: Principal, facts: Facts
) -> None:
    with webhook_receiver() as receiver, mail_server() as (_, port):
        alerts = alerting.settings.alerts.model_copy(
            update={"smtp_host": "127.0.0.1", "smtp_port": port}
        )
        settings = alerting.settings.model_copy(update={"alerts": alerts})
        runtime = Runtime(settings, alerting.database, alerting.files)
        subscribed(runtime, secretary, channel=Channel.WEBHOOK, target=receiver.url)
        mail = subscribed(runtime, secretary, channel=Channel.EMAIL, target="cun@example.org")
        # As it could be stored before addresses were read so strictly.
        with runtime.database.transaction() as session:
            session.get_one(Subscription, mail.id).target = "cun@[example"
        happen(runtime, facts())
        work_off(runtime)
        work_off(runtime)
    assert len(receiver.requests) == 1
    assert sorted(statuses(alerting)) == ["dead", "sent"]


def test_a_redirect_is_not_followed(alerting: Runtime, secretary: Principal, facts: Facts) -> None:
    with webhook_receiver() as receiver:
        receiver.status = lambda number: 302
        subscribed(alerting, secretary, channel=Channel.WEBHOOK, target=receiver.url)
        happen(alerting, facts())
        work_off(alerting)
    assert statuses(alerting) == ["dead"]


def test_a_worker_that_dies_while_sending_leaves_the_message_to_be_sent_again(
    alerting: Runtime, secretary: Principal, facts: Facts
) -> None:
    with webhook_receiver() as receiver:
        subscribed(alerting, secretary, channel=Channel.WEBHOOK, target=receiver.url)
        happen(alerting, facts())
        with alerting.database.transaction() as session:
            dispatch(session, alerting.settings)
        with alerting.database.transaction() as session:
            assert len(claim(session, alerting.settings)) == 1
        work_off(alerting)
        assert receiver.requests == []
        with clock.moved(timedelta(seconds=alerting.settings.alerts.lease_seconds + 1)):
            work_off(alerting)
    assert len(receiver.requests) == 1


def test_a_digest_tells_a_day_in_one_message_at_eight(
    alerting: Runtime, secretary: Principal, facts: Facts
) -> None:
    with webhook_receiver() as receiver:
        subscribed(
            alerting,
            secretary,
            channel=Channel.WEBHOOK,
            target=receiver.url,
            frequency=Frequency.DAILY,
        )
        happen(alerting, facts(1), facts(2))
        work_off(alerting)
        happen(alerting, facts(3))
        work_off(alerting)
        assert receiver.requests == []
        with clock.moved(timedelta(days=1)):
            work_off(alerting)
    assert len(receiver.requests) == 1
    assert len(orjson.loads(receiver.requests[0][1])["notices"]) == 3


def test_nothing_goes_to_an_account_that_was_disabled(
    alerting: Runtime, secretary: Principal, facts: Facts
) -> None:
    with webhook_receiver() as receiver:
        subscribed(alerting, secretary, channel=Channel.WEBHOOK, target=receiver.url)
        happen(alerting, facts(1))
        with alerting.database.transaction() as session:
            dispatch(session, alerting.settings)
            session.execute(update(Account).values(disabled_at=clock.now()))
        happen(alerting, facts(2))
        work_off(alerting)
    assert receiver.requests == []
    assert statuses(alerting) == ["cancelled"]


def test_who_answers_for_another_village_by_now_is_told_nothing_of_the_former(
    alerting: Runtime, secretary: Principal, facts: Facts
) -> None:
    with webhook_receiver() as receiver:
        wish = {"channel": Channel.WEBHOOK, "target": receiver.url}
        subscribed(alerting, secretary, **wish, frequency=Frequency.DAILY)
        subscribed(alerting, secretary, **wish)
        happen(alerting, facts(1))
        with alerting.database.transaction() as session:
            dispatch(session, alerting.settings)
            session.execute(update(Account).values(villages=[THEIRS]))
        happen(alerting, facts(2, village=THEIRS))
        with clock.moved(timedelta(days=1)):
            work_off(alerting)
    told = [notice["case_id"] for _, body in receiver.requests for notice in notices_in(body)]
    assert told == [2]
    assert sorted(statuses(alerting)) == ["cancelled", "cancelled", "sent", "waiting"]


def notices_in(body: bytes) -> list[dict[str, object]]:
    return list(orjson.loads(body)["notices"])


@pytest.mark.parametrize("refuse", [False, True])
def test_mail_goes_through_smtp_and_waits_when_refused(
    alerting: Runtime, secretary: Principal, facts: Facts, refuse: bool
) -> None:
    with mail_server() as (mailbox, port):
        mailbox.refuse = refuse
        alerts = alerting.settings.alerts.model_copy(
            update={"smtp_host": "127.0.0.1", "smtp_port": port, "retry_seconds": [3600.0]}
        )
        settings = alerting.settings.model_copy(update={"alerts": alerts})
        runtime = Runtime(settings, alerting.database, alerting.files)
        subscribed(runtime, secretary, channel=Channel.EMAIL, target="cun@example.org")
        happen(runtime, facts())
        work_off(runtime)
    assert len(mailbox.messages) == (0 if refuse else 1)
    assert statuses(alerting) == ["waiting" if refuse else "sent"]
    for message in mailbox.messages:
        subject = message_from_bytes(message, policy=policy.default)["Subject"]
        assert subject.endswith(f"{facts().code} 疑似非农化 1.50 亩")


def test_a_digest_lists_each_case_with_its_day_and_its_address(
    alerting: Runtime, secretary: Principal, facts: Facts
) -> None:
    due = datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC)
    with mail_server() as (mailbox, port):
        alerts = alerting.settings.alerts.model_copy(
            update={"smtp_host": "127.0.0.1", "smtp_port": port}
        )
        settings = alerting.settings.model_copy(
            update={"alerts": alerts, "public_url": "https://farmland.example/app"}
        )
        runtime = Runtime(settings, alerting.database, alerting.files)
        wish = {"channel": Channel.EMAIL, "target": "cun@example.org"}
        subscribed(runtime, secretary, **wish, frequency=Frequency.DAILY)
        told = replace(facts(1), due_at=due, reason="疑似<占用>")
        happen(runtime, told, kind=NoticeKind.ASSIGNED)
        happen(runtime, facts(2), kind=NoticeKind.RETURNED)
        work_off(runtime)
        with clock.moved(timedelta(days=1)):
            work_off(runtime)
    letter = message_from_bytes(mailbox.messages[0], policy=policy.default)
    assert letter["Subject"] == "耕地监测提醒 2 条：任务已分派·待分派 1、退回补充 1"
    text, html = (part.get_content() for part in letter.iter_parts())
    assert "疑似非农化 1.50 亩，期限 2026年11月30日：疑似<占用>\n" in text
    assert [line for line in text.splitlines() if line.startswith("http")] == [
        "https://farmland.example/app/cases/1",
        "https://farmland.example/app/cases/2",
        "https://farmland.example/app/cases",
    ]
    assert '<a href="https://farmland.example/app/cases/1"' in html
    assert "疑似&lt;占用&gt;" in html
    assert "疑似<占用>" not in html


def test_a_long_digest_is_shortened_to_what_a_robot_takes() -> None:
    entry = Entry(
        kind="已逾期",
        village="三星村",
        code="500118001202-2026-0001",
        what="疑似非农化 1.50 亩",
        reason="三星村有一般耕地1.50亩疑似被建筑占用，未见用地批准文件，请到现场核实。",
        note=None,
        due="2026年11月30日",
        link=None,
    )
    content = Content(
        subject="耕地监测提醒 60 条：已逾期 60",
        entries=(entry,) * 50,
        total=60,
        link="https://farmland.example/cases",
        data={},
    )
    text = robots.fitting(content, Channel.WECOM)
    assert len(f"{content.subject}\r\n{text}".encode()) <= 2048
    *lines, rest, link = text.splitlines()
    assert set(lines) == {entry.line}
    assert len(f"{text}\n{entry.line}".encode()) > 2000
    assert (rest, link) == ("……共 60 条，其余请登录查看。", content.link)
    assert robots.fitting(content, Channel.FEISHU).count(entry.line) == 50
    wordy = replace(content, entries=(replace(entry, note="说" * 2000),))
    assert len(robots.fitting(wordy, Channel.WECOM).encode()) <= 2048
