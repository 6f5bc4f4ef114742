"""The tables of what was measured, in Markdown."""

from __future__ import annotations

import math
import os
import platform
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from comparison import Difference
from engines import MEMORY, NEMO, OWN, SECONDS, SPARQ, Engine
from measure import Failure, Result

Found = Mapping[str, Result | Failure]
UNIVERSITIES = ("univ 1", "univ 9", "univ 90")
READY = ("load", "close")
WRITTEN = (*READY, "write")


@dataclass
class Measurements:
    """What was measured: results by graph and engine, and how closures differ."""

    engines: Sequence[Engine]
    results: dict[str, Found] = field(default_factory=dict)
    differences: dict[str, Mapping[str, Difference | str]] = field(default_factory=dict)
    whole: list[str] = field(default_factory=list)
    review: Result | Failure | None = None

    def add(
        self,
        graph: str,
        found: Found,
        differences: Mapping[str, Difference | str],
        *,
        whole: bool,
    ) -> None:
        """Take in what was measured on a graph."""
        self.results[graph] = found
        self.differences[graph] = differences
        if whole:
            self.whole.append(graph)

    def result(self, graph: str, engine: str) -> Result | None:
        """Return a result, if there is one."""
        found = self.results.get(graph, {}).get(engine)
        return found if isinstance(found, Result) else None


def tables(measured: Measurements) -> str:
    """Return all tables."""
    parts = [
        _head(measured),
        _closures(measured),
        _files(measured),
        _review(measured),
        _growth(measured),
        _differences(measured),
        _bars(measured),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table of Markdown; all columns but the first are aligned to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def seconds(value: float) -> str:
    """Return seconds with as many digits as mean something."""
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 10 else f"{value:.0f}"


def total(values: Mapping[str, float], laps: Sequence[str]) -> float:
    """Return the sum of some laps."""
    return sum(values[lap] for lap in laps)


def exponent(sizes: Sequence[float], times: Sequence[float]) -> float:
    """Return the exponent by which times grow with sizes: the slope of their logarithms."""
    x, y = [math.log(size) for size in sizes], [math.log(time) for time in times]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    slope = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    return slope / sum((a - mean_x) ** 2 for a in x)


def _head(measured: Measurements) -> str:
    peers = ", ".join(f"{e.name} {e.version}" for e in measured.engines if e is not OWN)
    return f"""{machine()}
- Peers: {peers}.
- A run had at most {SECONDS} s of CPU and {MEMORY / 2**30:g} GB."""


def machine() -> str:
    """Return what it was measured on."""
    return f"""- Python {platform.python_version()} on {os.cpu_count()} cores of {_processor()};
  the load average was {os.getloadavg()[0]:.1f} at the end."""


def fill(page: Path, marks: re.Pattern[str], text: str) -> None:
    """Put a text between the marks in a page, which are the two groups of the pattern."""
    content = page.read_text(encoding="utf-8")
    filled, found = marks.subn(lambda match: match[1] + text + match[2], content)
    if not found:
        sys.exit(f"{page} has no marks for the tables")
    page.write_text(filled, encoding="utf-8")


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.is_file():
        for line in information.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return f"a processor “{line.partition(':')[2].strip()}”"
    return f"a processor “{platform.processor() or platform.machine()}”"


def _cell(found: Result | Failure | None, laps: Sequence[str]) -> str:
    if found is None:
        return ""
    return found.reason if isinstance(found, Failure) else seconds(total(found.cpu, laps))


def _closures(measured: Measurements) -> str:
    names = [engine.name for engine in measured.engines]
    rows = []
    for graph, found in measured.results.items():
        own = measured.result(graph, OWN.name)
        rows.append(
            [
                graph,
                *((f"{own.more['given']:,}", f"{own.triples:,}") if own else ("", "")),
                *(_cell(found.get(name), ["close"]) for name in names),
            ]
        )
    return f"""## Closure: from facts in memory to a closure indexed for look-up

CPU seconds.

{table(["graph", "triples", "in the closure", *names], rows)}

This project starts from arrays of numbers and ends with every predicate's triples sorted by subject
and by object. sparq-rdf starts from its loaded graph, nemo-python from files of numbers, which it
reads while it reasons, and from rules that this project's compiler has specialised for the
ontology. reasonable's figure includes the conversion of the closure to rdflib's terms, the only
way out of it."""


def _files(measured: Measurements) -> str:
    rows = []
    for graph in measured.whole:
        for name, found in measured.results[graph].items():
            if name == NEMO.name:
                continue
            if isinstance(found, Failure):
                rows.append([f"{graph}, {name}", found.reason, *[""] * 6])
                continue
            times = [
                seconds(total(values, laps)) if set(laps) <= set(values) else ""
                for laps in (["load"], READY, WRITTEN)
                for values in (found.cpu, found.wall)
            ]
            rows.append([f"{graph}, {name}", *times, f"{found.peak_memory / 1e6:,.0f}"])
    if not rows:
        return ""
    head = ["graph, engine", "loaded, CPU", "wall", "ready, CPU", "wall", "written, CPU", "wall"]
    return f"""## From file to answer, and from file to file

Seconds from N-Triples to facts in memory (*loaded*), to a closure that answers triple patterns
(*ready*), and to a file of N-Triples with the closure (*written*); megabytes at the peak of all
that.

{table([*head, "MB"], rows)}

sparq-rdf writes its closure through `construct` and a loop in Python, since it has no function for
it, and with univ 90 it was not asked to. Filling this project's SPARQL store is no part of *ready*:
see the review."""


def _review(measured: Measurements) -> str:
    found = measured.review
    if found is None:
        return ""
    if isinstance(found, Failure):
        return f"## The review, from Turtle to ready\n\n{found.reason}"
    rows = [[lap, seconds(found.cpu[lap]), seconds(found.wall[lap])] for lap in found.wall]
    rows.append(["together", *(seconds(sum(t.values())) for t in (found.cpu, found.wall))])
    return f"""## The review, from Turtle to ready

Seconds from the Turtle files to a store that answers SPARQL, after imports. It has
{found.more["quads"]:,} quads, and {found.triples:,} triples in the closure; *storing* is the
filling of the SPARQL store.

{table(["step", "CPU", "wall"], rows)}"""


def _growth(measured: Measurements) -> str:
    rows = []
    allowed = 0.0
    for name in (OWN.name, SPARQ.name):
        for title, laps in (("closure", ["close"]), ("ready", READY), ("written", WRITTEN)):
            points = [found for graph in UNIVERSITIES if (found := measured.result(graph, name))]
            if len(points) < 2 or any(lap not in point.cpu for lap in laps for point in points):
                continue
            sizes = [float(point.triples) for point in points]
            times = [total(point.cpu, laps) for point in points]
            allowed = exponent(sizes, [*map(_n_log_n, sizes)])
            each = [f"{1e9 * t / _n_log_n(n):.1f}" for n, t in zip(sizes, times, strict=True)]
            rows.append([f"{name}, {title}", f"{exponent(sizes, times):.2f}", " · ".join(each)])
    if not rows:
        return ""
    head = ["engine, up to", "exponent", "nanoseconds by n·log₂n, from small to large"]
    return f"""## Growth

How CPU seconds grow with n, the number of triples of the closure, over univ 1, 9 and 90. Growth by
n·log n has an exponent of {allowed:.2f} here. The last step takes what no cache of a processor
holds: where growth were by n·log n alone, the nanoseconds would be equal.

{table(head, rows)}"""


def _differences(measured: Measurements) -> str:
    rows = [
        [f"{graph}, {name}", *_told(difference)]
        for graph, found in measured.differences.items()
        for name, difference in found.items()
    ]
    if not rows:
        return ""
    return f"""## What the peers lack, and what they have besides

Triples against this project's closure, most frequent predicates first. Blank nodes have other names
in other engines, so triples with one are left out; left out as well is what this project does not
draw on purpose: reflexive triples, owl:Thing, what is said about the terms of RDF, RDFS, OWL and
XSD themselves, and literals as subjects. nemo-python's closures are compared by numbers of triples.

{table(["graph, engine", "lacks", "has besides"], rows)}"""


def _told(difference: Difference | str) -> tuple[str, str]:
    if isinstance(difference, str):
        return difference, ""
    return _counted(difference.missing), _counted(difference.extra)


def _counted(counts: Counter[str]) -> str:
    if not counts:
        return "none"
    named = ", ".join(f"{name} {count:,}" for name, count in counts.most_common(4))
    return f"{counts.total():,}: {named}{', …' if len(counts) > 4 else ''}"


def _bars(measured: Measurements) -> str:
    rows = [list(row) for row in _judged(measured)]
    if not rows:
        return ""
    return f"## What was asked for\n\n{table(['bar', 'measured', 'met'], rows)}"


def _judged(measured: Measurements) -> Iterator[tuple[str, str, str]]:
    own, sparq = (measured.result("univ 9", engine.name) for engine in (OWN, SPARQ))
    nemo = measured.result("univ 9", NEMO.name)
    if own and sparq:
        fastest = min(found.cpu["close"] for found in (sparq, nemo) if found)
        ratio = fastest / own.cpu["close"]
        yield (
            "closure of univ 9 with a third of the CPU of the fastest peer with the same closure",
            f"{ratio:.1f} times less",
            _verdict(ratio >= 3),
        )
        for title, laps in (("to a closure that answers", READY), ("to file", WRITTEN)):
            cpu = total(sparq.cpu, laps) / total(own.cpu, laps)
            wall = total(sparq.wall, laps) / total(own.wall, laps)
            yield (
                f"univ 9 from file {title} with less CPU and less time than sparq-rdf",
                f"{cpu:.1f} and {wall:.1f} times less",
                _verdict(cpu > 1 and wall > 1),
            )
    large = measured.result("univ 90", OWN.name)
    if large:
        memory = large.peak_memory / 1e9
        yield "univ 90 from file to file within 8 GB", f"{memory:.1f} GB", _verdict(memory <= 8)
    if isinstance(measured.review, Result):
        cpu, wall = (sum(t.values()) for t in (measured.review.cpu, measured.review.wall))
        measured_as = f"{cpu:.2f} s of CPU, {wall:.2f} s on the clock"
        yield "the review ready in under 0.5 s of CPU", measured_as, _verdict(cpu < 0.5)
    points = [measured.result(graph, OWN.name) for graph in UNIVERSITIES]
    if all(points):
        for title, laps in (("closure", ["close"]), ("ready", READY)):
            sizes = [point.triples for point in points if point]
            times = [total(point.cpu, laps) for point in points if point]
            found, allowed = exponent(sizes, times), exponent(sizes, [*map(_n_log_n, sizes)])
            yield (
                f"CPU over univ 1, 9 and 90 grows no more than by n·log n: {title}",
                f"exponent {found:.2f}, of n·log n {allowed:.2f}",
                _verdict(found <= allowed),
            )


def _n_log_n(count: float) -> float:
    return count * math.log2(count)


def _verdict(met: bool) -> str:
    return "yes" if met else "no"
