"""Checks the targets of webhooks: only public internet addresses are called, in whatever notation they are given.

Whoever may add an endpoint can make this machine call an address of their choice. So the host name is resolved here,
every address of it is checked, and the connection is made to one of exactly these addresses: resolving the name again
could give another one (architecture section 3).
"""

from __future__ import annotations

import re
import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from k2k_core.errors import Invalid
from k2k_core.messages import Message

LONGEST = 2000
"""The greatest length of a URL, in characters."""

_PRINTABLE = re.compile(r"[!-~]+")
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]")
_NUMERIC = re.compile(r"(0[xX][0-9A-Fa-f]*|[0-9]+)(\.(0[xX][0-9A-Fa-f]*|[0-9]+))*\.?")
"""What a resolver may accept as an IPv4 address: decimal, octal, hexadecimal, of one to four parts."""

_NAT64 = IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = IPv6Network("2002::/16")
_CLOSED_4 = tuple(
    map(
        IPv4Network,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
            *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
            *("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        ),
    )
)
_CLOSED_6 = tuple(
    map(
        IPv6Network,
        (
            *("::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16"),
            *("fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"),
        ),
    )
)
_OPEN_6 = IPv6Network("2000::/3")
"""The ranges allocated to the public internet; every other address is refused."""


NOT_PUBLIC = Message("it is not an address of the public internet")


class Refused(Exception):
    """A target that may not be called. The message is safe to show."""


class Target(NamedTuple):
    """A parsed URL. `resource` is its path and query."""

    host: str
    port: int
    resource: str
    tls: bool

    @property
    def authority(self) -> str:
        """The header `Host`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.tls else 80) else f"{host}:{self.port}"


def read_target(url: object, *, local: bool = False) -> Target:
    """Parse a URL. `local` allows addresses of a private network, and http: for tests and development.

    Raises `Invalid` for what is no web address, contains a user name or password, or has a host written as a number.
    """
    if not isinstance(url, str) or len(url) > LONGEST or not _PRINTABLE.fullmatch(url) or "\\" in url:
        raise Invalid("an endpoint is an https:// address of at most 2000 plain characters")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Invalid("{url} is no address of the web", url=url) from None
    if parts.scheme != "https" and not (local and parts.scheme == "http"):
        raise Invalid("an endpoint's address begins with https:// (for tests K2K_WEBHOOK_LOCAL=on allows http://)")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise Invalid("an endpoint's address holds no name, no password and no fragment")
    host = _host(parts.netloc.rpartition(":")[0] if parts.port is not None else parts.netloc, local)
    tls = parts.scheme == "https"
    resource = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(host, port or (443 if tls else 80), resource, tls)


def _host(written: str, local: bool) -> str:
    if not _HOST.fullmatch(written):
        raise Invalid("an endpoint's host is a name of ASCII letters (an international one in its xn-- form)")
    host = written.strip("[]").lower()
    if _NUMERIC.fullmatch(host) and not _is_plain_ipv4(host):
        raise Invalid("an IPv4 address is written as four decimal numbers")
    if host.endswith((".", ".local", ".internal", "localhost")) and not local:
        raise Invalid("{host} is not a name of the public internet", host=host)
    try:
        literal = ip_address(host)
    except ValueError:
        if "." not in host and not local:
            raise Invalid("{host} is not a name of the public internet", host=host) from None
    else:
        if not local and (why := closed(literal)):
            raise Invalid("{host} is not called: {why}", host=host, why=why)
    return host


def _is_plain_ipv4(host: str) -> bool:
    parts = host.split(".")
    return len(parts) == 4 and all(part.isdigit() and str(int(part)) == part and int(part) < 256 for part in parts)


def closed(address: IPv4Address | IPv6Address) -> str:
    """Why an address is not public; empty for a public one.

    An IPv6 address that stands for an IPv4 one (mapped, NAT64, 6to4) is judged as that one.
    """
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or _embedded(address)
        if inner is not None:
            return closed(inner)
        if address not in _OPEN_6 or any(address in network for network in _CLOSED_6):
            return NOT_PUBLIC
        return "" if address.is_global else NOT_PUBLIC
    if any(address in network for network in _CLOSED_4) or not address.is_global:
        return NOT_PUBLIC
    return ""


def _embedded(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _SIX_TO_FOUR:
        return address.sixtofour
    return None


def resolve(target: Target, *, local: bool = False) -> list[tuple[socket.AddressFamily, str]]:
    """Every address of a target's host. Raises `Refused` if there is none, or if one of them may not be called."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Refused(Message("the name {host} has no address", host=target.host)) from None
    named = ((family, str(address[0])) for family, _, _, _, address in found)
    addresses: list[tuple[socket.AddressFamily, str]] = list(dict.fromkeys(named))
    for _, address in addresses:
        if not local and ("%" in address or closed(ip_address(address))):
            raise Refused(Message("{host} resolves to an address that is not of the public internet", host=target.host))
    if not addresses:
        raise Refused(Message("the name {host} has no address", host=target.host))
    return addresses
