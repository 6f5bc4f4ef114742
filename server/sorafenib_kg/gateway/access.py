"""Who may do what is not for everybody: by token, or from the machine that the server runs on."""

from collections.abc import Collection
from hmac import compare_digest

from sorafenib_kg.errors import ForbiddenError, MisdirectedError, UnauthorizedError
from sorafenib_kg.gateway.clients import is_loopback
from sorafenib_kg.gateway.requests import Request

# A proxy adds one of these; behind it everybody would seem to be here.
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
_LOOPBACK_NAMES = ("localhost", "ip6-localhost")


class Access:
    """The token of this server, and the names that it may be called by."""

    def __init__(self, token: str | None, allowed_hosts: Collection[str] = ()) -> None:
        """Keep the token; without one, nobody has it."""
        self._token = token.encode() if token else None
        self._allowed_hosts = {name.lower() for name in allowed_hosts}

    def require_token(self, request: Request) -> None:
        """Raise UnauthorizedError or ForbiddenError unless the request has the token."""
        self._check_host(request)
        said = request.header("authorization")
        if said is None:
            raise UnauthorizedError("this needs the token of the server, as a bearer token")
        if not self._has_token(said):
            raise ForbiddenError("this is not the token of the server")

    def require_neighbour(self, request: Request) -> None:
        """Raise ForbiddenError unless the request is from this machine or has the token."""
        said = request.header("authorization")
        if said is not None and self._has_token(said):
            return
        if not is_local(request):
            raise ForbiddenError(
                "this is answered on the machine of the server, or with its token, only"
            )
        self._check_host(request)

    def _has_token(self, authorization: str) -> bool:
        scheme, _, sent = authorization.partition(" ")
        if self._token is None or scheme.lower() != "bearer":
            return False
        # WSGI gives the bytes of a header as so many characters. Of bytes, the comparison takes
        # as long wherever they differ.
        return compare_digest(sent.strip().encode("latin-1", "replace"), self._token)

    def _check_host(self, request: Request) -> None:
        """Raise MisdirectedError where a page of another site has made a browser ask.

        Its name then leads to this machine, but it is no name of this machine.
        """
        if is_local(request) and not self._is_known(host_of(request)):
            raise MisdirectedError("this server is not known by the name in Host")

    def _is_known(self, name: str) -> bool:
        if name in self._allowed_hosts or name in _LOOPBACK_NAMES or name.endswith(".localhost"):
            return True
        return is_loopback(name)


def is_local(request: Request) -> bool:
    """Say whether the request was sent on this machine, by no proxy."""
    return is_loopback(request.remote) and not any(map(request.header, _FORWARDED))


def host_of(request: Request) -> str:
    """Return the name in Host, in lower case and without the port."""
    host = (request.header("host") or "").strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]
