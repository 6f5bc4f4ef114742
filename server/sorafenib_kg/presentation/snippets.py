"""A query as code: for the shell, for Python with three libraries, and for R."""

from __future__ import annotations

from urllib.parse import urlencode

Snippet = tuple[str, str]


def snippets(address: str, query: str) -> tuple[Snippet, ...]:
    """Return how to ask a query of the endpoint at an address, as pairs of a name and code."""
    return (
        ("curl", _curl(address, query)),
        ("rdflib", _rdflib(address, query)),
        ("SPARQLWrapper", _sparqlwrapper(address, query)),
        ("pandas", _pandas(address, query)),
        ("R", _r(address, query)),
    )


def link(address: str, query: str, name: str = "csv") -> str:
    """Return the address that gives the answer in a format."""
    return f"{address}?{urlencode({'query': query, 'format': name})}"


def _curl(address: str, query: str) -> str:
    quoted = query.rstrip("\n").replace("'", "'\\''")
    return f"curl '{address}' -H 'Accept: text/csv' --data-urlencode 'query={quoted}'\n"


def _rdflib(address: str, query: str) -> str:
    return _python(
        "from rdflib.plugins.stores.sparqlstore import SPARQLStore",
        f'store = SPARQLStore("{address}")',
        "for row in store.query(query):",
        "    print(*row)",
        query=query,
    )


def _sparqlwrapper(address: str, query: str) -> str:
    return _python(
        "from SPARQLWrapper import JSON, SPARQLWrapper",
        f'endpoint = SPARQLWrapper("{address}")',
        "endpoint.setQuery(query)",
        "endpoint.setReturnFormat(JSON)",
        'for row in endpoint.query().convert()["results"]["bindings"]:',
        '    print({name: value["value"] for name, value in row.items()})',
        query=query,
    )


def _pandas(address: str, query: str) -> str:
    return _python(
        "from urllib.parse import urlencode\n\nimport pandas",
        f'address = "{address}?" + urlencode({{"query": query, "format": "csv"}})',
        "print(pandas.read_csv(address))",
        query=query,
    )


def _r(address: str, query: str) -> str:
    return (
        f'query <- r"---({query.rstrip()}\n)---"\n'
        f'address <- paste0("{address}?format=csv&query=", URLencode(query, reserved = TRUE))\n'
        "print(read.csv(address))\n"
    )


def _python(imports: str, *lines: str, query: str) -> str:
    return "\n".join([imports, "", f"query = {_quoted(query)}", *lines, ""])


def _quoted(query: str) -> str:
    """Return a query as a Python literal, over several lines where it can be."""
    text = query.rstrip("\n")
    if "\\" in text or '"""' in text or text.endswith('"'):
        return repr(text)
    return f'"""\n{text}\n"""'
