"""HTTP that is not what the protocol says, or hides something."""

import gzip
import zlib
from collections.abc import Iterator
from urllib.parse import quote

from hostile_cases.cases import ANSWERED, CLIENT, FORM, NOT_OFFERED, QUERY, Case, Maker, request


def misuse_of_http(make: Maker) -> Iterator[Case]:
    yield from _misused_methods(make)
    yield from _misused_parameters(make)
    yield from _misused_bodies(make)
    yield from _misused_headers(make)
    yield from _misused_paths(make)


def _misused_methods(make: Maker) -> Iterator[Case]:
    group = "misuse of HTTP"
    place = make.place
    for method in ("PUT", "DELETE", "PATCH", "TRACE", "BREW", "get", "PROPFIND", "LOCK"):
        raw = request(method, f"{place.query}?query=ASK%7B%7D")
        yield Case(group, f"{method} of a query", raw, NOT_OFFERED)
    for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH"):
        update = quote("INSERT DATA { <a:a> <a:b> <a:c> }")
        raw = request(method, f"{place.update}?update={update}", headers=make.rights)
        yield Case(group, f"{method} of an update", raw, NOT_OFFERED)
    for method in ("PATCH", "TRACE", "CONNECT", "BREW"):
        raw = request(method, f"{place.store}?default", headers=make.rights)
        yield Case(group, f"{method} of a graph", raw, NOT_OFFERED)
    for method in ("A" * 1000, "G E T", "GET\x00", "GÉT"):
        raw = request(method, f"{place.query}?query=ASK%7B%7D")
        yield Case(group, f"method {method[:9]!r}", raw, NOT_OFFERED, closed=True)


def _misused_parameters(make: Maker) -> Iterator[Case]:
    group = "misuse of HTTP"
    place = make.place
    ask = quote("ASK {}")
    insert = quote("INSERT DATA { <a:a> <a:b> <a:c> }")
    for query in (
        f"query={ask}&query={ask}",
        f"query={ask}&update={insert}",
        f"update={insert}",
        "query=",
        "query",
        f"query={ask}&default-graph-uri=relative",
        f"query={ask}&named-graph-uri=%20",
        f"query={ask}&default-graph-uri=http://a/{{}}",
        "query=%FF%FE",
        "query=%C3%28",
        "query=%ED%A0%80",
        "query=ASK%7B%7",
        "query=ASK%ZZ",
        "query=%00",
        f"query={ask}" + "&a=b" * 5000,
    ):
        raw = request("GET", f"{place.query}?{query}")
        yield Case(group, query[:60], raw, CLIENT)
    for form in (
        b"query=ASK%7B%7D&query=ASK%7B%7D",
        b"query=ASK%7B%7D&update=CLEAR%20ALL",
        b"update=CLEAR%20ALL",
        b"",
        b"&&&",
        b"query=%FF",
        b"\xff\xfe\x00",
        b"=" * 10_000,
    ):
        raw = request("POST", place.query, form, {"Content-Type": FORM})
        yield Case(group, f"form {form[:40]!r}", raw, CLIENT)
    for form in (
        b"update=CLEAR%20SILENT%20GRAPH%20%3Ca:x%3E&update=CLEAR%20ALL",
        b"query=ASK%7B%7D",
        b"update=CLEAR%20ALL&query=ASK%7B%7D",
        b"update=INSERT%20%7B%3Fs%20%3Fp%201%7D%20USING%20%3Ca:b%3E%20WHERE%20%7B%3Fs%20%3Fp"
        b"%20%3Fo%7D&using-graph-uri=a:c",
        b"update=%FF",
        b"",
    ):
        raw = request("POST", place.update, form, {"Content-Type": FORM, **make.rights})
        yield Case(group, f"form {form[:40]!r}", raw, CLIENT)
    for target in (
        "?graph=relative", "?graph=", "?default&graph=a:b", "?graph=a:b&graph=a:c",
        "?graph=http://a/%20b", "?graph=%FF",
    ):  # fmt: skip
        for method in ("GET", "PUT", "DELETE"):
            body = b"" if method == "PUT" else None
            headers = {"Content-Type": "text/turtle", **make.rights}
            raw = request(method, place.store + target, body, headers)
            yield Case(group, f"{method} {target}", raw, CLIENT)


def _misused_bodies(make: Maker) -> Iterator[Case]:
    group = "misuse of HTTP"
    place = make.place
    for media_type in (
        "text/plain", "application/json", "application/sparql-update", "text/turtle",
        "application/sparql-query; charset=utf-16", "application/sparql-query; charset=\"",
        "multipart/form-data", "multipart/form-data; boundary=", "x", "/", "application/*", "",
        "a" * 5000, "application/sparql-query\t; charset=latin-1",
    ):  # fmt: skip
        raw = request("POST", place.query, b"ASK {}", {"Content-Type": media_type})
        yield Case(group, f"type {media_type[:40]!r}", raw, CLIENT)
    yield Case(group, "no type", request("POST", place.query, b"ASK {}"), CLIENT)
    for body in (b"\xff\xfeA\x00S\x00K\x00", "ASK { ?s ?p 'é' }".encode("latin-1"), b"\x00"):
        yield Case(group, f"body {body[:20]!r}", make.query(body), CLIENT)
        yield Case(group, f"update {body[:20]!r}", make.update(body), CLIENT)
    packed = gzip.compress(b"ASK {}")
    bomb = gzip.compress(b" " * 10_000_000 + b"ASK {}")
    deflated = zlib.compress(b"ASK {}")
    for coding, body in (
        ("gzip", packed), ("gzip", bomb), ("gzip", packed[:10]), ("gzip", b"no gzip"),
        ("deflate", deflated), ("br", b"x"), ("zstd", b"x"), ("nonsense", b"ASK {}"),
        ("gzip, gzip, gzip", packed),
    ):  # fmt: skip
        yield Case(group, f"coded {coding}", make.query(body, Content_Encoding=coding), CLIENT)
    large = b"ASK { ?s ?p '" + b"x" * 3_000_000 + b"' }"
    yield Case(group, "a large query", make.query(large), CLIENT)
    raw = request("POST", place.query, b"query=" + b"x" * 3_000_000, {"Content-Type": FORM})
    yield Case(group, "a large form", raw, CLIENT)
    said = {"Content-Type": QUERY, "Content-Length": "999999999999"}
    raw = request("POST", place.query, b"", said)
    yield Case(group, "a body that is said to be huge", raw, CLIENT)


def _misused_headers(make: Maker) -> Iterator[Case]:
    group = "misuse of HTTP"
    for accept in (
        "image/png", "application/sparql-results+json;q=0", "text/*;q=0, */*;q=0", "nonsense/x",
    ):  # fmt: skip
        raw = make.get("SELECT * { ?s ?p ?o }", Accept=accept)
        yield Case(group, f"Accept {accept}", raw, CLIENT)
    for accept in (
        "", ",", ";", "*", "*/*;q=", "*/*;q=2", "*/*;q=-1", "*/*;q=nan", "*/*;q=1e400",
        ",".join(["a/b"] * 5000), "application/sparql-results+json" + ";a=b" * 2000, "é/é",
    ):  # fmt: skip
        raw = make.get("ASK {}", Accept=accept)
        yield Case(group, f"Accept {accept[:20]!r}", raw, CLIENT | ANSWERED)
    for name, values in {
        "If-None-Match": ("*", '"', "W/", ",", "a" * 5000),
        "If-Modified-Since": ("yesterday", "", "Mon, 99 Foo 99999 99:99:99 GMT", "0"),
        "Range": ("bytes=0-", "bytes=9-1", "bytes=" + "0-1," * 1000, "lines=1"),
        "Accept-Encoding": ("", "*;q=0", "gzip;q=x", "identity;q=0, *;q=0", "é"),
        "Authorization": ("Bearer", "Bearer ", "Basic x", "é", "Bearer " + "x" * 5000),
        "X-Forwarded-For": ("127.0.0.1", "x" * 5000, ",,,", "é"),
        "Expect": ("100-continue", "nonsense"),
        "Upgrade": ("websocket", "h2c"),
        "X-Request-Id": ("", "x" * 5000, 'a"b', "é"),
        "Cookie": ("a=b", "x" * 5000),
        "Transfer-Encoding": ("identity",),
    }.items():
        for value in values:
            raw = make.get("ASK {}", **{name: value})
            closed = name == "Transfer-Encoding"
            allowed = CLIENT | ANSWERED | {206}
            yield Case(group, f"{name} {value[:20]!r}", raw, allowed, closed)
    many = {f"X-{number}": "y" for number in range(500)}
    raw = request("GET", f"{make.place.query}?query=ASK%7B%7D", headers=many)
    yield Case(group, "500 headers", raw, CLIENT | ANSWERED, closed=True)
    raw = make.get("ASK {}", X_Large="y" * 1_000_000)
    yield Case(group, "a large header", raw, CLIENT, closed=True)
    for host in ("", "a b", "evil.example", "a" * 3000, "[::1", "localhost:99999", "é"):
        raw = request("GET", f"{make.place.query}?query=ASK%7B%7D", host=host)
        yield Case(group, f"Host {host[:20]!r}", raw, CLIENT | ANSWERED, closed=True)


def _misused_paths(make: Maker) -> Iterator[Case]:
    group = "misuse of HTTP"
    for path in (
        "/../../etc/passwd", "/static/../../../etc/passwd", "/static/%2e%2e/%2e%2e/etc/passwd",
        "/static/..%2f..%2fetc%2fpasswd", "/static//etc/passwd", "/static/..\\..\\windows",
        "/%00", "/static/%00", "/id/%00", "/id/../../etc/passwd", "/id/%2e%2e%2f", "/%ff%fe",
        "/" + "a" * 8000, "/" + "a/" * 2000, "/docs/../../etc/passwd", "/queries/../settings",
        "/queries/%2e%2e%2fsettings", "/exports/../../etc/passwd", "/graph/../../etc/passwd",
        "/graph/%2e%2e", "/.git/config", "/.env", "/wp-login.php", "/cgi-bin/sh",
        "/etc/passwd", "/ontology/../../etc/passwd", "/running/..%2f..", "/%25%32%65",
        "/id/%0d%0aSet-Cookie:a=b", "/%0d%0aSet-Cookie:a=b", "/explain?subject=%0d%0aX:y",
        "/workbench?query=%ff", "/explain?subject=%ff&predicate=%ff&object=%ff",
        "/explain?subject=" + "x" * 5000, "/search?q=%ff", "/search?q=" + "x" * 5000,
        "/queries/?page=-1", "/workbench?query=ASK%7B%7D&page=99999999999999999999",
        "/workbench?query=SELECT*%7B%7D&page=x", "//evil.example/", "/\\evil.example",
        "/id/%3Cscript%3E", "/search?q=%3Cscript%3Ealert(1)%3C/script%3E", "/id/",
    ):  # fmt: skip
        raw = request("GET", path)
        # Redirects go to other pages of the server.
        allowed = CLIENT | ANSWERED | {301, 302, 303, 308}
        yield Case(group, path[:60], raw, allowed)
