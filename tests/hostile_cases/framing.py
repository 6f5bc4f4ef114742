"""Bytes that are no whole request, or more than one."""

from collections.abc import Iterator

from hostile_cases.cases import ANSWERED, CLIENT, OF_QUERY, QUERY, Case, Maker, request


def broken_framing(make: Maker) -> Iterator[Case]:
    group = "broken framing"
    head = f"POST {make.place.query} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {QUERY}\r\n"
    end = "Connection: close\r\n\r\n"
    for lines, body in (
        ("Content-Length: -1\r\n", b"ASK {}"),
        ("Content-Length: x\r\n", b"ASK {}"),
        ("Content-Length: 6, 6\r\n", b"ASK {}"),
        ("Content-Length: 6, 7\r\n", b"ASK {}"),
        ("Content-Length: 6\r\nContent-Length: 7\r\n", b"ASK {}"),
        ("Content-Length: +6\r\n", b"ASK {}"),
        ("Content-Length: 0x6\r\n", b"ASK {}"),
        ("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", b"6\r\nASK {}\r\n0\r\n\r\n"),
        ("Transfer-Encoding: chunked\r\n", b"x\r\nASK {}\r\n0\r\n\r\n"),
        ("Transfer-Encoding: chunked\r\n", b"-6\r\nASK {}\r\n0\r\n\r\n"),
        ("Transfer-Encoding: chunked\r\n", b"FFFFFFFFFFFFFFFFFF\r\nASK {}\r\n0\r\n\r\n"),
        ("Transfer-Encoding: chunked\r\n", b"6ASK {}0"),
        ("Transfer-Encoding: chunked\r\n", b"3\r\nASK {}\r\n0\r\n\r\n"),
        ("Transfer-Encoding: nonsense\r\n", b"ASK {}"),
        ("Transfer-Encoding: chunked, chunked\r\n", b"6\r\nASK {}\r\n0\r\n\r\n"),
        (" Content-Length: 6\r\n", b"ASK {}"),
        ("Content-Length : 6\r\n", b"ASK {}"),
        ("Content Length: 6\r\n", b"ASK {}"),
        ("no colon\r\n", b"ASK {}"),
        (": no name\r\n", b"ASK {}"),
        ("X: a\x00b\r\nContent-Length: 6\r\n", b"ASK {}"),
        ("X: a\r\n folded\r\nContent-Length: 6\r\n", b"ASK {}"),
    ):
        raw = (head + lines + end).encode("latin-1") + body
        yield Case(group, f"{lines!r}"[:60], raw, CLIENT | ANSWERED | {501}, closed=True)
    for raw in (
        b"\r\n\r\n", b"\x00" * 100, b"\xff" * 100, b"GET\r\n\r\n", b"GET /\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.0\r\n\r\n",
        b"GET  /  HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"GET http://localhost/healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"GET localhost:80 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"GET * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"CONNECT localhost:22 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"GET /a b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"GET /\x01 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"GET /healthz HTTP/1.1\nHost: a\nConnection: close\n\n",
        b"GET /healthz HTTP/1.1\rHost: a\r\r", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\xff" * 60,
        b"SSH-2.0-x\r\n", b"GET / HTTP/1.1\r\nHost: a\r\n", b"POST /sparql HTTP/1.1\r\nHost",
        b"G", b"",
    ):  # fmt: skip
        yield Case(group, f"{raw[:40]!r}", raw, CLIENT | ANSWERED | {501, 505}, closed=True)
    partial = request("POST", make.place.query, b"ASK", {"Content-Length": "6"} | OF_QUERY)
    yield Case(group, "less than was said", partial, CLIENT, closed=True)
