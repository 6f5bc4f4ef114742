"""Which part of a query leaves no rows: its parts are asked for, one more at a time.

The parts are those of the query's group in the order of their evaluation (section 18.2.2): the
triple patterns and what stands between them, then the filters, which look at the whole group. More
parts never have more solutions, so the first that leaves none is found by halves.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from sorafenib_kg.store.dataset import clauses
from sorafenib_kg.store.lexer import Token, tokens, unescape
from sorafenib_kg.store.rewrites.groups import Element, Group, read, variables
from sorafenib_kg.store.rewrites.patterns import TriplePattern, triple_patterns

# Says whether a query, ASK, has a solution.
Ask = Callable[[str], bool]
_Around = Callable[[str], str]
_MOST_ASKED = 60
_DEEPEST = 5
_TAKING_ROWS = ("HAVING", "LIMIT", "OFFSET", "VALUES")
_NOT_TAKEN_APART = "the query is not of a form that can be taken apart"


@dataclass(frozen=True, slots=True)
class Finding:
    """What leaves no rows; ``part`` is None where it is not one part of the query."""

    message: str
    part: str | None = None
    line: int | None = None
    column: int | None = None
    alone: bool | None = None  # whether the part has solutions by itself
    against: str | None = None  # another part, with which alone it has none
    inside: tuple["Finding", ...] = ()  # the same of each group of the part


@dataclass(frozen=True, slots=True)
class _Part:
    kind: str
    text: str
    start: int
    variables: frozenset[str]
    groups: tuple[Group, ...] = ()


class _EnoughError(Exception):
    """The query has more parts than are asked for."""


def find(query: str, ask: Ask) -> Finding | None:
    """Return what leaves a query without rows; None if its group has solutions, and it may too.

    Raises what `ask` raises.
    """
    text = unescape(query)
    found = list(tokens(text))
    group = read(found)
    if group is None:
        return Finding(_NOT_TAKEN_APART)
    search = _Search(text, found, ask)
    try:
        finding = search.of_group(group, _as_it_is, 0)
    except _EnoughError:
        return Finding("the query has too many parts to ask for each")
    if finding is None:
        behind = {token.text.upper() for token in found[group.last + 1 :]}
        taking = [word for word in _TAKING_ROWS if word in behind]
        if taking:
            return Finding(
                f"the pattern has solutions; {' or '.join(taking)} behind it leaves none"
            )
    return finding


def _as_it_is(group: str) -> str:
    return group


class _Search:
    """Asks for parts of one query."""

    def __init__(self, text: str, found: Sequence[Token], ask: Ask) -> None:
        prologue, default, named = clauses(text)
        dataset = [f"FROM {name}" for name in default] + [f"FROM NAMED {name}" for name in named]
        self._head = f"{prologue} ASK {' '.join(dataset)}"
        self._text = text
        self._found = found
        self._ask = ask
        self._left = _MOST_ASKED

    def of_group(self, group: Group, around: _Around, depth: int) -> Finding | None:
        """Return what leaves a group without solutions, None if it has some.

        ``around`` gives the pattern that a group stands in.
        """
        if group.query is not None:
            whole = self._between(group)
            if self._has(around(whole)):
                return None
            finding = self.of_group(group.query, around, depth)
            return finding or Finding("the sub-query has no rows, though its pattern has solutions")
        parts = [*self._parts(group)]
        first = self._first_without(parts, around)
        if first is None:
            return None
        return self._told(parts[:first], parts[first], around, depth)

    def _first_without(self, parts: Sequence[_Part], around: _Around) -> int | None:
        """Return the place of the first part that leaves no solutions."""
        if not parts or self._has_all(parts, around):
            return None
        low, high = 0, len(parts) - 1
        while low < high:
            middle = (low + high) // 2
            if self._has_all(parts[: middle + 1], around):
                low = middle + 1
            else:
                high = middle
        return low

    def _told(self, before: Sequence[_Part], part: _Part, around: _Around, depth: int) -> Finding:
        finding = self._at(part)
        if part.kind == "filter":
            unbound = part.variables.difference(*(other.variables for other in before))
            names = ", ".join(f"?{name}" for name in sorted(unbound))
            hint = f", and nothing gives {names} a value" if unbound else ""
            return replace(finding, message=f"no solution passes the filter{hint}")
        if part.kind == "minus":
            return replace(finding, message="all solutions are taken away here")
        alone = not before or self._has_all([part], around)
        inside: tuple[Finding, ...] = ()
        if depth < _DEEPEST and part.groups and (not alone or not before):
            inside = tuple(self._inside(part, around, depth))
        if not before or not alone:
            return replace(finding, message="nothing matches this", alone=False, inside=inside)
        against = self._against(before, part, around)
        other = _shown(against) if against is not None else None
        message = f"this matches by itself, but not together with {other or 'all before it'}"
        return replace(finding, message=message, alone=True, against=other)

    def _inside(self, part: _Part, around: _Around, depth: int) -> Iterator[Finding]:
        """Give what leaves each group of a part without solutions."""
        before = ""
        if part.kind == "graph":
            before = part.text.removesuffix(self._between(part.groups[0]))
        for group in part.groups:
            inner = self.of_group(group, lambda text: around(f"{{ {before}{text} }}"), depth + 1)
            if inner is not None:
                yield inner

    def _against(self, before: Sequence[_Part], part: _Part, around: _Around) -> _Part | None:
        """Return a part before that has no solutions together with this one alone."""
        if len(before) == 1:
            return before[0]
        for other in before:
            if (
                other.kind in ("triples", "values", "groups", "graph")
                and other.variables & part.variables
                and not self._has_all([other, part], around)
            ):
                return other
        return None

    def _has_all(self, parts: Sequence[_Part], around: _Around) -> bool:
        inside = " ".join(part.text for part in parts)
        return self._has(around(f"{{ {inside} }}"))

    def _has(self, pattern: str) -> bool:
        if not self._left:
            raise _EnoughError
        self._left -= 1
        return self._ask(f"{self._head} {pattern}")

    def _parts(self, group: Group) -> Iterator[_Part]:
        filters = [element for element in group.elements if element.kind == "filter"]
        for element in [e for e in group.elements if e.kind != "filter"] + filters:
            patterns = None
            if element.kind == "triples":
                patterns = triple_patterns(self._found[element.first : element.last + 1])
            if patterns is None:
                yield self._part(element)
            else:
                yield from map(self._pattern, patterns)

    def _part(self, element: Element) -> _Part:
        start = self._found[element.first].start
        last = self._found[element.last]
        text = self._text[start : last.start + len(last.text)]
        dot = " ." if element.kind == "triples" and last.text != "." else ""
        return _Part(element.kind, text + dot, start, element.variables, element.groups)

    def _pattern(self, pattern: TriplePattern) -> _Part:
        texts = []
        for part in pattern.parts:
            last = part[-1]
            texts.append(self._text[part[0].start : last.start + len(last.text)])
        tokens_of = [token for part in pattern.parts for token in part]
        start = max(pattern.subject[0].start, pattern.verb[0].start)
        if pattern.subject[0].start < pattern.verb[0].start and self._is_beside(pattern):
            start = pattern.subject[0].start
        return _Part("triples", " ".join(texts) + " .", start, variables(tokens_of))

    def _is_beside(self, pattern: TriplePattern) -> bool:
        """Say whether the verb follows its subject, and not another pair by a semicolon."""
        subject = pattern.subject[0]
        between = self._text[subject.start + len(subject.text) : pattern.verb[0].start]
        return not between.strip()

    def _between(self, group: Group) -> str:
        first, last = self._found[group.first], self._found[group.last]
        return self._text[first.start : last.start + 1]

    def _at(self, part: _Part) -> Finding:
        line = self._text.count("\n", 0, part.start) + 1
        column = part.start - self._text.rfind("\n", 0, part.start)
        return Finding("", _shown(part), line, column)


def _shown(part: _Part) -> str:
    return " ".join(part.text.split()).removesuffix(" .")
