"""The same data in each kind of store, for tests that hold for all of them."""

import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse, serialize

from sorafenib_kg.building import build
from sorafenib_kg.settings import Settings
from store_servers import SERVERS, missing

EX = "http://example.org/"
ONE, TWO = f"{EX}one", f"{EX}two"
KINDS = ["memory", "folder", "Oxigraph", "Virtuoso"]

DATA = f"""
<{EX}rex> <{EX}likes> <{EX}bone> <{ONE}> .
<{EX}rex> <{EX}likes> <{EX}bone> <{TWO}> .
<{EX}rex> <{EX}age> "5"^^<http://www.w3.org/2001/XMLSchema#integer> <{TWO}> .
<{EX}rex> <{EX}name> "Rex"@en <{TWO}> .
<{EX}rex> <{EX}name> "R\u00e9x \\"the\\" dog" <{TWO}> .
<{EX}tom> <{EX}likes> <{EX}rex> <{ONE}> .
<{EX}tom> <{EX}age> "3"^^<http://www.w3.org/2001/XMLSchema#integer> <{ONE}> .
<{EX}tom> <{EX}owns> _:box <{ONE}> .
_:box <{EX}holds> <{EX}bone> <{ONE}> .
<{EX}a> <{EX}next> <{EX}b> <{ONE}> .
<{EX}b> <{EX}next> <{EX}c> <{ONE}> .
<{EX}c> <{EX}next> <{EX}d> <{TWO}> .
"""


def skip_where_missing(kind: str) -> None:
    """Skip a test where the server that it needs is not installed."""
    reason = missing(kind) if kind in SERVERS else None
    if reason is not None:
        pytest.skip(reason)


@contextmanager
def store_of(kind: str, folder: Path) -> Iterator[tuple[str, ...]]:
    """Have the data in a store of a kind; give the options that serve or query them."""
    file = folder / "data.nq"
    file.write_text(DATA, encoding="utf-8")
    if kind == "memory":
        yield ("--data", str(file), "--entailment", "none")
        return
    if kind == "folder":
        built = folder / "built"
        build(Settings(data=(file,), entailment="none"), built)
        yield ("--store", str(built))
        return
    (folder / kind).mkdir()
    with SERVERS[kind](folder / kind) as server:
        quads = list(parse(DATA, RdfFormat.N_QUADS))
        if kind == "Oxigraph":
            # Its unnamed graph is one of its own, so the merge is put there.
            merge = [Quad(q.subject, q.predicate, q.object) for q in quads]
            content = serialize([*quads, *merge], format=RdfFormat.N_QUADS)
            request = urllib.request.Request(  # noqa: S310 - an address on this machine
                f"{server.store.query_url.removesuffix('query')}store",
                content,
                {"Content-Type": "application/n-quads"},
            )
            urllib.request.urlopen(request, timeout=60).close()  # noqa: S310
        else:
            for graph in (ONE, TWO):
                triples = [q.triple for q in quads if q.graph_name == NamedNode(graph)]
                server.load(graph, triples)
        yield ("--store", server.store.query_url)
