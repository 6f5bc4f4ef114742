"""Queries and updates that take all that they can get."""

from collections.abc import Iterator

from hostile_cases.cases import ANSWERED, LIMIT, Case, Maker


def exhaustion(make: Maker) -> Iterator[Case]:
    group = "exhaustion"
    for name, text in _exhausting_queries():
        yield Case(group, name, make.query(text), LIMIT | ANSWERED)
    for name, text in _exhausting_updates():
        yield Case(group, name, make.update(text), LIMIT)


def _nested(opening: str, inside: str, closing: str, depth: int) -> str:
    return opening * depth + inside + closing * depth


def _exhausting_queries() -> Iterator[tuple[str, str]]:
    for depth in (60, 1000, 30_000):
        for name, opening, inside, closing in (
            ("groups", "{", "?s ?p ?o", "}"),
            ("optionals", "?s ?p ?o OPTIONAL {", "?s ?p ?o", "}"),
            ("unions", "{} UNION {", "?s ?p ?o", "}"),
            ("minuses", "?s ?p ?o MINUS {", "?s ?p ?o", "}"),
            ("selects", "{ SELECT * {", "?s ?p ?o", "} }"),
            ("exists", "?s ?p ?o FILTER EXISTS {", "?s ?p ?o", "}"),
            ("parentheses", "FILTER(", "1", ")"),
            ("nots", "FILTER(" + "!" * 1, "1", ")"),
            ("collections", "?s ?p " + "(", "1", ")"),
            ("nodes", "?s ?p [ ?p ", "1", "]"),
        ):
            if name in ("parentheses", "nots"):
                inner = "(" if name == "parentheses" else "!("
                text = f"FILTER({_nested(inner, '1', ')', depth)})"
            elif name == "collections":
                text = f"?s ?p {_nested('(', '1', ')', depth)}"
            elif name == "nodes":
                text = f"?s ?p {_nested('[ ?p ', '1', ' ]', depth)}"
            else:
                text = _nested(opening, inside, closing, depth)
            yield f"{depth} {name}", f"SELECT * {{ {text} }}"
        yield f"{depth} conditions", f"SELECT ({_nested('IF(1, ', '2', ', 3)', depth)} AS ?x) {{}}"
        yield f"{depth} paths", f"SELECT * {{ ?s {_nested('(', '<a:p>', ')*', depth)} ?o }}"
    for number in (200, 20_000):
        yield f"{number} additions", f"SELECT ({'+'.join(['1'] * number)} AS ?x) {{}}"
        yield f"{number} alternatives", f"ASK {{ FILTER({'||'.join(['?x'] * number)}) }}"
        yield f"{number} unions in a row", f"SELECT * {{ {' UNION '.join(['{}'] * number)} }}"
        chain = " . ".join(f"?v{n} ?p{n} ?v{n + 1}" for n in range(number))
        yield f"{number} patterns in a chain", f"SELECT * {{ {chain} }}"
        star = " ; ".join(f"?p{n} ?o{n}" for n in range(number))
        yield f"{number} patterns in a star", f"SELECT * {{ ?s {star} }}"
        yield f"{number} optionals in a row", f"SELECT * {{ {'OPTIONAL { ?a ?b ?c } ' * number} }}"
        yield (
            f"{number} binds",
            ("SELECT * { " + " ".join(f"BIND({n} AS ?b{n})" for n in range(number)) + " }"),
        )
        yield f"{number} values", f"SELECT * {{ VALUES ?x {{ {'1 ' * number} }} ?s ?p ?x }}"
        yield f"{number} items", f"ASK {{ FILTER(1 IN ({', '.join(['2'] * number)})) }}"
        yield f"{number} steps", f"ASK {{ ?s {'/'.join(['<a:p>'] * number)} ?o }}"
        yield f"{number} prefixes", "PREFIX a: <a:a> " * number + "ASK {}"
        yield f"{number} variables", f"SELECT {' '.join(f'?v{n}' for n in range(number))} {{}}"
    product_of = "?a ?p ?b . ?c ?q ?d . ?e ?r ?f . ?g ?s ?h . ?i ?t ?j"
    for name, text in {
        "count": f"SELECT (COUNT(*) AS ?n) {{ {product_of} }}",
        "distinct": f"SELECT DISTINCT * {{ {product_of} }}",
        "order": f"SELECT * {{ {product_of} }} ORDER BY ?j ?h",
        "concatenation": f"SELECT (GROUP_CONCAT(?b) AS ?n) {{ {product_of} }}",
        "group": f"SELECT ?b ?d ?f (SAMPLE(?h) AS ?n) {{ {product_of} }} GROUP BY ?b ?d ?f",
        "filter": f"SELECT * {{ {product_of} FILTER(?a = ?b && ?c = ?d && ?e = ?f) }}",
        "all rows": f"SELECT * {{ {product_of} }}",
        "construct": f"CONSTRUCT {{ ?a ?t ?j }} {{ {product_of} }}",
        "minus": f"SELECT * {{ {product_of} MINUS {{ ?x ?y ?z . ?u ?v ?w . ?j ?k ?l }} }}",
        "exists": f"ASK {{ {product_of} FILTER NOT EXISTS {{ ?a ?p ?b . ?x ?y ?z }} }}",
        "offset": f"SELECT * {{ {product_of} }} OFFSET 999999999 LIMIT 1",
        "sub-select": f"SELECT * {{ {{ SELECT DISTINCT ?b ?d ?f {{ {product_of} }} }} }}",
        "paths": "SELECT * { ?a (!<a:x>|^!<a:x>)* ?b . ?c (!<a:x>|^!<a:x>)* ?d }",
        "doubling": "SELECT ?x30 { BIND('xxxxxxxxxxxxxxxx' AS ?x0) "
        + " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(30))
        + " }",
        "replacing": "SELECT (REPLACE(REPLACE(REPLACE(REPLACE('"
        + "a" * 1000
        + "', 'a', '$0$0$0$0$0$0$0$0'), 'a', '$0$0$0$0$0$0$0$0'), 'a', '$0$0$0$0$0$0$0$0'), 'a', "
        "'$0$0$0$0$0$0$0$0') AS ?x) {}",
        "a regular expression that tries all": "ASK { FILTER REGEX('"
        + "a" * 5000
        + "!', '^(a+)+$') }",
        "a regular expression that is large": "ASK { FILTER REGEX('a', "
        "'(((a{1,99}){1,99}){1,99}){1,99}') }",
        "a large number": f"SELECT ({'9' * 50_000} + 1 AS ?x) {{}}",
        "a large decimal": f"SELECT ({'9' * 50_000}.5 * 2 AS ?x) {{}}",
        "a large exponent": "SELECT (1e999999999 AS ?x) (1e-999999999 AS ?y) {}",
        "division by zero": "SELECT (1/0 AS ?x) (1.0/0.0 AS ?y) (0e0/0e0 AS ?z) {}",
        "the end of integers": "SELECT (9223372036854775807 + 1 AS ?x) (-9223372036854775808 / -1 "
        "AS ?y) (ABS(-9223372036854775808) AS ?z) {}",
        "the end of time": "SELECT ('9999999999999-12-31T00:00:00Z'^^"
        "<http://www.w3.org/2001/XMLSchema#dateTime> AS ?x) (YEAR(?x) AS ?y) {}",
        "positions out of range": "SELECT (SUBSTR('abc', 9223372036854775807, 9223372036854775807) "
        "AS ?x) (SUBSTR('abc', -5, 1e300) AS ?y) (SUBSTR('é', 0e0/0e0) AS ?z) {}",
        "limits out of range": "SELECT * { ?s ?p ?o } LIMIT 99999999999999999999999",
        "an offset out of range": "SELECT * { ?s ?p ?o } OFFSET 18446744073709551616",
        "a long literal": f"SELECT * {{ ?s ?p '{'x' * 150_000}' }}",
        "a long name": f"SELECT * {{ <http://a/{'x' * 150_000}> ?p ?o }}",
        "a long variable": f"SELECT * {{ ?{'x' * 150_000} ?p ?o }}",
        "a long comment": f"ASK {{}} #{'x' * 150_000}",
        "quotes": "ASK { " + "'" * 100_000 + " }",
        "less-than": "ASK { FILTER(1 " + "<" * 100_000 + " }",
        "backslashes": "ASK { ?s ?p '" + "\\" * 100_000 + "' }",
        "blank characters": " " * 190_000 + "ASK {}",
    }.items():
        yield name, text


def _exhausting_updates() -> Iterator[tuple[str, str]]:
    product_of = "?a ?p ?b . ?c ?q ?d . ?e ?r ?f . ?g ?s ?h . ?i ?t ?j"
    yield "insert a product", f"INSERT {{ ?a ?t ?j }} WHERE {{ {product_of} FILTER(?b = ?j) }}"
    yield "delete a product", f"DELETE {{ ?a ?t ?j }} WHERE {{ {product_of} FILTER(?b = ?j) }}"
    yield "insert new nodes", f"INSERT {{ [] ?t ?j }} WHERE {{ {product_of} }}"
    for depth in (1000, 30_000):
        yield f"{depth} groups", f"DELETE {{ ?s ?p ?o }} WHERE {{ {_nested('{', '', '}', depth)} }}"
        nodes = _nested("[ <a:p> ", "1", " ]", depth)
        yield f"{depth} nodes", f"INSERT DATA {{ <a:a> <a:b> {nodes} }}"
    chain = " . ".join(f"?v{n} ?p{n} ?v{n + 1}" for n in range(2000))
    yield "2000 patterns", f"INSERT {{ <a:a> <a:b> <a:c> }} WHERE {{ {chain} }}"
    yield "a large update", "INSERT DATA { " + "<a:a> <a:b> 'x' . " * 1_000_000 + "}"
