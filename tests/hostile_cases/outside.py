"""Attempts to make the server ask another one, or read a file."""

from collections.abc import Iterator
from itertools import product
from urllib.parse import quote

from hostile_cases.cases import ANSWERED, CLIENT, NOT_OFFERED, Case, Maker


def reaching_out(make: Maker) -> Iterator[Case]:
    group = "reaching out"
    addresses = list(_addresses(make.place.canary))
    clauses = (
        "SELECT * {{ SERVICE <{}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ ?s ?p ?o FILTER EXISTS {{ SERVICE <{}> {{ ?s ?p ?o }} }} }}",
    )
    for address, clause in product(addresses, clauses):
        text = clause.format(address)
        yield Case(group, text[:60], make.query(text), NOT_OFFERED)
    silent = "SELECT * {{ SERVICE SILENT <{}> {{ ?s ?p ?o }} }}"
    for address in addresses[:6]:
        yield Case(group, "silent", make.query(silent.format(address)), NOT_OFFERED | ANSWERED)
    hidden = addresses[0]
    for text in (
        f"SELECT * {{ BIND(<{hidden}> AS ?x) SERVICE ?x {{ ?s ?p ?o }} }}",
        f"SELECT * {{ \\u0053ERVICE <{hidden}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ SeRvIcE\t<{hidden}>{{?s ?p ?o}} }}",
        f"SELECT * {{ SERVICE#\n<{hidden}> {{ ?s ?p ?o }} }}",
        f"PREFIX a: <{hidden}> SELECT * {{ SERVICE a: {{ ?s ?p ?o }} }}",
        f"BASE <{hidden}> SELECT * {{ SERVICE <> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ {{ SELECT * {{ SERVICE <{hidden}> {{ ?s ?p ?o }} }} }} }}",
        f"SELECT * {{ {{}} UNION {{ SERVICE <{hidden}> {{ ?s ?p ?o }} }} }}",
        f"ASK {{ MINUS {{ SERVICE <{hidden}> {{ ?s ?p ?o }} }} }}",
        f"CONSTRUCT {{ ?s ?p ?o }} {{ SERVICE <{hidden}> {{ ?s ?p ?o }} }}",
    ):
        yield Case(group, text[:60], make.query(text), NOT_OFFERED)
    for address in addresses:
        for text in (f"LOAD <{address}>", f"LOAD <{address}> INTO GRAPH <http://g/x>"):
            yield Case(group, text[:60], make.update(text), NOT_OFFERED)
    for text in (
        f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{hidden}> {{ ?s ?p ?o }} }}",
        f"INSERT DATA {{ <a:a> <a:b> <a:c> }} ; LOAD <{hidden}>",
        f"\\u004COAD <{hidden}>",
        f"CREATE GRAPH <a:b> ; load <{hidden}>",
    ):
        yield Case(group, text[:60], make.update(text), NOT_OFFERED)
    for address in addresses:
        text = f"SELECT * FROM <{address}> {{ ?s ?p ?o }}"  # noqa: S608 - SPARQL
        yield Case(group, text[:60], make.query(text), CLIENT | ANSWERED)
        more = f"&default-graph-uri={quote(address, safe='')}"
        raw = make.get("ASK { ?s ?p ?o }", more)
        yield Case(group, more[:60], raw, CLIENT | ANSWERED)
    for text in (
        f"SELECT * FROM NAMED <{hidden}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",  # noqa: S608 - SPARQL
        f"DESCRIBE <{hidden}>",
    ):
        yield Case(group, text[:60], make.query(text), CLIENT | ANSWERED)


def _addresses(port: int) -> Iterator[str]:
    """Give the ways to write an address of this machine, or of others that are nobody's affair."""
    for host in (
        "127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "[::1]",
        "[::ffff:127.0.0.1]", "0.0.0.0", "[::]", "127.0.0.1.", "user@127.0.0.1", "LOCALHOST",  # noqa: S104
    ):  # fmt: skip
        yield f"http://{host}:{port}/"
    yield from (
        "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://192.168.0.1/",
        "file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1:70/_x", "data:text/turtle,",
        "http://127.0.0.1:99999/", "http:///", "http://a b/", "relative",
    )  # fmt: skip
