"""What an update changes, at a cost that goes by the change and not by the data.

Data that are written out are looked up. Where templates are filled from a pattern, the pattern is
repaired as that of a query is, and the operation is rewritten into one that inserts what both
templates make into scratch graphs, one for each graph and template; the engine evaluates the
pattern once, and the scratch graphs hold what was to be removed and what was to be added. Of an
operation on whole graphs those that it names are compared, before and after. Whatever is written in
another way than is known here is made on the whole, and all data before and after are compared.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

import pyoxigraph
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad

from sorafenib_kg.errors import QueryRefusedError
from sorafenib_kg.store.declarations import iri_of
from sorafenib_kg.store.difference import Difference, State
from sorafenib_kg.store.lexer import closing, tokens, unescape
from sorafenib_kg.store.operations import (
    Operation,
    lacks_source,
    operations_of,
    repaired,
    whole_graphs,
)
from sorafenib_kg.store.repairs import named_graphs

_SCRATCH = "urn:x-sorafenib-kg:scratch:"
_REMOVED, _ADDED = f"{_SCRATCH}removed:", f"{_SCRATCH}added:"
_VARIABLE = "scratchGraph"
_OTHERS = ("SERVICE", "LOAD")
# An error of evaluation, behind which nothing is made.
_ERROR = f"CLEAR GRAPH <{_SCRATCH}none> ;"
_BLANK = r"(?:\s|\#[^\n\r]*[\n\r])"
_INSERT_DATA = re.compile(
    rf"(?:{_BLANK}|PREFIX\s+[^\s<]*\s*<[^<>\s]*>|BASE\s*<[^<>\s]*>)*INSERT\s+DATA\b", re.IGNORECASE
)
# An operation behind another one begins so, and so does its prologue.
_ANOTHER = re.compile(
    rf";{_BLANK}*(?:INSERT|DELETE|WITH|CLEAR|DROP|COPY|MOVE|ADD|CREATE|LOAD|PREFIX|BASE)",
    re.IGNORECASE,
)


def make_update(store: pyoxigraph.Store, text: str, base: str | None) -> Difference:
    """Make an update, and return what it changes; raises what the engine does.

    An error leaves the store as it is after some of the operations.
    """
    if any(word in text.upper() for word in _OTHERS) or _is_odd(store, text):
        operations = operations_of(text, base)
        if _is_read_in_two_ways(text) or not _is_syntax(text, operations, base):
            return _compared(store, text, base)
        # To try it on no data would ask other servers twice.
        return _observed(store, lambda: _make(store, operations))
    if _is_one_block_of_data(text):
        block = pyoxigraph.Store()
        block.update(text, base_iri=base)
        found = _addition(store, frozenset(quad for quad in block if quad not in store))
        found.apply(store)
        return found
    operations = operations_of(text, base)
    probe = _tried(text, operations, base)
    total = Difference()
    for operation in operations:
        known = probe if len(operations) == 1 else None
        total = total.then(_difference(store, operation, known))
    return total


def _is_one_block_of_data(text: str) -> bool:
    """Say whether a text is INSERT DATA and nothing else, without a look at its tokens."""
    return "\\" not in text and bool(_INSERT_DATA.match(text)) and not _ANOTHER.search(text)


def _tried(text: str, operations: Sequence[Operation], base: str | None) -> pyoxigraph.Store | None:
    """Return what the update makes of no data, None for an error of evaluation.

    Raises SyntaxError.
    """
    tried = pyoxigraph.Store()
    try:
        try:
            tried.update(text, base_iri=base)
        except SyntaxError:
            # The engine takes declarations only in front of all operations, where the standard
            # has them in front of each.
            if len({operation.prologue for operation in operations}) < 2:
                raise
            for operation in operations:
                if not _is_taken(operation):
                    raise
    except RuntimeError:
        return None
    return tried


def _is_taken(operation: Operation) -> bool:
    try:
        pyoxigraph.Store().update(operation.whole, base_iri=operation.base)
    except SyntaxError:
        return False
    except RuntimeError:
        return True
    return True


def _is_syntax(text: str, operations: Sequence[Operation], base: str | None) -> bool:
    """Say whether the engine takes an update, operation by operation, without making any."""
    if not operations:
        return False
    start = operations[0].tokens[0].start
    texts = [f"{text[:start]}{_ERROR} {text[start:]}"]
    if len({operation.prologue for operation in operations}) > 1:
        texts = [f"{operation.prologue}\n{_ERROR} {operation.alone}" for operation in operations]
    for each in texts:
        try:
            pyoxigraph.Store().update(each, base_iri=base)
        except SyntaxError:
            return False
        except RuntimeError:
            continue
    return True


def _mended(store: pyoxigraph.Store, operation: Operation) -> Operation:
    """Return an operation as it is repaired; as it is, if the engine does not take that."""
    mended = repaired(operation, lambda: named_graphs(store))
    if mended is not operation and _is_syntax(mended.text, [mended], mended.base):
        return mended
    return operation


def _make(store: pyoxigraph.Store, operations: Sequence[Operation]) -> None:
    """Make operations, with repairs."""
    for operation in operations:
        if not lacks_source(store, operation):
            store.update(_mended(store, operation).whole, base_iri=operation.base)


def _difference(
    store: pyoxigraph.Store, operation: Operation, probe: pyoxigraph.Store | None
) -> Difference:
    """Make an operation, with repairs, and return what it changes."""
    if lacks_source(store, operation):
        return Difference()
    operation = _mended(store, operation)
    made = _made(store, operation, probe)
    if made is None:
        return _compared(store, operation.whole, operation.base, whole_graphs(operation))
    made.apply(store)
    return made


def _compared(
    store: pyoxigraph.Store,
    text: str,
    base: str | None,
    graphs: Collection[NamedNode | DefaultGraph] | None = None,
) -> Difference:
    """Make an update as it is written, and return what it changes, as `_observed` does."""
    return _observed(store, lambda: store.update(text, base_iri=base), graphs)


def _observed(
    store: pyoxigraph.Store,
    make: Callable[[], None],
    graphs: Collection[NamedNode | DefaultGraph] | None = None,
) -> Difference:
    """Make a change, and compare what is before and after in the graphs that it reaches: in all
    of them, if these are not known.
    """
    before = State.of(store, graphs)
    make()
    return before.until(State.of(store, graphs))


def _is_odd(store: pyoxigraph.Store, text: str) -> bool:
    """Say whether names could be mistaken, or tokens read in two ways."""
    if _SCRATCH in text or _VARIABLE in text:
        return True
    if any(isinstance(g, BlankNode) or g.value.startswith(_SCRATCH) for g in store.named_graphs()):
        return True
    return _is_read_in_two_ways(text)


def _is_read_in_two_ways(text: str) -> bool:
    plain = unescape(text)
    return plain != text and [t.kind for t in tokens(text)] != [t.kind for t in tokens(plain)]


@dataclass(slots=True)
class _Parts:
    """What an operation is made of: templates and the pattern, as places of their brackets."""

    graph: str | None = None  # of WITH
    templates: dict[str, tuple[int, int]] = field(default_factory=dict)
    using: str = ""
    pattern: tuple[int, int] | None = None
    data: str | None = None  # INSERT or DELETE, if what follows is written out


def _parts(operation: Operation) -> _Parts | None:
    """Return the parts of an operation; None if it has others than are known here."""
    found, parts, index = operation.tokens, _Parts(), 0
    words = [token.text.upper() if token.kind == "word" else token.text for token in found]
    if words[0] == "WITH" and len(found) > 1:
        parts.graph = iri_of(found[1].text, operation.prologue, operation.base)
        index = 2
    while index < len(found):
        word, follows = words[index], words[index + 1 : index + 2]
        opening = index + 1
        if word in ("INSERT", "DELETE") and follows == ["DATA"]:
            parts.data, opening = word, index + 2
        elif word == "USING":
            index += 3 if follows == ["NAMED"] else 2
            if index > len(found):
                return None
            parts.using += f" {operation.between(opening - 1, index - 1)}"
            continue
        elif word == "DELETE" and follows == ["WHERE"]:
            opening = index + 2
        elif word not in ("INSERT", "DELETE", "WHERE"):
            return None
        end = closing(found, opening) if words[opening : opening + 1] == ["{"] else None
        if end is None:
            return None
        if follows == ["WHERE"] and "{}" in "".join(words[opening:end]):
            return None  # a block without triples is a condition elsewhere, but none here
        if word == "WHERE" or follows == ["WHERE"]:
            parts.pattern = opening, end
        if word != "WHERE":
            parts.templates[word] = opening, end
        index = end + 1
    return parts


def _made(
    store: pyoxigraph.Store, operation: Operation, probe: pyoxigraph.Store | None
) -> Difference | None:
    """Return what an operation changes, which it does not do; None if it is of no known kind."""
    try:
        parts = _parts(operation)
        if parts is None:
            return None
        if parts.data is not None:
            return _of_data(store, operation, parts, probe)
        if parts.pattern is None:
            return None
        return _of_templates(store, operation, parts)
    except (SyntaxError, QueryRefusedError):
        # The engine has taken the whole text: this is only another way to write it.
        return None


def _of_data(
    store: pyoxigraph.Store, operation: Operation, parts: _Parts, probe: pyoxigraph.Store | None
) -> Difference:
    """Return what data that are written out change."""
    opening, end = parts.templates[str(parts.data)]
    if probe is None or parts.data == "DELETE":
        probe = pyoxigraph.Store()
        block = operation.between(opening, end)
        probe.update(f"{operation.prologue}\nINSERT DATA {block}", base_iri=operation.base)
    if parts.data == "DELETE":
        return Difference(removed=frozenset(quad for quad in probe if quad in store))
    return _addition(store, frozenset(quad for quad in probe if quad not in store))


def _addition(
    store: pyoxigraph.Store, added: frozenset[Quad], removed: frozenset[Quad] = frozenset()
) -> Difference:
    graphs = {quad.graph_name for quad in added}
    created = frozenset(
        graph
        for graph in graphs
        if not isinstance(graph, DefaultGraph) and not store.contains_named_graph(graph)
    )
    return Difference(removed, added, created=created)


def _of_templates(store: pyoxigraph.Store, operation: Operation, parts: _Parts) -> Difference:
    """Return what templates change, by way of scratch graphs."""
    assert parts.pattern is not None  # noqa: S101 - asked before
    binds: dict[str, str] = {}
    blocks = [
        block
        for word, family in (("DELETE", _REMOVED), ("INSERT", _ADDED))
        if word in parts.templates
        for block in _scratch(operation, *parts.templates[word], family, parts.graph, binds)
    ]
    graph = "" if parts.graph is None else f"WITH {NamedNode(parts.graph)} "
    pattern = operation.between(*parts.pattern)
    where = f"{{ {pattern} {' '.join(binds.values())} }}" if binds else pattern
    store.update(
        f"{operation.prologue}\n{graph}INSERT {{ {' '.join(blocks)} }}{parts.using} WHERE {where}",
        base_iri=operation.base,
    )
    removed, added = set[Quad](), set[Quad]()
    for name in list(store.named_graphs()):
        if isinstance(name, NamedNode) and name.value.startswith(_SCRATCH):
            is_added = name.value.startswith(_ADDED)
            written = unquote(name.value.removeprefix(_ADDED if is_added else _REMOVED))
            target = NamedNode(written) if written else DefaultGraph()
            (added if is_added else removed).update(
                Quad(quad.subject, quad.predicate, quad.object, target)
                for quad in store.quads_for_pattern(None, None, None, name)
            )
            store.remove_graph(name)
    return _addition(
        store,
        frozenset(quad for quad in added if quad not in store),
        frozenset(quad for quad in removed if quad in store and quad not in added),
    )


def _scratch(
    operation: Operation,
    opening: int,
    end: int,
    family: str,
    graph: str | None,
    binds: dict[str, str],
) -> Iterator[str]:
    """Give the parts of a template, each for the scratch graph of the graph that it is for."""
    found = operation.tokens
    own = f"GRAPH <{family}{quote(graph or '', safe='')}>"
    start, index = opening, opening + 1
    while index < end:
        if found[index].kind != "word" or found[index].text.upper() != "GRAPH":
            index += 1
            continue
        yield f"{own} {{ {operation.inside(start, index)} }}"
        name, bracket = found[index + 1], index + 2
        close = closing(found, bracket) if found[bracket].text == "{" else None
        if close is None:
            raise QueryRefusedError("GRAPH without a name and a block")
        if name.kind == "variable":
            target = f"?{_VARIABLE}{'A' if family == _ADDED else 'R'}{name.text[1:]}"
            # A literal is the name of no graph, and to STR as good as an IRI.
            binds[target] = (
                f'BIND(IF(ISIRI({name.text}), IRI(CONCAT("{family}", '
                f"ENCODE_FOR_URI(STR({name.text})))), ?{_VARIABLE}) AS {target})"
            )
        else:
            iri = iri_of(name.text, operation.prologue, operation.base)
            target = f"<{family}{quote(iri, safe='')}>"
        yield f"GRAPH {target} {{ {operation.inside(bracket, close)} }}"
        start, index = close, close + 1
        if index < end and found[index].text == ".":
            start, index = index, index + 1
    yield f"{own} {{ {operation.inside(start, end)} }}"
