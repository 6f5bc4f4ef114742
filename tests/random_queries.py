"""Random queries over the data of `differential`, in which the parts of groups meet in all ways."""

from itertools import count

from hypothesis import strategies as st

VARIABLES = ["?a", "?b", "?c", "?d"]
CONSTANTS = [":n0", ":n1", ":n2", "'x'", "'x'@en", "1"]


@st.composite
def triples(draw) -> str:
    patterns = []
    for _ in range(draw(st.integers(1, 2))):
        subject = draw(st.sampled_from([*VARIABLES * 3, ":n0", "[]"]))
        predicate = draw(st.sampled_from([":p0", ":p1", ":p0", ":p1", "a", "^:p0", ":p0/:p1"]))
        object_ = draw(st.sampled_from([*VARIABLES * 5, *CONSTANTS, "[]"]))
        more = draw(st.sampled_from(["", "", "", "", "", f" ; :p1 {object_}", ", ?b", " ; a :n0"]))
        patterns.append(f"{subject} {predicate} {object_}{more}")
    return " . ".join(patterns) + draw(st.sampled_from(["", " ."]))


expressions = st.sampled_from(
    [
        "?a = :n0",
        "?b != ?c",
        "BOUND(?a)",
        "!BOUND(?d)",
        "?a = ?b || ?c = 1",
        "ISLITERAL(?c)",
        "EXISTS { ?a :p0 ?b }",
        "NOT EXISTS { ?b :p1 ?c . FILTER(?c != ?a) }",
    ]
)
values = st.sampled_from(
    [
        "VALUES ?a { :n0 :n1 }",
        "VALUES (?a ?b) { (:n0 :n1) (UNDEF :n2) }",
        "VALUES (?b ?c) { (:n1 :n2) (:n1 :n2) (:n2 :n3) }",
        "VALUES (?c) { ('x') (1) }",
        "VALUES ?d { }",
    ]
)


@st.composite
def groups(draw, depth: int = 2, names=None) -> str:
    """Give the text of a group; each BIND gets a name of its own, or one that may be taken."""
    names = count() if names is None else names
    parts = [draw(triples())] if draw(st.integers(0, 3)) else []
    kinds = ["triples", "filter", "bind", "values"]
    if depth:
        kinds += ["union", "union", "union", "optional", "optional", "minus", "group", "graph"]
    for kind in draw(st.lists(st.sampled_from(kinds), max_size=2)):
        parts.append(_part(draw, kind, depth, names))
        if kind != "triples" and draw(st.booleans()):
            parts.append(".")
        if draw(st.integers(0, 3)) == 0:
            parts.append(draw(triples()))
    return "{ " + _parted(parts) + " }"


def _part(draw, kind: str, depth: int, names) -> str:
    match kind:
        case "triples":
            return draw(triples())
        case "filter":
            text = draw(expressions)
            return f"FILTER({text})" if "EXISTS" not in text else f"FILTER {text}"
        case "bind":
            value = draw(st.sampled_from(["?a", "?b", "STR(?c)", "1", "COALESCE(?d, ?a, 'none')"]))
            name = draw(st.sampled_from(["?d", f"?e{next(names)}", f"?e{next(names)}"]))
            return f"BIND({value} AS {name})"
        case "values":
            return draw(values)
    branches = draw(st.integers(2, 3)) if kind == "union" else 1
    inside = [draw(groups(depth - 1, names)) for _ in range(branches)]
    match kind:
        case "union":
            return " UNION ".join(inside)
        case "group":
            return inside[0]
        case "graph":
            return f"GRAPH :g0 {inside[0]}"
    return f"{kind.upper()} {inside[0]}"


def _parted(parts: list[str]) -> str:
    """Join the parts, with a dot between triples, and none at the beginning or after another."""
    text = ""
    is_open = False
    for part in parts:
        starts_triple = part[0] in "?:["
        if part == ".":
            if not text or text[-1] == "." or is_open:
                continue
        elif starts_triple and is_open:
            text += " ."
        text += f" {part}"
        is_open = starts_triple and part[-1] != "."
    return text


@st.composite
def queries(draw) -> str:
    group = draw(groups())
    wrapping = draw(
        st.sampled_from(
            [
                "SELECT * {}",
                "SELECT * {}",
                "SELECT ?a ?b WHERE {}",
                "SELECT DISTINCT ?a {}",
                "SELECT * {{ {{ SELECT ?a ?c {} }} ?a :p0 ?b }}",
                "SELECT * {{ GRAPH :g1 {} }}",
                "SELECT * {{ ?a :p1 ?d OPTIONAL {} }}",
                "SELECT * {{ ?a :p1 ?d MINUS {} }}",
                "SELECT * {{ ?a :p1 ?d FILTER EXISTS {} }}",
            ]
        )
    )
    return wrapping.format(group)
