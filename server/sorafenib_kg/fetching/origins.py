"""Origins: which servers may be asked, and which one an address is of (RFC 6454)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Self
from urllib.parse import SplitResult, urlsplit

from sorafenib_kg.errors import ForbiddenError
from sorafenib_kg.fetching.addresses import refusal

_PORTS = {"http": 80, "https": 443}
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\Z")
# What a resolver may take for a number, as in 127.1, 2130706433 and 0x7f.1.
_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)\Z")


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port; a host is a name or the usual form of an address, in lower case."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        """Return the origin as one writes it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    @property
    def address(self) -> IPv4Address | IPv6Address | None:
        """Return the address if the host is one, None if it is a name."""
        if ":" in self.host:
            return IPv6Address(self.host)
        return IPv4Address(self.host) if _NUMBER.match(self.host) else None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the origin that a text is; raise ForbiddenError if it is more, or none."""
        parts = _split(text)
        if not parts.scheme or not parts.netloc:
            raise ForbiddenError(
                f"{text} is no scheme and host, with or without a port, as in https://a.example:81"
            )
        if parts.path not in ("", "/") or parts.query or parts.fragment or "?" in text:
            raise ForbiddenError(f"{text} is more than scheme, host and port")
        return cls.of(text)

    @classmethod
    def of(cls, url: str) -> Self:
        """Return the origin of an address.

        Raises ForbiddenError for another scheme, a name of a user, and odd ways to write a host.
        """
        parts = _split(url)
        if parts.scheme not in _PORTS:
            raise ForbiddenError(f"<{url}> has a scheme other than http and https")
        if "@" in parts.netloc:
            raise ForbiddenError(f"<{url}> names a user")
        try:
            port = parts.port
            host = _host(parts.hostname or "", is_bracketed=parts.netloc.startswith("["))
        except ValueError as error:
            raise ForbiddenError(
                f"<{url}> names its host in a way that is not followed here"
            ) from error
        return cls(parts.scheme, host, _PORTS[parts.scheme] if port is None else port)


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError as error:
        raise ForbiddenError(f"<{url}> is no address of a server") from error


def _host(host: str, *, is_bracketed: bool) -> str:
    """Return a host in the form that origins are compared in; raise ValueError."""
    if is_bracketed:
        if "%" in host:
            raise ValueError(host)
        return str(IPv6Address(host))
    host = host.removesuffix(".")
    if _NUMBER.match(host):
        # Python takes dotted decimals without leading zeros only.
        return str(IPv4Address(host))
    if len(host) > 253 or not _NAME.match(host):
        raise ValueError(host)
    return host


@dataclass(frozen=True, slots=True)
class Allowed:
    """The origins that may be asked by SERVICE, and those that LOAD may read from."""

    service: frozenset[Origin] = frozenset()
    load: frozenset[Origin] = frozenset()
    private: bool = False  # whether they may be on this machine and in its own networks

    @classmethod
    def of(cls, service: Iterable[str], load: Iterable[str], *, private: bool) -> Self:
        """Return what the texts of origins allow; raise ForbiddenError for one that cannot be."""
        allowed = cls(
            frozenset(map(Origin.parse, service)), frozenset(map(Origin.parse, load)), private
        )
        for origin in allowed.service | allowed.load:
            reason = origin.address and refusal(origin.address, private=private)
            if reason:
                raise ForbiddenError(f"{origin} is {reason}")
        return allowed

    def __bool__(self) -> bool:
        """Say whether any server may be asked."""
        return bool(self.service or self.load)


NOTHING = Allowed()
