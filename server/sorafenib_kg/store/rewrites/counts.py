"""Counts of everything, answered from figures that are kept.

The engine walks through all triples to count them. In

    SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }

the aggregate becomes a variable, and the pattern a VALUES clause with the number. Either has one
solution with one variable, so the clause gives the same wherever it stands, but for EXISTS:
there the bindings outside it count inside too (section 18.6).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, NamedNode

from sorafenib_kg.store.figures import Figures, Graph
from sorafenib_kg.store.lexer import Edit, Token, closing
from sorafenib_kg.store.prologue import Prologue

# Where a pattern is evaluated: in a graph, in any named one, or where nobody can tell.
_DEFAULT = DefaultGraph()
_ANY_NAMED = "any"
_UNKNOWN = "unknown"
_Scope = Graph | str


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A pattern that each triple of a graph has, or each with a predicate."""

    scope: _Scope
    variables: frozenset[str]  # without their marks
    blank: bool  # whether some of its terms are blank nodes
    predicate: NamedNode | None
    predicate_variable: str | None
    graph_variable: str | None


@dataclass(frozen=True, slots=True)
class _Count:
    """An aggregate, from one token to another, and the name of its value."""

    start: Token
    end: Token
    distinct: bool
    counted: str
    name: Token


def counted(found: Sequence[Token], figures: Figures) -> Iterator[Edit]:
    """Give what puts the numbers in place of counts of everything in a query."""
    if any(token.text.upper() == "FROM" for token in found):
        return
    prologue = Prologue.of(found)
    scopes: list[_Scope] = [_DEFAULT]
    for index, token in enumerate(found):
        if token.text == "{":
            scopes.append(_scope_of_group(found, index, scopes[-1], prologue))
        elif token.text == "}" and len(scopes) > 1:
            scopes.pop()
        elif token.kind == "word" and token.text.upper() == "SELECT" and scopes[-1] != _UNKNOWN:
            yield from _answer(found, index + 1, scopes[-1], prologue, figures)


def _scope_of_group(
    found: Sequence[Token], index: int, outside: _Scope, prologue: Prologue
) -> _Scope:
    before = found[index - 1]
    if before.kind == "word" and before.text.upper() == "EXISTS":
        return _UNKNOWN
    if found[index - 2].text.upper() == "GRAPH" and found[index - 2].kind == "word":
        return prologue.node(before) or _UNKNOWN if outside != _UNKNOWN else _UNKNOWN
    # SERVICE is for another server.
    return _UNKNOWN if found[index - 2].text.upper() in ("SERVICE", "SILENT") else outside


def _answer(
    found: Sequence[Token], index: int, scope: _Scope, prologue: Prologue, figures: Figures
) -> Iterator[Edit]:
    counts = []
    while (count := _count(found[index : index + 9])) is not None:
        counts.append(count)
        index += 8 + count.distinct
    if not counts:
        return
    if [token.text.upper() for token in found[index : index + 1]] == ["WHERE"]:
        index += 1
    is_group = [token.text for token in found[index : index + 1]] == ["{"]
    end = closing(found, index) if is_group else None
    if end is None or not _ends_there(found[end + 1 :]):
        return
    pattern = _pattern(_collapsed(found[index + 1 : end]), scope, prologue)
    if pattern is None:
        return
    names = {count.name.text[1:] for count in counts}
    # A name that is taken already is a fault, of which the engine is to tell.
    if len(names) < len(counts) or names & pattern.variables:
        return
    numbers = [_number(count, pattern, figures) for count in counts]
    if None in numbers:
        return
    for count in counts:
        yield count.start.start, count.end.start + 1, f" {count.name.text}"
    variables = " ".join(count.name.text for count in counts)
    row = " ".join(map(str, numbers))
    inside = f" VALUES ({variables}) {{ ({row}) }} "
    yield found[index].start + 1, found[end].start, inside


def _count(ahead: Sequence[Token]) -> _Count | None:
    """Return the count that the tokens begin with, as (COUNT(DISTINCT ?x) AS ?name)."""
    opening = [token.text.upper() for token in ahead[:4]]
    distinct = opening[3:] == ["DISTINCT"]
    rest = ahead[3 + distinct : 8 + distinct]
    if opening[:3] != ["(", "COUNT", "("] or len(rest) < 5:
        return None
    counted, end, word, name, last = rest
    if (end.text, word.text.upper(), last.text) != (")", "AS", ")") or name.kind != "variable":
        return None
    return _Count(ahead[0], last, distinct, counted.text, name)


def _ends_there(behind: Sequence[Token]) -> bool:
    """Say whether a clause ends, but for a number of rows."""
    at = 0
    while at + 1 < len(behind) and behind[at].text.upper() in ("LIMIT", "OFFSET"):
        at += 2
    return at == len(behind) or behind[at].text == "}"


def _collapsed(inside: Sequence[Token]) -> list[Token]:
    """Return the tokens with [] as one, a blank node that nothing else names."""
    made: list[Token] = []
    for token in inside:
        if token.text == "]" and made and made[-1].text == "[":
            made[-1] = Token("blank", f"[{token.start}]", made[-1].start)
        else:
            made.append(token)
    return made


def _pattern(inside: Sequence[Token], scope: _Scope, prologue: Prologue) -> _Pattern | None:
    """Return what a group consists of, if that is one pattern for all triples."""
    graph: str | None = None
    while len(inside) > 4:
        if inside[-1].text != "}":
            return None
        if inside[0].text == "{":
            inside = inside[1:-1]
        elif (inside[0].text.upper(), inside[2].text) == ("GRAPH", "{") and scope == _DEFAULT:
            name = inside[1]
            if name.kind == "variable":
                graph, scope = name.text[1:], _ANY_NAMED
            elif (node := prologue.node(name)) is not None and name.text != "a":
                scope = node
            else:
                return None
            inside = inside[3:-1]
        else:
            return None
    if len(inside) == 4 and inside[3].text == ".":
        inside = inside[:-1]
    return _triple(inside, scope, graph, prologue) if len(inside) == 3 else None


def _triple(
    terms: Sequence[Token], scope: _Scope, graph: str | None, prologue: Prologue
) -> _Pattern | None:
    subject, predicate, object_ = terms
    constant = prologue.node(predicate)
    if not {subject.kind, object_.kind} <= {"variable", "blank"} or (
        constant is None and predicate.kind != "variable"
    ):
        return None
    # A term that stands twice asks for less than everything; ?x and $x are the same.
    names = [token.text[1:] for token in terms if token.kind in ("variable", "blank")]
    variables = {token.text[1:] for token in terms if token.kind == "variable"}
    if graph is not None:
        names.append(graph)
        variables.add(graph)
    if len(set(names)) < len(names):
        return None
    return _Pattern(
        scope,
        frozenset(variables),
        blank=len(variables) < len(names),
        predicate=constant,
        predicate_variable=None if constant is not None else predicate.text[1:],
        graph_variable=graph,
    )


def _number(count: _Count, pattern: _Pattern, figures: Figures) -> int | None:
    """Return how many solutions, or how many values of a variable, the pattern has."""
    graph = None if isinstance(pattern.scope, str) else pattern.scope
    everything = count.counted == "*"
    variable = count.counted[1:]
    if not everything and (count.counted[0] not in "?$" or variable not in pattern.variables):
        return None
    if not count.distinct or (everything and not pattern.blank):
        return figures.triples(graph, pattern.predicate)
    if not everything and variable == pattern.predicate_variable:
        return len(figures.predicates(graph))
    if not everything and variable == pattern.graph_variable:
        return len(figures.graphs(pattern.predicate))
    return None
