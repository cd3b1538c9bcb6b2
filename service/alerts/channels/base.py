"""What every channel shares: its name, what it is handed, how it fails."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from service.alerts.content import Content
from spatial.words import LabelledEnum


class Channel(LabelledEnum):
    """A way to reach a subscriber."""

    WEBHOOK = "webhook", "网络推送", "webhook"
    EMAIL = "email", "电子邮件", "e-mail"
    WECOM = "wecom", "企业微信机器人", "WeCom robot"
    DINGTALK = "dingtalk", "钉钉机器人", "DingTalk robot"
    FEISHU = "feishu", "飞书机器人", "Feishu robot"
    PAGE = "page", "站内提醒", "the page's bell"


class DeliveryFailed(Exception):
    """The message did not arrive; it will be tried again."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message on its way. The id is the same at every attempt."""

    id: uuid.UUID
    channel: Channel
    target: str
    secret: str
    content: Content
    at: datetime
