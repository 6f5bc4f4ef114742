"""What finding the difference of an update costs: by the change, and by comparing everything.

Each update is made on a store in memory and taken back, several times, comparisons once; the least
CPU time counts.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from pathlib import Path

import click
import pyoxigraph
from evidence import generate
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat

from sorafenib_kg.loader import load
from sorafenib_kg.maintenance import Maintainer
from sorafenib_kg.namespaces import ID, RDF, SKG, graph_name
from sorafenib_kg.resources import folder
from sorafenib_kg.sources import SHAPES
from sorafenib_kg.store import delta
from sorafenib_kg.store.difference import Difference

E = "http://example.org/evidence/"
_BY_PATTERN = """
DELETE { ?s ?p ?o } INSERT { ?s ?p ?o . ?s <http://example.org/evidence/seen> true }
WHERE { VALUES ?s { SUBJECT } ?s ?p ?o }
"""
Find = Callable[[pyoxigraph.Store, str, str | None], Difference]


def updates(store: pyoxigraph.Store) -> dict[str, str]:
    """Return the updates by what they do."""
    some = next(iter(store.quads_for_pattern(None, None, None, None)))
    data = " ".join(f"<{E}new/{n}> <{E}p> {n} ." for n in range(10_000))
    return {
        "INSERT DATA, 1 triple": f"INSERT DATA {{ <{E}new> <{E}p> 1 }}",
        "DELETE DATA, 1 triple": f"DELETE DATA {{ {some.triple} }}",
        "DELETE and INSERT by a pattern, triples of 1 subject": _BY_PATTERN.replace(
            "SUBJECT", str(some.subject)
        ),
        "INSERT DATA, 10,000 triples": f"INSERT DATA {{ {data} }}",
    }


def least(store: pyoxigraph.Store, text: str, find: Find, times: int) -> float:
    """Return the least CPU time that finding the difference takes, in seconds."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        difference = find(store, text, None)
        taken.append(time.process_time() - start)
        difference.inverse.apply(store)
    return min(taken)


def loaded(triples: int) -> pyoxigraph.Store:
    """Return a store with about so many triples."""
    file = io.StringIO()
    generate(file, triples)
    store = pyoxigraph.Store()
    store.bulk_load(file.getvalue().encode(), RdfFormat.N_TRIPLES)
    return store


def checked(times: int, shapes: Path | None) -> float:
    """Return the least CPU time that a small change of the review is judged in, in seconds."""
    maintainer = Maintainer(load().quads, shapes=shapes)
    graph = graph_name("added")
    taken = []
    for number in range(times):
        study = NamedNode(f"{ID}study-{number}")
        change = Difference(
            added=frozenset(
                {
                    Quad(study, RDF.type, NamedNode(f"{SKG.NAMESPACE}Study"), graph),
                    Quad(study, NamedNode(f"{SKG.NAMESPACE}enrolled"), Literal(number + 1), graph),
                }
            )
        )
        start = time.process_time()
        maintainer.maintain(change)
        taken.append(time.process_time() - start)
        maintainer.commit()
    return min(taken)


@click.command(help=__doc__)
@click.option("--review", is_flag=True, help="What a change of the review is judged in instead.")
@click.option("--triples", multiple=True, type=int, default=(10_000, 1_000_000))
@click.option("--times", type=int, default=3)
def main(triples: tuple[int, ...], times: int, *, review: bool) -> None:
    """Print a table in Markdown."""
    if review:
        alone = checked(times, None)
        both = checked(times, folder("ontology") / SHAPES)
        print("| a new study in the review, two triples | ms |")
        print("| --- | ---: |")
        print(f"| reasoned on | {alone * 1000:.0f} |")
        print(f"| reasoned on, and checked by the shapes | {both * 1000:.0f} |")
        return
    print("| update | triples | by the change, ms | by comparing everything, ms |")
    print("| --- | ---: | ---: | ---: |")
    for wanted in triples:
        store = loaded(wanted)
        for name, text in updates(store).items():
            by_change = least(store, text, delta.make_update, times)
            by_comparing = least(store, text, delta._compared, 1)
            cells = f"{by_change * 1000:,.1f} | {by_comparing * 1000:,.0f}"
            print(f"| {name} | {len(store):,} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
