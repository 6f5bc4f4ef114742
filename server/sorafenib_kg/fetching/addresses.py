"""The addresses of servers that may be asked, and those that never are.

A name is looked up once; what it stands for is looked at, and that very address is connected to.
"""

import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from sorafenib_kg.errors import ForbiddenError, RemoteError

Resolve = Callable[..., list[tuple[Any, ...]]]  # as socket.getaddrinfo
_Networks = tuple[tuple[IPv4Network | IPv6Network, str], ...]


def _networks(*rows: tuple[str, str]) -> _Networks:
    return tuple((ip_network(network), what) for network, what in rows)


# Those that whoever runs the server may allow.
_PRIVATE = _networks(
    ("127.0.0.0/8", "on this machine"),
    ("::1/128", "on this machine"),
    ("10.0.0.0/8", "in a private network"),
    ("172.16.0.0/12", "in a private network"),
    ("192.168.0.0/16", "in a private network"),
    ("fc00::/7", "in a private network"),
)
# Of IANA's registries of special-purpose addresses, those that no public server has.
_SPECIAL = _networks(
    ("0.0.0.0/8", "of this network"),
    ("100.64.0.0/10", "shared by the clients of a carrier"),
    ("169.254.0.0/16", "link-local"),
    ("192.0.0.0/24", "kept for protocols"),
    ("192.0.2.0/24", "for documentation"),
    ("192.88.99.0/24", "of a relay"),
    ("198.18.0.0/15", "for benchmarks"),
    ("198.51.100.0/24", "for documentation"),
    ("203.0.113.0/24", "for documentation"),
    ("224.0.0.0/4", "for many receivers"),
    ("240.0.0.0/4", "reserved"),
    ("2001::/23", "kept for protocols"),
    ("2001:db8::/32", "for documentation"),
    ("2002::/16", "one of IPv4 in other words"),
    ("3fff::/20", "for documentation"),
)
# All others are link-local, for many receivers, reserved, or stand for an address of IPv4 that
# would have to be looked at itself: mapped, compatible, NAT64.
_UNICAST = IPv6Network("2000::/3")


def refusal(address: IPv4Address | IPv6Address, *, private: bool) -> str | None:
    """Return what an address is, if for that it is not connected to; None if it may be."""
    for network, what in _PRIVATE:
        if address in network:
            return None if private else f"{what} (--allow-private permits that)"
    for network, what in _SPECIAL:
        if address in network:
            return what
    if isinstance(address, IPv6Address) and address not in _UNICAST:
        return "no address of a public server"
    return None


def resolve(
    host: str, port: int, *, private: bool, look_up: Resolve = socket.getaddrinfo
) -> list[tuple[Any, Any]]:
    """Return the families and socket addresses of a host, each of which may be connected to.

    Raises RemoteError for a name that is not known, ForbiddenError if any of its addresses must
    not be connected to: then those who run it cannot be trusted with the others.
    """
    try:
        found = look_up(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise RemoteError(f"{host} cannot be found") from error
    places = []
    for family, _, _, _, place in found:
        address = ip_address(str(place[0]).partition("%")[0])
        reason = refusal(address, private=private)
        if reason is not None:
            raise ForbiddenError(f"{host} stands for {address}, which is {reason}")
        places.append((family, place))
    if not places:
        raise RemoteError(f"{host} cannot be found")
    return places
