"""Pages of this project beside those of others over the same triples, as a browser finds them.

``SORAFENIB_KG_BROWSER=/usr/bin/chromium python benchmarks/sites.py`` prints the table of
``docs/site.md``. Datasette and rdflib-endpoint are installed into environments of their own; with
``--pictures FOLDER`` each page is also written as it looks on a phone and on a desk.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import io
import socket
import sqlite3
import subprocess
import sys
import tempfile
import urllib.parse
import venv
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from engines import HERE, WORK

sys.path.insert(0, str(HERE.parent / "tests"))

from playwright.sync_api import Browser, Route
from servers import oxigraph, rdflib_endpoint, wait_for

from browser.chromium import DESK, PHONE, chromium, overflow, shown, violations
from serving import serving

DATASETTE = "datasette==0.65.5"
_QUERY = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 100"
_SETTLED = 1500  # milliseconds after which a page has built itself


@dataclass(frozen=True, slots=True)
class Subject:
    """A page of somebody's, at an address."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a browser found of a page."""

    name: str
    kilobytes: float
    requests: int
    foreign: int
    rules: tuple[str, ...]
    overflow: int
    without_scripts: int  # characters of text


@contextmanager
def own(data: Path, folder: Path) -> Iterator[list[Subject]]:
    """Run this project's server over its own data."""
    with serving(seconds=600) as server:
        query = urllib.parse.urlencode({"query": _QUERY})
        yield [
            Subject("this project, start", f"{server.url}/"),
            Subject("this project, entity", f"{server.url}/id/sorafenib"),
            Subject("this project, answer to a query", f"{server.url}/workbench?{query}"),
        ]


@contextmanager
def oxigraph_page(data: Path, folder: Path) -> Iterator[list[Subject]]:
    """Run Oxigraph's server, whose page is YASGUI."""
    with oxigraph(data, folder) as running:
        yield [Subject("Oxigraph, query page", running.url.removesuffix("query"))]


@contextmanager
def rdflib_endpoint_page(data: Path, folder: Path) -> Iterator[list[Subject]]:
    """Run rdflib-endpoint, whose page loads YASGUI from elsewhere."""
    with rdflib_endpoint(data, folder) as running:
        yield [Subject("rdflib-endpoint, query page", running.url)]


@contextmanager
def datasette(data: Path, folder: Path) -> Iterator[list[Subject]]:
    """Run Datasette over a table of the triples."""
    environment = WORK / "environments" / DATASETTE
    program = environment / "bin" / "datasette"
    if not program.exists():
        venv.create(environment, with_pip=True, clear=True)
        command = [environment / "bin" / "python", "-m", "pip", "install", "--quiet", DATASETTE]
        subprocess.run(command, check=True)  # noqa: S603 - our own words
    database = folder / "graph.db"
    with contextlib.closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("CREATE TABLE triples (s TEXT, p TEXT, o TEXT)")
        rows = csv.reader(io.StringIO(_as_csv(data)))
        connection.executemany("INSERT INTO triples VALUES (?, ?, ?)", rows)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own words
            [program, "serve", database, "--port", str(port)], stdout=log, stderr=log
        )
        try:
            wait_for(process, port, folder / "server.log")
            yield [
                Subject("Datasette, start", f"http://127.0.0.1:{port}/"),
                Subject("Datasette, table", f"http://127.0.0.1:{port}/graph/triples"),
            ]
        finally:
            process.terminate()
            process.wait()


def _as_csv(data: Path) -> str:
    """Return the triples of a file of N-Triples as rows."""
    import pyoxigraph

    written = io.StringIO()
    writer = csv.writer(written)
    for quad in pyoxigraph.parse(path=str(data), format=pyoxigraph.RdfFormat.N_TRIPLES):
        writer.writerow(getattr(term, "value", str(term)) for term in quad.triple)
    return written.getvalue()


Start = Callable[[Path, Path], AbstractContextManager[list[Subject]]]
SITES: tuple[Start, ...] = (own, datasette, oxigraph_page, rdflib_endpoint_page)


def look_at(browser: Browser, subject: Subject, pictures: Path | None) -> Finding:
    """Return what a browser without a network finds of a page."""
    parts = urllib.parse.urlsplit(subject.url)
    origin = f"{parts.scheme}://{parts.netloc}"

    def only_local(route: Route) -> None:
        if urllib.parse.urlsplit(route.request.url).hostname in ("127.0.0.1", "localhost"):
            route.continue_()
        else:
            route.abort()

    with shown(browser, origin, viewport=PHONE) as (tab, watch):
        tab.context.route("**/*", only_local)
        tab.goto(subject.url)
        tab.wait_for_timeout(_SETTLED)
        too_wide = overflow(tab)
        _picture(tab, subject, "phone", pictures)
        broken = {entry.partition(":")[0] for entry in violations(tab)}
        tab.set_viewport_size(DESK)
        _picture(tab, subject, "desk", pictures)
        broken |= {entry.partition(":")[0] for entry in violations(tab)}
        foreign = [request for request in watch.requests if not request.url.startswith(origin)]
        elsewhere = [request for request in foreign if request.url.startswith("http")]
        local = [request for request in watch.requests if request.url.startswith(origin)]
        weight = sum(request.sizes()["responseBodySize"] for request in local)
    with shown(browser, origin, script=False, viewport=PHONE) as (tab, _):
        tab.goto(subject.url)
        text = len(tab.locator("body").inner_text().strip())
    return Finding(
        subject.name,
        weight / 1000,
        len(local),
        len(elsewhere),
        tuple(sorted(broken)),
        too_wide,
        text,
    )


def _picture(tab: object, subject: Subject, size: str, pictures: Path | None) -> None:
    if pictures is not None:
        name = subject.name.replace(", ", "-").replace(" ", "-")
        tab.screenshot(path=pictures / f"{name}-{size}.png")  # type: ignore[attr-defined]


def table(findings: list[Finding]) -> str:
    """Return the findings in Markdown."""
    rows = [
        "| page | kB | requests | to other hosts | rules of WCAG A, AA broken "
        "| wider than 390 px by | text without scripts |",
        "| --- | ---: | ---: | ---: | --- | ---: | ---: |",
    ]
    for found in findings:
        rules = ", ".join(found.rules) or "none"
        rows.append(
            f"| {found.name} | {found.kilobytes:.0f} | {found.requests} | {found.foreign} "
            f"| {rules} | {found.overflow} px | {found.without_scripts:,} characters |"
        )
    return "\n".join(rows) + "\n"


def main() -> None:
    """Look at all sites and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pictures", type=Path, metavar="FOLDER")
    chosen = parser.parse_args()
    if chosen.pictures is not None:
        chosen.pictures.mkdir(parents=True, exist_ok=True)
    findings = []
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        data = Path(folder) / "graph.nt"
        with serving(seconds=600) as server:
            graph = server.query("CONSTRUCT WHERE { ?s ?p ?o }", Accept="application/n-triples")
            data.write_bytes(graph.body)
        for start in SITES:
            place = Path(folder) / start.__name__
            place.mkdir()
            with start(data, place) as subjects:
                findings += [look_at(browser, subject, chosen.pictures) for subject in subjects]
    sys.stdout.write(table(findings))


if __name__ == "__main__":
    main()
