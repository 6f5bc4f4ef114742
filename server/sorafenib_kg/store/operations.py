"""The operations of an update, one by one (SPARQL 1.1 Update, 3), before any is made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode

from sorafenib_kg.errors import QueryRefusedError, UnknownNameError
from sorafenib_kg.store.declarations import iri_of, length_of_declaration
from sorafenib_kg.store.lexer import Token, closing, tokens
from sorafenib_kg.store.repairs import repair

_WITH_SOURCE = ("ADD", "MOVE", "COPY")
_WHOLE = ("CLEAR", "DROP", "CREATE", *_WITH_SOURCE)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of an update: the declarations in front of it, and its tokens."""

    text: str
    prologue: str
    tokens: Sequence[Token]
    base: str | None

    def between(self, first: int, last: int) -> str:
        """Return what is written from a token to another, that one included."""
        end = self.tokens[last]
        return self.text[self.tokens[first].start : end.start + len(end.text)]

    def inside(self, first: int, last: int) -> str:
        """Return what is written between a token and another."""
        start = self.tokens[first]
        return self.text[start.start + len(start.text) : self.tokens[last].start]

    @property
    def alone(self) -> str:
        """Return the operation without the declarations."""
        return self.between(0, len(self.tokens) - 1)

    @property
    def whole(self) -> str:
        """Return the operation as an update."""
        return f"{self.prologue}\n{self.alone}"


def operations_of(text: str, base: str | None) -> list[Operation]:
    """Return the operations of an update, in order."""
    found: list[Operation] = []
    declared: list[str] = []
    current: list[Token] = []
    all_tokens = list(tokens(text))
    depth = index = 0
    while index < len(all_tokens):
        token = all_tokens[index]
        size = length_of_declaration(all_tokens, index) if depth == 0 and not current else 0
        if size:
            declared.append(" ".join(t.text for t in all_tokens[index : index + size]))
            index += size
            continue
        depth += (token.kind == "open") - (token.kind == "close")
        if token.text == ";" and depth == 0:
            found.append(Operation(text, "\n".join(declared), current, base))
            current = []
        else:
            current.append(token)
        index += 1
    if current:
        found.append(Operation(text, "\n".join(declared), current, base))
    return [operation for operation in found if operation.tokens]


def repaired(operation: Operation, graphs: Callable[[], Sequence[NamedNode] | None]) -> Operation:
    """Return the operation with its WHERE clause as `repair` has it; itself if that is the same.

    ``graphs`` gives the named graphs of the store, as for `repair`.
    """
    where = _where(operation)
    last = None if where is None else closing(operation.tokens, where + 1)
    if where is None or last is None:
        return operation
    # Of a query that names no variables any more of them may be made.
    asked = f"ASK {operation.between(where + 1, last)}"
    instead = repair(asked, graphs)
    if instead == asked:
        return operation
    text = f"{operation.prologue}\n{operation.between(0, where)} {instead.removeprefix('ASK')}"
    return operations_of(text, operation.base)[0]


def _where(operation: Operation) -> int | None:
    """Return the place of WHERE; None if nothing may stand there that is to be repaired."""
    words = [token.text.upper() for token in operation.tokens[:2]]
    # The pattern of DELETE WHERE is its template too, and has no expressions and no paths.
    if words[1:] in (["DATA"], ["WHERE"]):
        return None
    depth = 0
    for index, token in enumerate(operation.tokens[:-1]):
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0 and token.kind == "word" and token.text.upper() == "WHERE":
            return index
    return None


def whole_graphs(operation: Operation) -> list[NamedNode | DefaultGraph] | None:
    """Return the graphs that an operation on whole graphs names; None of all others.

    These are CLEAR, DROP and CREATE of one graph, and ADD, MOVE and COPY (SPARQL 1.1 Update, 3.1.3
    and 3.2).
    """
    if operation.tokens[0].text.upper() not in _WHOLE:
        return None
    graphs: list[NamedNode | DefaultGraph] = []
    for token in operation.tokens[1:]:
        match token.text.upper():
            case "SILENT" | "GRAPH" | "TO":
                continue
            case "DEFAULT":
                graphs.append(DefaultGraph())
            case "ALL" | "NAMED":
                return None
            case _:
                try:
                    iri = iri_of(token.text, operation.prologue, operation.base)
                except QueryRefusedError:
                    return None
                graphs.append(NamedNode(iri))
    return graphs


def lacks_source(store: pyoxigraph.Store, operation: Operation) -> bool:
    """Say whether ADD, MOVE or COPY is of a graph that is not there, and silent, so does nothing.

    Raises UnknownNameError if it is not silent, which the standard lets a service do (3.2.3 to
    3.2.5). The engine does so for MOVE alone, and empties the destination of the others.
    """
    words = [token.text.upper() for token in operation.tokens]
    if words[0] not in _WITH_SOURCE:
        return False
    silent = words[1:2] == ["SILENT"]
    index = 2 if silent else 1
    index += words[index : index + 1] == ["GRAPH"]
    if index >= len(words) or words[index] == "DEFAULT":
        return False
    try:
        name = NamedNode(iri_of(operation.tokens[index].text, operation.prologue, operation.base))
    except QueryRefusedError:
        return False
    if store.contains_named_graph(name):
        return False
    if not silent:
        raise UnknownNameError(f"the graph {name} does not exist")
    return True
