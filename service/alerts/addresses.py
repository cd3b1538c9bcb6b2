"""Where webhooks may go: never to private addresses, unless a deployment allows them."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence
from urllib.parse import urlsplit

from service.errors import InvalidParameter
from spatial.messages import Message

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
PORTS = {"http": 80, "https": 443}
UNICAST = ipaddress.ip_network("2000::/3")
"""What of IPv6 is handed out to the public; the rest translates to IPv4 or means this site."""
RESERVED = tuple(
    ipaddress.ip_network(text)
    for text in ("2002::/16", "3fff::/20", "192.0.0.0/24", "192.88.99.0/24")
)
"""Not for the public either, though Python takes some of it for global: 6to4, which holds an IPv4
address of any kind, documentation, and what the protocols need for themselves."""


class ForbiddenAddress(InvalidParameter):
    """The target lies on a network that webhooks may not reach."""

    code = "address-not-allowed"


def checked_address(url: str, allowed_networks: Sequence[str]) -> tuple[str, int]:
    """The IP address and port to connect to for a webhook.

    Resolved once and used as it is, so that a name cannot change its meaning in between.

    Raises:
        InvalidParameter: when the URL is not http(s) or its name is unknown.
        ForbiddenAddress: when any of its addresses is not public and not allowed.
    """
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname or parts.username:
        raise InvalidParameter(
            "target",
            Message(
                "推送地址应为 http:// 或 https:// 开头的网址。",
                "The target must be an http:// or https:// address.",
            ),
        )
    try:
        port = parts.port or PORTS[parts.scheme]
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError, UnicodeError) as error:
        raise InvalidParameter(
            "target",
            Message(
                f"找不到主机 {parts.hostname}，请检查地址。",
                f"The host {parts.hostname} is not known; check the address.",
            ),
        ) from error
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    if not all(_may_reach(address, allowed_networks) for address in addresses):
        raise ForbiddenAddress(
            "target",
            Message(
                f"{parts.hostname} 位于内部网络，不允许推送；需要时请管理员放行该网段。",
                f"{parts.hostname} is on a private network; ask the administrator to allow it.",
            ),
        )
    return str(addresses[0]), port


def _may_reach(address: Address, allowed_networks: Sequence[str]) -> bool:
    if any(address in ipaddress.ip_network(network) for network in allowed_networks):
        return True
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return _may_reach(address.ipv4_mapped, allowed_networks)
        if address not in UNICAST:
            return False
    reserved = any(address in network for network in RESERVED)
    return address.is_global and not address.is_multicast and not reserved
