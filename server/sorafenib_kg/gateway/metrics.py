"""``/metrics``: what Prometheus and its like are told of the server, from time to time.

The counting is ours, for it must cost next to nothing at each request; how it is written down is
the affair of Prometheus's own library. All figures are of the one web process, or asked of the
data process, so that nothing has to be added up over processes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from sorafenib_kg import __version__
from sorafenib_kg.errors import SorafenibKGError
from sorafenib_kg.gateway import problems
from sorafenib_kg.gateway.access import Access
from sorafenib_kg.gateway.cache import ResultCache
from sorafenib_kg.gateway.counts import Counts
from sorafenib_kg.gateway.headers import PRIVATE_HEADERS
from sorafenib_kg.gateway.ledger import Ledger
from sorafenib_kg.gateway.rates import Rates
from sorafenib_kg.gateway.requests import Reply, Request

if TYPE_CHECKING:
    from prometheus_client import Metric

PATH = "/metrics"
_PREFIX = "sorafenib_kg"


@dataclass(frozen=True, slots=True)
class Engine:
    """How it goes behind the web process."""

    version: str
    changed: float  # seconds since 1970
    running: int  # queries
    waiting: int
    workers: int  # processes
    workers_started: int
    workers_ended: Mapping[str, int] = field(default_factory=dict)  # by reason
    web_starts: int = 1
    quads: int = 0
    journal_bytes: int | None = None
    resident: Mapping[str, int] = field(default_factory=dict)  # bytes, by role of the process


class Metrics:
    """Answers ``GET /metrics`` to those who may see it."""

    def __init__(
        self,
        ledger: Ledger,
        counts: Counts,
        cache: ResultCache,
        engine: Callable[[], Engine],
        access: Access,
        rates: Rates | None = None,
    ) -> None:
        """Tell of what these know."""
        self._ledger = ledger
        self._counts = counts
        self._cache = cache
        self._engine = engine
        self._access = access
        self._rates = rates

    def respond(self, request: Request) -> Reply:
        """Return the reply to any request, errors included."""
        try:
            self._access.require_neighbour(request)
            if request.method in ("GET", "HEAD"):
                reply = self._written(request)
            else:
                problem = problems.of_status(HTTPStatus.METHOD_NOT_ALLOWED)
                refused = problems.reply(problem, request.header("accept"))
                allow = ("Allow", "GET, HEAD")
                reply = Reply(refused.status, (*refused.headers, allow), refused.body)
        except SorafenibKGError as error:
            found = problems.of_error(error)
            if found is None:
                raise
            reply = problems.reply(found, request.header("accept"))
        headers = (*reply.headers, *PRIVATE_HEADERS, ("Content-Length", str(reply.size)))
        return Reply(reply.status, headers, b"" if request.method == "HEAD" else reply.body)

    def _written(self, request: Request) -> Reply:
        # Not needed before somebody asks for it, and it takes a while to import.
        from prometheus_client import CollectorRegistry
        from prometheus_client.exposition import choose_encoder

        registry = CollectorRegistry(auto_describe=False)
        # It asks for nothing but `collect`.
        registry.register(self)
        encode, content_type = choose_encoder(request.header("accept") or "")
        headers = (("Content-Type", content_type), ("Cache-Control", "no-store"))
        return Reply(HTTPStatus.OK, headers, encode(registry))

    def collect(self) -> Iterator[Metric]:
        """Give all metrics as they are now."""
        self._ledger.flush()
        yield from self._of_requests()
        yield from _of_engine(self._engine())

    def _of_requests(self) -> Iterator[Metric]:
        from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily

        counts = self._counts
        requests = CounterMetricFamily(
            f"{_PREFIX}_http_requests",
            "Requests that were answered.",
            labels=("route", "method", "status"),
        )
        for (route, method, status), number in sorted(counts.requests.items()):
            requests.add_metric((route, method, str(status)), number)
        yield requests
        latencies = HistogramMetricFamily(
            f"{_PREFIX}_http_request_duration_seconds",
            "Time from a request to the end of its answer.",
            labels=("route",),
        )
        for route, latency in sorted(counts.latencies.items()):
            latencies.add_metric((route,), latency.cumulative(), latency.seconds)
        yield latencies
        yield _counter("http_response_bytes", "Bytes of bodies that were sent.", counts.sent)
        queries = CounterMetricFamily(
            f"{_PREFIX}_queries",
            "Queries that were answered or refused, from the cache (hit) or not (miss).",
            labels=("cache",),
        )
        queries.add_metric(("hit",), counts.kept)
        queries.add_metric(("miss",), counts.made)
        yield queries
        yield _gauge("cache_bytes", "Bytes that the cache of answers holds.", self._cache.size)
        yield _gauge("cache_answers", "Answers that it holds.", len(self._cache))
        yield _counter(
            "exchanges_lost", "Requests that are in neither log nor counts.", self._ledger.lost
        )
        if self._rates is not None:
            yield _counter(
                "rate_limited", "Requests that came above the client's rate.", self._rates.refused
            )


def _of_engine(engine: Engine) -> Iterator[Metric]:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily

    yield InfoMetricFamily(
        f"{_PREFIX}_dataset",
        "The version of the data, and of the program.",
        {"version": engine.version, "program": __version__},
    )
    yield _gauge(
        "dataset_changed_timestamp_seconds",
        "When the data last changed, in seconds since 1970.",
        engine.changed,
    )
    yield _gauge("quads", "Quads of all graphs, the default graph included.", engine.quads)
    yield _gauge("queries_running", "Queries that run.", engine.running)
    yield _gauge("queries_waiting", "Queries that wait for a worker.", engine.waiting)
    yield _gauge("workers", "Processes that evaluate queries and changes.", engine.workers)
    yield _counter("workers_started", "Such processes ever.", engine.workers_started)
    ended = CounterMetricFamily(
        f"{_PREFIX}_workers_ended",
        "Such processes that have ended before they were told to, by what has ended them.",
        labels=("reason",),
    )
    for reason, number in sorted(engine.workers_ended.items()):
        ended.add_metric((reason,), number)
    yield ended
    yield _counter("web_starts", "How often the web process was started.", engine.web_starts)
    resident = GaugeMetricFamily(
        f"{_PREFIX}_resident_bytes", "Memory in use, shared memory included.", labels=("process",)
    )
    for role, size in engine.resident.items():
        resident.add_metric((role,), size)
    yield resident
    if engine.journal_bytes is not None:
        yield _gauge("journal_bytes", "Size of the journal of changes.", engine.journal_bytes)


def _counter(name: str, about: str, value: float) -> Metric:
    from prometheus_client.core import CounterMetricFamily

    return CounterMetricFamily(f"{_PREFIX}_{name}", about, value)


def _gauge(name: str, about: str, value: float) -> Metric:
    from prometheus_client.core import GaugeMetricFamily

    return GaugeMetricFamily(f"{_PREFIX}_{name}", about, value)
