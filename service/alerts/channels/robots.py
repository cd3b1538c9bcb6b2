"""Group robots of WeCom, DingTalk and Feishu, by apprise."""

from __future__ import annotations

import re
from collections.abc import Mapping

from apprise import Apprise

from service.alerts.channels.base import Channel, DeliveryFailed, Parcel
from service.alerts.content import Content
from service.errors import InvalidParameter
from spatial.messages import Message

SCHEMES: Mapping[Channel, str] = {
    Channel.WECOM: "wecombot",
    Channel.DINGTALK: "dingtalk",
    Channel.FEISHU: "feishu",
}
LONGEST: Mapping[Channel, int] = {
    Channel.WECOM: 2048,
    Channel.DINGTALK: 19_000,
    Channel.FEISHU: 19_000,
}
"""Bytes that a robot takes in one message, its subject included; a longer one is refused whole."""
KEY = re.compile(r"[A-Za-z0-9_-]{8,128}")


def check(channel: Channel, target: str) -> None:
    """Refuse what is not a robot's key.

    Raises:
        InvalidParameter: naming the target.
    """
    if not KEY.fullmatch(target):
        raise InvalidParameter(
            "target",
            Message(
                f"请填写{channel.label.zh}的密钥"
                "（地址中 key=、access_token= 或 /hook/ 之后的部分）。",
                f"Give the key of the {channel.label.en} (what follows key=, access_token= or "
                "/hook/ in its address).",
            ),
        )


def robot(channel: Channel, target: str) -> Apprise:
    """The apprise notifier of a robot."""
    notifier = Apprise()
    notifier.add(f"{SCHEMES[channel]}://{target}")
    return notifier


def fitting(content: Content, channel: Channel) -> str:
    """As many of a message's entries as the robot takes, and how many there are."""
    room = LONGEST[channel] - len(f"{content.subject}\r\n".encode())
    counts = range(len(content.entries), 0, -1)
    texts = (content.text(count).encode() for count in counts)
    fits = next((text for text in texts if len(text) <= room), content.text(1).encode()[:room])
    return fits.decode(errors="ignore")


def send(parcel: Parcel) -> None:
    """Let the robot say the message in its group.

    Raises:
        DeliveryFailed: when its service does not take the message.
    """
    notifier = robot(parcel.channel, parcel.target)
    if not notifier.notify(
        title=parcel.content.subject, body=fitting(parcel.content, parcel.channel)
    ):
        raise DeliveryFailed(f"the {parcel.channel.label.en} did not take the message")
