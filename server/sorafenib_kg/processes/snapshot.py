"""The data as one process writes them down for the next, which has them to itself."""

from collections.abc import Sequence
from typing import IO

import pyoxigraph
from pyoxigraph import Literal, Quad, RdfFormat, Triple

from sorafenib_kg.namespaces import graph_name
from sorafenib_kg.store.forms import Forms


def write_snapshot(
    file: IO[bytes], quads: Sequence[Quad], inferred: Sequence[Triple], beside: Sequence[Quad]
) -> int:
    """Write quads, inferred triples in their graph, and then what is beside the merge of these.

    Returns how many bytes those before it take.
    """
    graph = graph_name("inferred")
    pyoxigraph.serialize(quads, file, RdfFormat.N_QUADS)
    pyoxigraph.serialize(
        (Quad(t.subject, t.predicate, t.object, graph) for t in inferred), file, RdfFormat.N_QUADS
    )
    merged = file.tell()
    pyoxigraph.serialize(beside, file, RdfFormat.N_QUADS)
    file.flush()
    file.seek(0)
    return merged


def read_snapshot(file: IO[bytes], merged: int, *, merge: bool) -> tuple[pyoxigraph.Store, Forms]:
    """Return a store with the quads that were written, and the forms of their literals.

    With ``merge`` its default graph is the merge of the first part of them.
    """
    store, forms = pyoxigraph.Store(), Forms()

    def holds(literal: Literal) -> bool:
        return any(True for _ in store.quads_for_pattern(None, None, literal))

    # parse keeps the names of blank nodes, where loading would change them.
    store.extend(forms.learning(pyoxigraph.parse(file.read(merged), RdfFormat.N_QUADS)))
    if merge:
        # The engine copies a graph in a fraction of the time that reading it takes.
        store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?graph { ?s ?p ?o } }")
    store.extend(forms.learning(pyoxigraph.parse(file.read(), RdfFormat.N_QUADS), holds))
    return store, forms
