"""From a channel's name to the module that sends."""

from __future__ import annotations

from service.alerts.channels import mail, robots, webhook
from service.alerts.channels.base import Channel, Parcel
from service.settings import AlertSettings


def check_target(channel: Channel, target: str, settings: AlertSettings) -> None:
    """Refuse a target that the channel cannot use.

    Raises:
        InvalidParameter: saying what to give instead.
    """
    if channel is Channel.WEBHOOK:
        webhook.check(target, settings.allowed_networks)
    elif channel is Channel.EMAIL:
        mail.check(target)
    elif channel in robots.SCHEMES:
        robots.check(channel, target)


def send(parcel: Parcel, settings: AlertSettings) -> None:
    """Send one message by its channel. The page's bell reads the feed: nothing is sent to it.

    Raises:
        DeliveryFailed: when it did not arrive.
    """
    if parcel.channel is Channel.WEBHOOK:
        webhook.send(parcel, settings)
    elif parcel.channel is Channel.EMAIL:
        mail.send(parcel, settings)
    elif parcel.channel in robots.SCHEMES:
        robots.send(parcel)
