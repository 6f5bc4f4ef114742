"""What a change adds to a dataset and removes from it, and how that is written down."""

import io
from collections.abc import Collection, Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import pyoxigraph
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple

from sorafenib_kg.errors import SorafenibKGError
from sorafenib_kg.store.values import is_as_written

GraphName = NamedNode | BlankNode


@dataclass(frozen=True, slots=True)
class Difference:
    """Quads removed and added, and named graphs that are dropped and created.

    Nothing that is removed was missing before, and nothing that is added was there.
    """

    removed: frozenset[Quad] = frozenset()
    added: frozenset[Quad] = frozenset()
    dropped: frozenset[GraphName] = frozenset()
    created: frozenset[GraphName] = frozenset()

    def __bool__(self) -> bool:
        """Say whether it changes anything."""
        return bool(self.removed or self.added or self.dropped or self.created)

    @property
    def inverse(self) -> "Difference":
        """Return the difference that takes this one back."""
        return Difference(self.added, self.removed, self.created, self.dropped)

    def then(self, later: "Difference") -> "Difference":
        """Return what this one and a later one come to together."""
        return Difference(
            (self.removed - later.added) | (later.removed - self.added),
            (self.added - later.removed) | (later.added - self.removed),
            (self.dropped - later.created) | (later.dropped - self.created),
            (self.created - later.dropped) | (later.created - self.dropped),
        )

    def apply(self, store: pyoxigraph.Store) -> None:
        """Change the store accordingly."""
        for quad in self.removed:
            store.remove(quad)
        store.extend(self.added)
        for graph in self.dropped:
            store.remove_graph(graph)
        for graph in self.created:
            store.add_graph(graph)


def in_default_graph(difference: Difference) -> Difference:
    """Return what a difference changes in the default graph."""
    return Difference(
        frozenset(q for q in difference.removed if isinstance(q.graph_name, DefaultGraph)),
        frozenset(q for q in difference.added if isinstance(q.graph_name, DefaultGraph)),
    )


def each_as_stored(quads: AbstractSet[Quad]) -> Iterator[Quad]:
    """Give the quads as the engine holds them, each once: forms of a literal are one there."""
    # To make a store of all of them takes several times as long.
    others = []
    for quad in quads:
        if _is_as_written(quad):
            yield quad
        else:
            others.append(quad)
    store = pyoxigraph.Store()
    store.extend(others)
    for quad in store:
        # Of "1" and "01" the one was given already, and the other has become it.
        if quad not in quads or not _is_as_written(quad):
            yield quad


def _is_as_written(quad: Quad) -> bool:
    term = quad.object
    return is_as_written(term) if isinstance(term, Literal) else not isinstance(term, Triple)


@dataclass(frozen=True, slots=True)
class State:
    """What a store holds at a time."""

    quads: frozenset[Quad]
    graphs: frozenset[GraphName]

    @classmethod
    def of(
        cls, store: pyoxigraph.Store, graphs: Collection[NamedNode | DefaultGraph] | None = None
    ) -> "State":
        """Return what the store holds now, all of it or of some graphs."""
        if graphs is None:
            return cls(frozenset(store), frozenset(store.named_graphs()))
        return cls(
            frozenset(q for g in graphs for q in store.quads_for_pattern(None, None, None, g)),
            frozenset(
                graph
                for graph in graphs
                if isinstance(graph, NamedNode) and store.contains_named_graph(graph)
            ),
        )

    def until(self, later: "State") -> Difference:
        """Return the difference from this state to a later one."""
        return Difference(
            self.quads - later.quads,
            later.quads - self.quads,
            self.graphs - later.graphs,
            later.graphs - self.graphs,
        )


def to_bytes(difference: Difference) -> bytes:
    """Return the difference in lines: as RDF Patch has them, and two kinds for graphs."""
    output = io.BytesIO()
    for mark, quads in (("D", difference.removed), ("A", difference.added)):
        written = pyoxigraph.serialize(quads, format=RdfFormat.N_QUADS) or b""
        output.writelines(
            b"%s %s\n" % (mark.encode(), line) for line in written.split(b"\n") if line
        )
    for mark, graphs in (("GD", difference.dropped), ("GA", difference.created)):
        output.writelines(f"{mark} {graph} .\n".encode() for graph in graphs)
    return output.getvalue()


def from_bytes(text: bytes) -> Difference:
    """Read what `to_bytes` has written; raise PatchError."""
    parts: dict[bytes, list[bytes]] = {b"D": [], b"A": [], b"GD": [], b"GA": []}
    for line in text.split(b"\n"):
        if line:
            mark, _, rest = line.partition(b" ")
            if mark not in parts:
                raise PatchError(f"a line of a patch begins with {mark.decode(errors='replace')}")
            parts[mark].append(rest)
    try:
        return Difference(
            _quads(parts[b"D"]), _quads(parts[b"A"]), _graphs(parts[b"GD"]), _graphs(parts[b"GA"])
        )
    except SyntaxError as error:
        raise PatchError(f"a patch cannot be read: {error}") from error


class PatchError(SorafenibKGError):
    """A difference that was written down cannot be read."""


def _quads(lines: Iterable[bytes]) -> frozenset[Quad]:
    return frozenset(pyoxigraph.parse(b"\n".join(lines), RdfFormat.N_QUADS))


def _graphs(lines: Iterable[bytes]) -> frozenset[GraphName]:
    # As graphs of quads, so that the names are read by the parser that wrote them.
    quads = _quads(b"<x:s> <x:p> <x:o> " + line for line in lines)
    return frozenset(q.graph_name for q in quads if not isinstance(q.graph_name, DefaultGraph))
