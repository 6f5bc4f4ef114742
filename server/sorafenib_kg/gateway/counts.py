"""Requests and answers, counted for `metrics`."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sorafenib_kg.gateway.ledger import Exchange

# Upper ends of the classes of a histogram, in seconds: from an answer that is kept to a query
# that comes to its time limit.
BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
OTHER = "other"
_METHODS = frozenset(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
_MOST_CELLS = 1000


@dataclass(slots=True)
class Latency:
    """How many requests took how long."""

    classes: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    seconds: float = 0.0

    def add(self, seconds: float) -> None:
        """Count one."""
        self.classes[bisect_left(BUCKETS, seconds)] += 1
        self.seconds += seconds

    def cumulative(self) -> list[tuple[str, int]]:
        """Return how many took at most so long, by the ends of the classes as Prometheus has."""
        total = 0
        found = []
        for end, number in zip((*map(str, BUCKETS), "+Inf"), self.classes, strict=True):
            total += number
            found.append((end, total))
        return found


@dataclass(slots=True)
class _Cell:
    """Requests for one path that came to the same."""

    key: tuple[str, str, int]
    latency: Latency
    number: int = 0


class Counts:
    """What has been counted since the start; written to by one thread."""

    def __init__(self) -> None:
        """Know no route yet."""
        self._routes: frozenset[str] = frozenset()
        self._cells: dict[tuple[str, str, str], _Cell] = {}
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self.latencies: defaultdict[str, Latency] = defaultdict(Latency)  # by route
        self.sent = 0  # bytes of bodies
        self.kept = 0  # answers to queries that came from the cache
        self.made = 0  # answers to queries that did not

    def know(self, routes: Collection[str]) -> None:
        """Count by these routes from now on: the first segments of paths that the server has."""
        self._gather()
        self._routes = frozenset(routes)

    @property
    def requests(self) -> Mapping[tuple[str, str, int], int]:
        """Return how many requests there were, by route, method and status."""
        self._gather()
        return self._requests

    def __call__(self, exchanges: Sequence[Exchange]) -> None:
        """Count some exchanges."""
        cells = self._cells
        for began, ended, _, _, method, path, status, size, asked in exchanges:
            cell = cells.get((path, method, status))
            if cell is None:
                cell = self._cell(path, method, status)
            cell.number += 1
            cell.latency.add(ended - began)
            self.sent += size
            if asked is not None:
                if asked.kept:
                    self.kept += 1
                else:
                    self.made += 1

    def _cell(self, path: str, method: str, status: str) -> _Cell:
        """Return what counts for a path, of which clients could make up any number."""
        if len(self._cells) >= _MOST_CELLS:
            self._gather()
        first = "/" + path.removeprefix("/").partition("/")[0]
        route = first if first in self._routes else OTHER
        known_method = method if method in _METHODS else OTHER
        cell = _Cell((route, known_method, int(status[:3])), self.latencies[route])
        self._cells[path, method, status] = cell
        return cell

    def _gather(self) -> None:
        for cell in self._cells.values():
            self._requests[cell.key] += cell.number
        self._cells.clear()
