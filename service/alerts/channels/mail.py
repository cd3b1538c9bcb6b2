"""E-mail by SMTP; the message's id is its ``Message-ID``, so that mailboxes count it once."""

from __future__ import annotations

import re
import smtplib
from email.message import EmailMessage
from email.utils import format_datetime

from service.alerts.channels import letter
from service.alerts.channels.base import DeliveryFailed, Parcel
from service.errors import InvalidParameter
from service.settings import AlertSettings
from spatial.messages import Message

ADDRESS = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]{1,64}@[\w.-]{1,255}")
"""What mailboxes are called; quoted names and literal addresses, which nobody here has, are not."""


def check(target: str) -> None:
    """Refuse what is not one e-mail address.

    Raises:
        InvalidParameter: naming the target.
    """
    if not ADDRESS.fullmatch(target):
        raise InvalidParameter(
            "target",
            Message("请填写一个电子邮件地址。", "Give one e-mail address."),
        )


def send(parcel: Parcel, settings: AlertSettings) -> None:
    """Hand the message to the SMTP server.

    Raises:
        DeliveryFailed: when no server is configured, or it does not take the message.
    """
    if settings.smtp_host is None:
        raise DeliveryFailed("no mail server is configured (PLOTWATCH_ALERTS__SMTP_HOST)")
    message = EmailMessage()
    message["Subject"] = parcel.content.subject
    message["From"] = settings.sender
    message["To"] = parcel.target
    message["Date"] = format_datetime(parcel.at)
    message["Message-ID"] = f"<{parcel.id}@plotwatch>"
    message.set_content(letter.plain(parcel.content))
    message.add_alternative(letter.html(parcel.content), subtype="html")
    try:
        with smtplib.SMTP(
            settings.smtp_host, settings.smtp_port, timeout=settings.timeout_seconds
        ) as server:
            if settings.smtp_starttls:
                server.starttls()
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password or "")
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise DeliveryFailed(f"{type(error).__name__}: {error}") from error
