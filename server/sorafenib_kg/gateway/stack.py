"""The gateway put together: what comes before every answer, SPARQL, and what lies behind."""

import threading
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from sorafenib_kg.gateway.clients import Proxies
from sorafenib_kg.gateway.diagnosis import Diagnosis
from sorafenib_kg.gateway.endpoint import Endpoint
from sorafenib_kg.gateway.front import Front
from sorafenib_kg.gateway.headers import DIAGNOSIS, common_headers
from sorafenib_kg.gateway.ledger import Ledger
from sorafenib_kg.gateway.rates import Rates
from sorafenib_kg.gateway.requests import Reply, Request
from sorafenib_kg.gateway.wsgi import Application, Environ, Gateway, StartResponse
from sorafenib_kg.settings import Settings


def stacked(
    settings: Settings,
    endpoint: Endpoint,
    behind: Application,
    others: Mapping[str, Callable[[Request], Reply]] = MappingProxyType({}),
    ledger: Ledger | None = None,
    rates: Rates | None = None,
) -> Front:
    """Return an application that answers SPARQL by the endpoint, and all else as those behind do.

    ``others`` answer at further addresses; what all requests came to is entered in the ledger.
    """
    diagnosis = Diagnosis(endpoint, settings.timeout).respond
    return Front(
        Gateway(endpoint, behind, {DIAGNOSIS: diagnosis, **others}),
        ledger=ledger,
        rates=rates,
        proxies=Proxies.named(settings.trusted_proxy),
        common=common_headers(settings.cors),
        version=lambda: endpoint.version,
    )


class Deferred:
    """An application that is made when it is first asked for, so that others are up sooner."""

    def __init__(self, make: Callable[[], Application]) -> None:
        """Make it by a function, once."""
        self._make = make
        self._made: Application | None = None
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        return (self._made or self.prepare())(environ, start_response)

    def prepare(self) -> Application:
        """Make the application if it is not there yet, and return it."""
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made
