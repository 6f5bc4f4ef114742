"""Queries and updates that are none."""

from collections.abc import Iterator

from hostile_cases.cases import CLIENT, Case, Maker


def malformed_queries(make: Maker) -> Iterator[Case]:
    for number, text in enumerate(dict.fromkeys(_malformed_queries())):
        raw = make.query(text) if number % 2 else make.get(text)
        yield Case("malformed queries", text[:60], raw, CLIENT)


def malformed_updates(make: Maker) -> Iterator[Case]:
    for text in dict.fromkeys(_malformed_updates()):
        yield Case("malformed updates", text[:60], make.update(text), CLIENT)


_SOUND = (
    "PREFIX a: <http://a/> SELECT ?s (COUNT(?o) AS ?n) WHERE { ?s a:p ?o . OPTIONAL { ?s a:q 'x'@en"
    ' } FILTER(?o > 1 && REGEX(STR(?s), "a")) } GROUP BY ?s HAVING (COUNT(?o) > 1) LIMIT 5',
    "CONSTRUCT { ?s <http://a/q> [ <http://a/r> ( 1 2 ) ] } WHERE { GRAPH ?g { ?s ^<http://a/p>* ?o"
    " } VALUES (?s ?o) { (UNDEF 1.5e3) } }",
)


def _malformed_queries() -> Iterator[str]:
    for text in _SOUND:
        parts = text.split(" ")
        # What is cut off behind the last bracket may be sound.
        last = max(number for number, part in enumerate(parts) if "}" in part)
        for number in range(1, last + 1):
            yield " ".join(parts[:number])
    yield from (
        "", " ", "#", "nonsense", "SELECT", "SELECT *", "SELECT * {", "SELECT * }", "SELECT {}",
        "SELECT ?s ?p WHERE", "SELECT ?s, ?p { }", "SELECT s { }", "SELECT ** { }", "SELEKT * {}",
        "SELECT * { ?s ?p }", "SELECT * { ?s }", "SELECT * { ?s ?p ?o ?x }", "SELECT * { . }",
        "SELECT * { ?s ?p ?o , }", "SELECT * { ?s ?p ?o ; ; , }", "SELECT * { 'a' }",
        "SELECT * { ?s 'p' ?o }", "SELECT * { ?s _:p ?o }", "SELECT * { ?s ?p 'o }",
        "SELECT * { ?s ?p \"o }", "SELECT * { ?s ?p '''o'' }", "SELECT * { ?s ?p 'o'@ }",
        "SELECT * { ?s ?p 'o'^^ }", "SELECT * { ?s ?p 'o'^^'x' }", "SELECT * { ?s ?p '\\x' }",
        "SELECT * { ?s ?p 'a\nb' }", "SELECT * { <a b> ?p ?o }", "SELECT * { <a ?p ?o }",
        "SELECT * { <a{}> ?p ?o }", "SELECT * { a:b ?p ?o }", "SELECT * { :b ?p ?o }",
        "PREFIX a <http://a/> SELECT * {}", "PREFIX a: SELECT * {}", "PREFIX : <> SELECT",
        "BASE SELECT * {}", "SELECT * { ?s ?p ?o } LIMIT", "SELECT * { ?s ?p ?o } LIMIT x",
        "SELECT * { ?s ?p ?o } LIMIT -1", "SELECT * { ?s ?p ?o } LIMIT 1.5",
        "SELECT * { ?s ?p ?o } ORDER BY", "SELECT * { ?s ?p ?o } GROUP BY",
        "SELECT * { ?s ?p ?o } OFFSET ?x", "SELECT * { ?s ?p ?o } nonsense",
        "SELECT * { ?s ?p ?o } {}", "SELECT * { FILTER }", "SELECT * { FILTER(?x }",
        "SELECT * { FILTER ?x > 1 }", "SELECT * { FILTER() }", "SELECT * { FILTER(1 +) }",
        "SELECT * { FILTER(NOW) }", "SELECT * { FILTER(nonsense(1)) }",
        "SELECT * { FILTER(STRLEN()) }", "SELECT * { FILTER(STRLEN('a', 'b')) }",
        "SELECT * { BIND(1 AS) }", "SELECT * { BIND(1 ?x) }", "SELECT * { BIND(1 AS 2) }",
        "SELECT * { ?x ?p ?o BIND(1 AS ?x) }", "SELECT * { UNION {} }", "SELECT * { {} UNION }",
        "SELECT * { OPTIONAL }", "SELECT * { MINUS }", "SELECT * { GRAPH {} }",
        "SELECT * { GRAPH 'g' {} }", "SELECT * { VALUES ?x }", "SELECT * { VALUES ?x { ?y } }",
        "SELECT * { VALUES (?x ?y) { (1) } }", "SELECT * { VALUES ?x { 1", "SELECT * { SELECT }",
        "SELECT * { ?s a: ?o }", "SELECT * { ?s <p>/ ?o }", "SELECT * { ?s ^ ?o }",
        "SELECT * { ?s !(<a>/<b>) ?o }", "SELECT * { ?s (<a> ?o }", "SELECT * { ?s ?p+ ?o }",
        "SELECT * { ?s <a>{1} ?o }", "SELECT * { ( ?p ?o }", "SELECT * { [ ?p ?o }",
        "SELECT * { ] }",
        "SELECT ?o (COUNT(?s) AS ?n) { ?s ?p ?o }", "SELECT ?s { ?s ?p ?o } GROUP BY ?o",
        "SELECT * { ?s ?p ?o } GROUP BY ?s", "SELECT (1 AS ?x) (2 AS ?x) {}",
        "SELECT (?s AS ?s) { ?s ?p ?o }",
        "SELECT (1) {}", "SELECT (1 AS x) {}", "SELECT * { FILTER(COUNT(?s) > 1) }",
        "SELECT * { _:a ?p ?o . { _:a ?q ?r } }", "ASK", "ASK {", "ASK } {", "ASK { } { }",
        "CONSTRUCT", "CONSTRUCT { ?s ?p }", "CONSTRUCT { ?s ?p ?o }", "CONSTRUCT WHERE",
        "CONSTRUCT { FILTER(1) } WHERE {}", "CONSTRUCT WHERE { ?s ?p ?o FILTER(1) }",
        "CONSTRUCT { ?s <a>/<b> ?o } WHERE {}", "DESCRIBE", "DESCRIBE 'a'", "DESCRIBE a:b",
        "INSERT DATA { <a:a> <a:b> <a:c> }", "DELETE WHERE { ?s ?p ?o }", "CLEAR ALL", "DROP ALL",
        "LOAD <http://a/>", "SELECT * {} ; SELECT * {}", "SELECT * FROM { }", "SELECT * FROM x {}",
        "SELECT DISTINCT REDUCED * {}", "SELECT * { ?s ?p \\u0027 }",
        "SELECT * { ?s ?p '\\uD800' }",
        "SELECT * { ?s ?p '\\U00110000' }", "SELECT * { ?s ?p '\x00 }", "\x00", "\ufeff\ufeffASK {",
        "SELECT * { ?s ?p 1e }", "SELECT * { ?s ?p 1..2 }", "SELECT * { ?? ?p ?o }",
        "SELECT * { ?s ?p <\\u0020> }", "SELECT * { $ ?p ?o }", "<script>alert(1)</script>",
        "' OR 1=1 --", "{{7*7}}", "${jndi:ldap://127.0.0.1/a}", "'; DROP TABLE x; --", "%00", "\\",
    )  # fmt: skip


def _malformed_updates() -> Iterator[str]:
    yield from (
        "INSERT", "INSERT DATA", "INSERT DATA {", "INSERT DATA { ?s ?p ?o }",
        "INSERT DATA { <a:a> <a:b> }", "INSERT DATA { <a:a> 'b' <a:c> }",
        "INSERT DATA { <a:a> <a:b> <a:c> } nonsense", "DELETE DATA { _:a <a:b> <a:c> }",
        "DELETE DATA { <a:a> <a:b> ?o }", "DELETE { _:a <a:b> <a:c> } WHERE {}",
        "DELETE WHERE { _:a ?p ?o }", "DELETE WHERE { ?s ?p ?o FILTER(1) }", "DELETE WHERE",
        "DELETE { ?s ?p ?o }", "INSERT { ?s ?p ?o }", "INSERT { ?s ?p ?o } WHERE", "WITH INSERT {}",
        "INSERT { GRAPH ?g { ?s ?p ?o } WHERE {}", "CLEAR", "CLEAR nonsense", "CLEAR GRAPH",
        "DROP", "DROP GRAPH ?g", "CREATE", "CREATE GRAPH", "CREATE DEFAULT", "COPY <a:a>",
        "COPY <a:a> TO", "MOVE TO <a:a>", "ADD <a:a> <a:b>", "LOAD", "LOAD 'a'", "SELECT * {}",
        "ASK {}", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "PREFIX", "PREFIX a: INSERT DATA {}",
        "INSERT DATA { a:b a:c a:d }", "INSERT DATA { <a:a> <a:b> 'c }",
        "INSERT DATA { <a:a> <a:b> <a:c> } ; ; nonsense", "; ;; nonsense", "\x00", "nonsense",
        "INSERT DATA { GRAPH _:g { <a:a> <a:b> <a:c> } }", "INSERT DATA { <a:a> <a:b> '\\x' }",
        "INSERT DATA { <a:a> <a:b> <a:c> . FILTER(1) }", "DELETE { ?s ?p [] } WHERE { ?s ?p ?o }",
        "INSERT DATA { <a:a> <a:b> _:x } ; INSERT DATA { _:x <a:b> }", "CLEAR SILENT",
        "INSERT { ?s ?p ?o } USING NAMED WHERE {}", "WITH <a:a> CLEAR ALL", "MOVE <a:a> TO ?g",
    )  # fmt: skip
