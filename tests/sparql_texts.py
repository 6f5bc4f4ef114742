"""Texts of SPARQL by its grammar, for tests that let chance write queries and updates.

What is made is nearly always SPARQL by the grammar; what the standard forbids beyond that, such as
a variable bound twice, may come.
"""

from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

Texts = SearchStrategy[str]

PROLOGUE = (
    "PREFIX s: <http://s/> PREFIX : <http://p/> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"
)
_UNARY = (
    "STR", "LANG", "DATATYPE", "IRI", "URI", "ABS", "CEIL", "FLOOR", "ROUND", "STRLEN", "UCASE",
    "LCASE", "ENCODE_FOR_URI", "YEAR", "MONTH", "DAY", "HOURS", "MINUTES", "SECONDS", "TIMEZONE",
    "TZ", "MD5", "SHA1", "SHA256", "SHA384", "SHA512", "isIRI", "isBLANK", "isLITERAL", "isNUMERIC",
    "BNODE", "xsd:integer", "xsd:decimal", "xsd:double", "xsd:string", "xsd:boolean",
    "xsd:dateTime", "SUBJECT", "PREDICATE", "OBJECT", "isTRIPLE", "s:unknown",
)  # fmt: skip
_BINARY = (
    "LANGMATCHES", "CONTAINS", "STRSTARTS", "STRENDS", "STRBEFORE", "STRAFTER", "STRLANG", "STRDT",
    "sameTerm", "REGEX", "SUBSTR",
)  # fmt: skip
_AGGREGATES = ["COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"]
_OPERATORS = ("+", "-", "*", "/", "=", "!=", "<", ">", "<=", ">=", "&&", "||")
_LITERALS = (
    "1", "-1", "+1", "0", "1.5", "-.5", "1e3", "1e400", "9223372036854775807", "true", "false",
    "''",
    '""', "'a'", '"a"@en', "'a'@en-GB", "'''a'b\n'''", '"""a"b"""', "'\\n\\t\\\\'", "'\\u00e9'",
    "'é'", "'😀'", "'1'^^xsd:integer", "'x'^^xsd:integer", "'2020-02-30'^^xsd:date",
    "'2020-01-01T00:00:00Z'^^xsd:dateTime", "'P1Y'^^xsd:duration", "'(a+)+$'", "'['",
    "'$0'", "'%'", "'{'", "'#'", "'<'", "9" * 40,
)  # fmt: skip


def _joined(parts: SearchStrategy[Sequence[str]], separator: str = " ") -> Texts:
    return parts.map(separator.join)


def _some(part: Texts, most: int = 3, least: int = 1, separator: str = " ") -> Texts:
    return _joined(st.lists(part, min_size=least, max_size=most), separator)


def _parts(*parts: Texts | str) -> Texts:
    made = [st.just(part) if isinstance(part, str) else part for part in parts]
    return _joined(st.tuples(*made))


def _maybe(part: Texts) -> Texts:
    return st.one_of(st.just(""), part)


variables = st.sampled_from(["?a", "?b", "?c", "$d", "?e1"])
iris = st.sampled_from(
    ["<http://s/1>", "s:2", "s:3", ":", "s:a%20b", "s:a\\-b", "<http://p/>", "<relative>", "<>"]
)
graphs = st.sampled_from(["<http://g/1>", "<http://g/2>", "s:g"])
blanks = st.sampled_from(["_:x", "_:y", "[]"])
literals = st.sampled_from(_LITERALS)
terms = st.one_of(variables, iris, literals, blanks)
constants = st.one_of(iris, literals)


def _extend_path(path: Texts) -> Texts:
    return st.one_of(
        _parts("(", path, ")"),
        _parts("^", path),
        _joined(st.tuples(path, st.sampled_from(["*", "+", "?"])), "").map(
            lambda p: f"({p[:-1]}){p[-1]}"
        ),
        _joined(st.tuples(path, path), "/"),
        _joined(st.tuples(path, path), "|"),
        _some(iris, separator="|").map(lambda p: f"!({p})"),
    )


paths = st.recursive(st.one_of(iris, st.just("a")), _extend_path, max_leaves=4)


def _extend_node(node: Texts) -> Texts:
    return st.one_of(
        _some(node, 3).map(lambda items: f"( {items} )"),
        _parts("[", iris, node, "]"),
        _parts("<<(", iris, iris, constants, ")>>"),
    )


nodes = st.recursive(terms, _extend_node, max_leaves=4)
_subjects = st.one_of(variables, iris, blanks, st.just("( 1 ?a )"), _parts("[ :", terms, "]"))
_verbs = st.one_of(variables, paths)
triples = _parts(_subjects, _verbs, _some(nodes, 2, separator=" , "))
blocks = _some(triples, 3, separator=" . ")


def _extend_expression(expression: Texts) -> Texts:
    pairs = st.tuples(expression, expression)
    return st.one_of(
        st.tuples(st.sampled_from(_UNARY), expression).map(lambda t: f"{t[0]}({t[1]})"),
        st.tuples(st.sampled_from(_BINARY), pairs).map(lambda t: f"{t[0]}({t[1][0]}, {t[1][1]})"),
        st.tuples(expression, st.sampled_from(_OPERATORS), expression).map(
            lambda t: f"({' '.join(t)})"
        ),
        st.tuples(st.sampled_from("!-+"), expression).map(lambda t: f"({t[0]} {t[1]})"),
        st.tuples(expression, expression, expression).map(lambda t: f"IF({t[0]}, {t[1]}, {t[2]})"),
        st.tuples(expression, expression, expression).map(
            lambda t: f"REPLACE({t[0]}, {t[1]}, {t[2]})"
        ),
        st.lists(expression, max_size=3).map(lambda found: f"COALESCE({', '.join(found)})"),
        st.lists(expression, max_size=3).map(lambda found: f"CONCAT({', '.join(found)})"),
        st.tuples(
            expression, st.sampled_from(["IN", "NOT IN"]), st.lists(expression, max_size=3)
        ).map(lambda t: f"({t[0]} {t[1]} ({', '.join(t[2])}))"),
        variables.map(lambda name: f"BOUND({name})"),
        st.sampled_from(["NOW()", "RAND()", "UUID()", "STRUUID()", "BNODE()"]),
        _parts(st.sampled_from(["EXISTS {", "NOT EXISTS {"]), triples, "}"),
    )


expressions = st.recursive(st.one_of(variables, constants), _extend_expression, max_leaves=6)
_aggregates = st.tuples(
    st.sampled_from(_AGGREGATES), st.sampled_from(["", "DISTINCT "]), expressions
).map(lambda t: f"{t[0]}({t[1]}{t[2]})")
_data = _parts(
    "VALUES ( ?a ?b ) {",
    _some(_parts("(", _some(st.one_of(constants, st.just("UNDEF")), 2, 2), ")"), 3, 0),
    "}",
)


def _extend_pattern(pattern: Texts) -> Texts:
    group = pattern.map(lambda text: f"{{ {text} }}")
    return st.one_of(
        _joined(st.tuples(pattern, pattern), " . "),
        _joined(st.tuples(group, group), " UNION "),
        _parts("OPTIONAL", group),
        _parts("MINUS", group),
        _parts("GRAPH", st.one_of(variables, graphs), group),
        _parts(pattern, expressions.map(lambda text: f"FILTER({text})")),
        _parts(st.sampled_from(["FILTER EXISTS", "FILTER NOT EXISTS"]), group),
        _parts(
            pattern,
            st.tuples(expressions, st.sampled_from(["?n", "?m"])).map(
                lambda t: f"BIND({t[0]} AS {t[1]})"
            ),
        ),
        _parts("{", st.deferred(lambda: selects), "}"),
        group,
    )


patterns = st.recursive(st.one_of(blocks, _data, st.just("")), _extend_pattern, max_leaves=5)
_orders = _some(st.one_of(variables, expressions.map(lambda text: f"DESC({text})")), 2).map(
    "ORDER BY {}".format
)
_slices = st.sampled_from(
    ["LIMIT 5", "LIMIT 0", "OFFSET 2", "LIMIT 3 OFFSET 1", "OFFSET 99999999999"]
)
_modifiers = _parts(_maybe(_orders), _maybe(_slices))
_groupings = _parts(
    "GROUP BY",
    _some(st.one_of(variables, expressions.map(lambda text: f"({text} AS ?g)")), 2),
    _maybe(_aggregates.map(lambda text: f"HAVING ({text} > 1)")),
)
_datasets = st.sampled_from(
    ["", "", "FROM <http://g/1>", "FROM NAMED <http://g/1> FROM <http://g/2>"]
)
_projections = st.one_of(
    st.just("*"),
    _some(variables, 3),
    _some(
        st.tuples(expressions, st.sampled_from(["?x", "?y"])).map(lambda t: f"({t[0]} AS {t[1]})"),
        2,
    ),
)
selects = st.one_of(
    _parts(
        "SELECT",
        _maybe(st.sampled_from(["DISTINCT", "REDUCED"])),
        _projections,
        "{",
        patterns,
        "}",
        _modifiers,
    ),
    _parts(
        "SELECT",
        _aggregates.map(lambda text: f"({text} AS ?x)"),
        "{",
        patterns,
        "}",
        _maybe(_groupings),
        _modifiers,
    ),
)
_template = _some(_parts(terms, st.one_of(variables, iris), terms), 3, 0, " . ")
queries = st.one_of(
    _parts(selects, _maybe(_data)),
    _parts("ASK", _datasets, "{", patterns, "}"),
    _parts("SELECT *", _datasets, "{", patterns, "}", _modifiers),
    _parts("CONSTRUCT {", _template, "}", _datasets, "WHERE {", patterns, "}", _slices),
    _parts("DESCRIBE", _some(st.one_of(iris, variables), 2), "{", patterns, "}"),
).map(PROLOGUE.__add__)

_ground = _some(_parts(st.one_of(iris, blanks), iris, st.one_of(constants, blanks)), 3, 0, " . ")
_quads = st.one_of(_ground, _parts("GRAPH", graphs, "{", _ground, "}"))
_quad_patterns = st.one_of(
    _template, _parts("GRAPH", st.one_of(graphs, variables), "{", _template, "}")
)
_targets = st.one_of(graphs.map("GRAPH {}".format), st.sampled_from(["DEFAULT", "NAMED", "ALL"]))
_places = st.one_of(graphs, st.just("DEFAULT"))
_silent = st.sampled_from(["", "SILENT"])
_operation = st.one_of(
    _parts("INSERT DATA {", _quads, "}"),
    _parts("DELETE DATA {", _quads, "}"),
    _parts("DELETE WHERE {", _quad_patterns, "}"),
    _parts(
        _maybe(graphs.map("WITH {}".format)),
        "DELETE {",
        _quad_patterns,
        "} INSERT {",
        _quad_patterns,
        "}",
        _maybe(graphs.map("USING {}".format)),
        "WHERE {",
        patterns,
        "}",
    ),
    _parts("INSERT {", _quad_patterns, "} WHERE {", patterns, "}"),
    _parts(st.sampled_from(["CLEAR", "DROP"]), _silent, _targets),
    _parts("CREATE", _silent, "GRAPH", graphs),
    _parts(st.sampled_from(["COPY", "MOVE", "ADD"]), _silent, _places, "TO", _places),
)
updates = _some(_operation, 3, separator=" ;\n").map(PROLOGUE.__add__)

_BYTES = (
    b"{", b"}", b"(", b")", b"[", b"]", b"<", b">", b"'", b'"', b"'''", b"\\", b"\\u0053", b"\\u",
    b"\x00", b"\xff", b"\xc3", b"\xf0\x9f\x98\x80", b"#", b"\n", b"\r", b";", b".", b",", b"?",
    b"$",
    b"@", b"^^", b"^", b"/", b"|", b"*", b"!", b"-", b"1", b"e", b":", b"_:", b"a", b"UNDEF", b"<<",
    b">>", b"SELECT", b"WHERE", b"SERVICE", b"LOAD", b"FILTER", b"%", b"&", b"=", b"\xe2\x80\xa8",
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, texts: Texts) -> bytes:
    """Return a text, of which a few bytes were cut out, put in, doubled or exchanged."""
    content = draw(texts).encode("utf-8", "surrogatepass")
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 12)))
        put = draw(st.sampled_from(_BYTES)) * draw(st.sampled_from([1, 1, 1, 2, 40]))
        match draw(st.sampled_from(["cut", "put", "replace", "double", "end"])):
            case "cut":
                content = content[:start] + content[end:]
            case "put":
                content = content[:start] + put + content[start:]
            case "replace":
                content = content[:start] + put + content[end:]
            case "double":
                content = content[:end] + content[start:]
            case "end":
                content = content[:start]
    return content
