"""The host that a request is for, and the port: `uri-host [ ":" port ]` (RFC 9110, section 7.2)."""

import re
from functools import lru_cache
from ipaddress import AddressValueError, IPv6Address

# RFC 3986, section 3.2.2. Without a name there is no host of HTTP (RFC 9110, section 4.2.1).
_SIGNS = r"[A-Za-z0-9._~!$&'()*+,;=-]"
_AUTHORITY = re.compile(
    rf"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|\[[vV][0-9A-Fa-f]+\.(?:{_SIGNS}|:)+\]"
    rf"|(?:{_SIGNS}|%[0-9A-Fa-f]{{2}})+)(?::[0-9]*)?"
)
# Clients name few hosts, and that of a request is looked at before all else.
_MOST_KEPT = 128
_LONGEST_KEPT = 300
_LONGEST_TOLD = 100


def is_authority(text: str) -> bool:
    """Say whether a text is a host, with or without a port."""
    return _is_known(text) if len(text) <= _LONGEST_KEPT else _is_authority(text)


def fault_of_host(text: str) -> str | None:
    """Return what is wrong with what a request gives as its host, None if nothing is."""
    if not text or is_authority(text):
        return None
    told = text if len(text) <= _LONGEST_TOLD else f"{text[:_LONGEST_TOLD]}…"
    return f"the request is for {told!r}, which is no host with or without a port"


def authority_of(host: str, port: int | str) -> str:
    """Return the authority of an address and a port."""
    host = host.partition("%")[0]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _is_authority(text: str) -> bool:
    found = _AUTHORITY.fullmatch(text)
    if found is None or found["v6"] is None:
        return found is not None
    try:
        IPv6Address(found["v6"])
    except AddressValueError:
        return False
    return True


_is_known = lru_cache(_MOST_KEPT)(_is_authority)
