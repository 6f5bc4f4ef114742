"""What putting a document into a graph takes: this project's server, and Oxigraph's in memory.

usage: documents.py [--triples N ...] [--times N]

Each document is put over HTTP into a new graph, in turns, until it is answered; the median of the
times by the clock counts. This project's server has changes written down in a journal, and checks
them by its shapes; it infers nothing.
"""

from __future__ import annotations

import argparse
import io
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from engines import HERE
from evidence import generate
from pages import machine, table

sys.path.insert(0, str(HERE.parent / "tests"))

from serving import AUTHORIZED, TOKEN, serving
from store_servers import oxigraph_server


def put(url: str, content: bytes, headers: Mapping[str, str]) -> float:
    """Put N-Triples at an address; return for how many seconds that was waited for."""
    headers = {"Content-Type": "application/n-triples", **headers}
    request = urllib.request.Request(url, content, headers, method="PUT")  # noqa: S310 - http
    start = time.perf_counter()
    with urllib.request.urlopen(request, timeout=600) as response:  # noqa: S310 - on this machine
        response.read()
    return time.perf_counter() - start


def measure(sizes: list[int], times: int) -> list[list[str]]:
    """Put documents of these sizes into both servers; return the rows of a table."""
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = folder / "data.ttl"
        data.write_text("<http://example.org/s> <http://example.org/p> 1 .", encoding="utf-8")
        journal = ("--writable", "--journal", folder / "journal")
        quietly = ("--entailment", "none", "--access-log", "none")
        arguments = ("--data", data, *quietly, *journal)
        with (
            serving(*arguments, seconds=3600, SORAFENIB_KG_TOKEN=TOKEN) as own,
            oxigraph_server(folder) as peer,
        ):
            stores = {
                f"{own.url}/graph-store": AUTHORIZED,
                f"{peer.store.query_url.removesuffix('query')}store": {},
            }
            for size in sizes:
                file = io.StringIO()
                generate(file, size)
                content = file.getvalue().encode()
                taken: dict[str, list[float]] = {url: [] for url in stores}
                for number in range(times):
                    graph = f"http://example.org/graph/{size}/{number}"
                    for url, headers in stores.items():
                        taken[url].append(put(f"{url}?graph={graph}", content, headers))
                seconds = [statistics.median(each) for each in taken.values()]
                triples = content.count(b"\n")
                rows.append([f"{triples:,}", *(f"{1000 * each:,.0f}" for each in seconds)])
    return rows


def main() -> None:
    """Print a table in Markdown."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--triples", nargs="+", type=int, default=[1_000, 10_000, 100_000])
    parser.add_argument("--times", type=int, default=5)
    arguments = parser.parse_args()
    rows = measure(arguments.triples, arguments.times)
    print(machine())
    print(table(["triples", "this project, ms", "Oxigraph, ms"], rows))


if __name__ == "__main__":
    main()
