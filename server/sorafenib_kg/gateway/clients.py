"""Who asks: one address of IPv4, or one network of IPv6, behind proxies that are trusted."""

from collections.abc import Collection, Iterable
from contextlib import suppress
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

# Longer lists of addresses than proxies make are somebody's play.
_LONGEST_LIST = 2000


def client_of(address: str) -> str:
    """Return what tells one client from another: its address, of IPv6 the network."""
    if ":" not in address:
        return address
    return _network_of(address)


@lru_cache(1000)
def _network_of(address: str) -> str:
    with suppress(ValueError):
        parsed = ip_address(address.partition("%")[0])
        mapped = getattr(parsed, "ipv4_mapped", None)
        return str(mapped or ip_network((parsed, 64), strict=False))
    return address


@lru_cache(1000)
def is_loopback(address: str) -> bool:
    """Say whether an address is of this machine; False for what is no address."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback


class Proxies:
    """The proxies whose word is taken for whom they ask."""

    def __init__(self, networks: Iterable[IPv4Network | IPv6Network] = ()) -> None:
        """Trust whoever has an address in one of these networks."""
        self._networks = tuple(networks)

    @classmethod
    def named(cls, names: Collection[str]) -> "Proxies":
        """Trust the addresses and networks that a setting names."""
        return cls(ip_network(name) for name in names)

    def __bool__(self) -> bool:
        """Say whether any proxy is trusted."""
        return bool(self._networks)

    def address_behind(self, remote: str, forwarded_for: str | None) -> str:
        """Return the address that a request comes from, by X-Forwarded-For.

        Each proxy writes behind what it was sent the address that it was asked from. So the last
        address that is not a trusted proxy's is the client's, and what stands before it is what
        the client has made up.
        """
        if forwarded_for is None or not self._trusts(remote):
            return remote
        found = remote
        for part in reversed(forwarded_for[-_LONGEST_LIST:].split(",")):
            address = _without_port(part.strip())
            try:
                ip_address(address)
            except ValueError:
                break
            found = address
            if not self._trusts(address):
                break
        return found

    def _trusts(self, address: str) -> bool:
        with suppress(ValueError):
            parsed = ip_address(address.partition("%")[0])
            parsed = getattr(parsed, "ipv4_mapped", None) or parsed
            return any(parsed in network for network in self._networks)
        return False


def _without_port(address: str) -> str:
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address
