"""What a change of the asserted graphs means for the inferred one: the reasoner's own process.

The data process starts it at the first change, since reasoning needs numpy, whose threads that
process must not have. It is asked for one change at a time, and told afterwards whether that was
made.
"""

import socket
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from sorafenib_kg.errors import ConflictError, SorafenibKGError
from sorafenib_kg.namespaces import graph_name, shorten
from sorafenib_kg.processes.wire import pack_error, receive_message, send_message
from sorafenib_kg.reasoning import Clash, Closure, Keys, decoded, materialise, revise
from sorafenib_kg.store.difference import Difference, from_bytes, to_bytes
from sorafenib_kg.store.updates import asserted_of

_INFERRED = graph_name("inferred")


class Maintainer:
    """Knows what is asserted and what follows from it."""

    def __init__(self, asserted: Iterable[Quad]) -> None:
        """Reason over what is asserted."""
        self._asserted = Counter(quad.triple for quad in asserted)  # in how many graphs
        self._closure = materialise(self._asserted)
        self._next: tuple[Counter[Triple], Closure] | None = None

    def maintain(self, difference: Difference, *, force: bool = False) -> Difference:
        """Return what a difference of the asserted graphs changes in the inferred one.

        Raise ConflictError if the data would contradict themselves where they did not, unless
        that is forced.
        """
        asserted = self._asserted.copy()
        asserted.update(quad.triple for quad in difference.added)
        asserted.subtract(quad.triple for quad in difference.removed)
        touched = {quad.triple for quad in difference.added | difference.removed}
        revision = revise(
            self._closure,
            add=[triple for triple in touched if asserted[triple] > 0],
            remove=[triple for triple in touched if asserted[triple] <= 0],
        )
        clashes = revision.new_clashes()
        if clashes and not force:
            raise ConflictError(_report(clashes))
        self._next = (+asserted, revision.closure)
        return Difference(
            frozenset(_quads(revision.closure, revision.removed)),
            frozenset(_quads(revision.closure, revision.added)),
        )

    def commit(self) -> None:
        """Go on from the state that the last difference led to."""
        if self._next is not None:
            self._asserted, self._closure = self._next
            self._next = None


def _quads(closure: Closure, keys: Keys) -> Iterator[Quad]:
    """Give triples that are numbers as quads of the inferred graph."""
    for triple in decoded(closure.dictionary, [keys]):
        yield Quad(triple.subject, triple.predicate, triple.object, _INFERRED)


def _report(clashes: Sequence[Clash]) -> str:
    first = min(clashes, key=str)
    words = "; ".join(
        " ".join(shorten(term) if isinstance(term, NamedNode) else str(term) for term in premise)
        for premise in first.premises
    )
    more = f", and in {len(clashes) - 1} more places" if len(clashes) > 1 else ""
    return f"the data would contradict themselves by {first.rule}: {words}{more}"


def serve(line: socket.socket) -> None:
    """Answer the data process until it closes the line."""
    maintainer: Maintainer | None = None
    while (received := receive_message(line)) is not None:
        message, files = received
        match message:
            case ("begin",):
                with open(files[0], "rb") as file:  # noqa: PTH123 - a descriptor
                    maintainer = Maintainer(asserted_of(parse(file, RdfFormat.N_QUADS)))
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
