"""What a change of the asserted graphs means: what follows, what clashes, what violates shapes.

This is the reasoner's own process. The data process starts it at the first change, since reasoning
needs numpy, whose threads that process must not have. It is asked for one change at a time, and
told afterwards whether that was made.
"""

import socket
import sys
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from sorafenib_kg.claims import read_claims
from sorafenib_kg.errors import ConflictError, SorafenibKGError, ViolationError
from sorafenib_kg.explanation import graphs_beside
from sorafenib_kg.namespaces import graph_name, shorten
from sorafenib_kg.processes.wire import pack_error, receive_message, send_message
from sorafenib_kg.reasoning import Clash, Closure, Keys, decoded, materialise, revise
from sorafenib_kg.store.difference import Difference, from_bytes, to_bytes
from sorafenib_kg.store.merges import asserted_of

_TOLD = 3  # violations in the message; the report has all
_LEAST_CHANGED = 40_000
_INFERRED = graph_name("inferred")


class Maintainer:
    """Knows what is asserted, what follows from it, and what shapes it has to have."""

    def __init__(
        self,
        asserted: Iterable[Quad],
        *,
        infers: bool = True,
        beside: Mapping[str, Collection[Quad]] = MappingProxyType({}),
        shapes: Path | None = None,
    ) -> None:
        """Reason over what is asserted, if anything is to be inferred.

        ``beside`` has the graphs beside the default one that are to be kept in step, by their
        names, as they are now.
        """
        self._asserted = Counter(quad.triple for quad in asserted)  # in how many graphs
        self._infers = infers
        self._names = tuple(beside)
        self._beside = frozenset(quad for quads in beside.values() for quad in quads)
        self._file_of_shapes = shapes
        self._next: _Next | None = None
        self._begin()

    def _begin(self) -> None:
        """Reason over all that is asserted."""
        self._changed = 0  # triples, since this was done
        self._closure = materialise(self._asserted) if self._infers else None
        self._shapes = None
        if self._file_of_shapes is not None:
            # It takes as long to import as all the rest, and not all data have shapes.
            from sorafenib_kg.validation.touched import TouchedShapes

            self._shapes = TouchedShapes(self._file_of_shapes, self._asserted)

    def maintain(self, difference: Difference, *, force: bool = False) -> Difference:
        """Return what a difference of the asserted graphs changes in the inferred one.

        Raise ConflictError if the data would contradict themselves where they did not, and
        ViolationError if they would violate shapes that they did not, unless that is forced.
        """
        counts = Counter(quad.triple for quad in difference.added)
        counts.subtract(quad.triple for quad in difference.removed)
        before = {triple: self._asserted[triple] for triple in counts}
        after = {triple: before[triple] + count for triple, count in counts.items()}
        added = frozenset(t for t in counts if before[t] <= 0 < after[t])
        removed = frozenset(t for t in counts if after[t] <= 0 < before[t])
        self._next = None
        inferred, closure, beside = Difference(), self._closure, self._beside
        if closure is not None:
            revision = revise(closure, add=list(added), remove=list(removed))
            clashes = revision.new_clashes()
            if clashes and not force:
                raise ConflictError(_report(clashes))
            closure = revision.closure
            if self._names:
                beside = self._graphs_beside(after, closure)
            inferred = Difference(
                frozenset(_quads(closure, revision.removed)) | self._beside - beside,
                frozenset(_quads(closure, revision.added)) | beside - self._beside,
            )
        if self._shapes is not None and not force:
            self._check_shapes(removed, added)
        self._next = _Next(after, closure, beside, removed, added)
        return inferred

    def _graphs_beside(self, changed: Mapping[Triple, int], closure: Closure) -> frozenset[Quad]:
        """Return what stands beside the default graph when so many graphs have some triples."""
        counts = {**self._asserted, **changed}
        triples = (triple for triple, count in counts.items() if count > 0)
        quads = (Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
        return frozenset(graphs_beside(self._names, read_claims(quads), closure))

    def _check_shapes(self, removed: frozenset[Triple], added: frozenset[Triple]) -> None:
        from sorafenib_kg.validation.touched import as_report

        assert self._shapes is not None  # noqa: S101 - asked before
        violations = self._shapes.violations(removed, added)
        if violations:
            told = "; ".join(str(violation) for violation in violations[:_TOLD])
            more = f"; and {len(violations) - _TOLD} more" if len(violations) > _TOLD else ""
            raise ViolationError(
                f"the data would violate their shapes: {told}{more}", as_report(violations)
            )

    def commit(self) -> None:
        """Go on from the state that the last difference led to."""
        if self._next is not None:
            self._closure = self._next.closure
            self._beside = self._next.beside
            for triple, count in self._next.asserted.items():
                if count > 0:
                    self._asserted[triple] = count
                else:
                    self._asserted.pop(triple, None)
            if self._shapes is not None:
                self._shapes.make(self._next.removed, self._next.added)
            self._changed += len(self._next.removed) + len(self._next.added)
            self._next = None
            # What was removed still takes memory: its names, and its quads in the engine.
            if self._changed > max(_LEAST_CHANGED, len(self._asserted)):
                self._begin()


@dataclass(frozen=True, slots=True)
class _Next:
    """The state after a change that was not made yet."""

    asserted: Mapping[Triple, int]  # of those that it touches
    closure: Closure | None
    beside: frozenset[Quad]
    removed: frozenset[Triple]  # from the merge of all that is asserted
    added: frozenset[Triple]


def _quads(closure: Closure, keys: Keys) -> Iterator[Quad]:
    """Give triples that are numbers as quads of the inferred graph."""
    for triple in decoded(closure.dictionary, [keys]):
        yield Quad(triple.subject, triple.predicate, triple.object, _INFERRED)


def _report(clashes: Sequence[Clash]) -> str:
    first = min(clashes, key=str)
    words = "; ".join(
        " ".join(shorten(term) if isinstance(term, NamedNode) else str(term) for term in premise)
        for premise in first.told
    )
    more = f", and in {len(clashes) - 1} more places" if len(clashes) > 1 else ""
    return f"the data would contradict themselves by {first.rule}: {words}{more}"


def serve(line: socket.socket) -> None:
    """Answer the data process until it closes the line."""
    maintainer: Maintainer | None = None
    while (received := receive_message(line)) is not None:
        message, files = received
        match message:
            case ("begin", is_merge, infers, names, shapes):
                with open(files[0], "rb") as file:  # noqa: PTH123 - a descriptor
                    quads = list(parse(file, RdfFormat.N_QUADS))
                    graphs = {name: graph_name(name) for name in names}
                    maintainer = Maintainer(
                        asserted_of(quads) if is_merge else quads,
                        infers=infers,
                        beside={
                            name: [quad for quad in quads if quad.graph_name == graph]
                            for name, graph in graphs.items()
                        },
                        shapes=None if shapes is None else Path(shapes),
                    )
            case ("maintain", force):
                with open(files[0], "rb") as file:  # noqa: PTH123 - a descriptor
                    difference = from_bytes(file.read())
                assert maintainer is not None  # noqa: S101 - the first message begins
                try:
                    found = maintainer.maintain(difference, force=force)
                except SorafenibKGError as error:
                    send_message(line, ("error", pack_error(error)))
                else:
                    with tempfile.TemporaryFile() as file:
                        file.write(to_bytes(found))
                        file.seek(0)
                        send_message(line, ("inferred",), [file.fileno()])
            case _:
                assert maintainer is not None  # noqa: S101 - the first message begins
                maintainer.commit()


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as line:
        serve(line)
