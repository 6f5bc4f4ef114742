"""The plain parts between a request and a reply."""

import gzip
import tempfile
import zlib
from dataclasses import replace

import brotli
import pytest

from sorafenib_kg.errors import (
    BusyError,
    ForbiddenError,
    MisdirectedError,
    RequestTooLargeError,
    UnauthorizedError,
)
from sorafenib_kg.gateway.access import Access
from sorafenib_kg.gateway.cache import Entry, ResultCache
from sorafenib_kg.gateway.headers import cors_headers, preflight_headers
from sorafenib_kg.gateway.requests import Request
from sorafenib_kg.gateway.running import RunningQueries
from sorafenib_kg.gateway.streams import Streams
from sorafenib_kg.gateway.wsgi import client_of
from sorafenib_kg.negotiation import accepted_coding
from sorafenib_kg.processes.pool import Running
from sorafenib_kg.processes.spool import Spool
from sorafenib_kg.store import File
from sorafenib_kg.store.coding import CODINGS, SMALLEST, CodedOutput, encode, zstd


def entry(size: int) -> Entry:
    return Entry("", b"x" * size, '"tag"')


def test_the_cache_stays_within_its_size_and_keeps_what_is_used():
    cache = ResultCache(largest=20_000)
    for number in range(100):
        cache.put("1", number, entry(1000))
        cache.get("1", 0)
        assert cache.size <= 20_000
    assert cache.get("1", 0) is not None
    assert cache.get("1", 99) is not None
    assert cache.get("1", 1) is None


def test_where_room_is_scarce_what_is_cheap_has_to_be_asked_for_twice():
    cache = ResultCache(largest=80_000)
    for number in range(5):
        cache.put("1", number, entry(1500), seconds=0.001)
    assert [cache.get("1", number) is not None for number in range(5)] == [True] * 5
    for number in range(5, 500):
        cache.put("1", number, entry(1500), seconds=0.001)
    assert len(cache) == 5
    assert cache.get("1", 7) is None
    cache.put("1", 7, entry(1500), seconds=0.001)
    assert cache.get("1", 7) is not None
    # What took long is kept at once, and what nobody has measured.
    cache.put("1", "dear", entry(1500), seconds=0.5)
    cache.put("1", "unknown", entry(1500))
    assert (cache.get("1", "dear"), cache.get("1", "unknown")) == (entry(1500), entry(1500))


def test_what_came_once_long_ago_is_forgotten(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sorafenib_kg.gateway.cache._MOST_COMERS", 10)
    cache = ResultCache(largest=80_000)
    for number in range(5):
        cache.put("1", number, entry(1500), seconds=0.001)
    for number in (*range(100, 125), 114, 102):
        cache.put("1", number, entry(1500), seconds=0.001)
    assert cache.get("1", 114) is not None
    assert cache.get("1", 102) is None


def test_the_cache_takes_nothing_that_would_empty_it():
    cache = ResultCache(largest=20_000)
    cache.put("1", "key", entry(cache.largest_body + 1))
    assert cache.get("1", "key") is None


def test_another_version_finds_nothing_and_forgets_the_old():
    cache = ResultCache()
    cache.put("1", "key", entry(5))
    cache.name("1", "name", "key", 4)
    assert cache.named("1", "name") is not None
    assert cache.named("2", "name") is None
    assert cache.get("2", "key") is None
    cache.put("2", "other", entry(5))
    assert cache.get("1", "key") is None
    assert cache.named("2", "name") is None


def test_a_name_leads_nowhere_once_its_answer_is_gone():
    cache = ResultCache(largest=20_000)
    cache.put("1", "key", entry(1000))
    cache.name("1", "name", "key", 4)
    for number in range(100):
        cache.put("1", number, entry(1000))
    assert cache.named("1", "name") is None


DECODERS = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": zstd.decompress,
}


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("parts", [1, 7, 1000])
def test_a_coded_body_decodes_to_itself(coding, parts):
    body = bytes(range(256)) * 40
    step = -(-len(body) // parts)
    spool = Spool()
    output = CodedOutput(spool, coding)
    for start in range(0, len(body), step):
        output.write(body[start : start + step])
    assert output.finish() == coding
    assert DECODERS[coding](spool.body) == body
    assert DECODERS[coding](encode(body, coding)) == body


@pytest.mark.parametrize(("size", "coded"), [(0, False), (SMALLEST - 1, False), (SMALLEST, True)])
def test_a_small_body_stays_as_it_is(size, coded):
    spool = Spool()
    output = CodedOutput(spool, "gzip")
    for _ in range(size):
        output.write(b"x")
    assert (output.finish() == "gzip") is coded
    body = zlib.decompress(spool.body, wbits=31) if coded else spool.body
    assert body == b"x" * size


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        (None, None),
        ("", None),
        ("identity", None),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1, br;q=0.5", "gzip"),
        ("gzip;q=0", None),
        ("*", "br"),
        ("*, br;q=0", "zstd"),
        ("gzip;q=0.5, identity", None),
        ("gzip;q=nonsense", None),
        ("compress", None),
    ],
)
def test_the_coding_is_one_that_the_client_takes(header, coding):
    assert accepted_coding(header) == coding


def request(remote: str = "127.0.0.1", method: str = "GET", path: str = "/", **headers: str):
    named = {"host": "localhost:1"} | {k.replace("_", "-"): v for k, v in headers.items()}
    return Request(method, path, b"", "http://localhost/", named, remote=remote)


TOKEN = "the token"  # noqa: S105 - of this test
BEARER = f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        (request(authorization=BEARER), None),
        (request("192.0.2.1", host="example.org", authorization=BEARER), None),
        (request("::1", host="[::1]:7979", authorization=BEARER), None),
        (request(host="kg.test", authorization=BEARER), None),
        (request(), UnauthorizedError),
        (request(authorization="Bearer other"), ForbiddenError),
        (request(authorization=f"Basic {TOKEN}"), ForbiddenError),
        (request(authorization="Bearer the tokeé"), ForbiddenError),
        (request(host="evil.example", authorization=BEARER), MisdirectedError),
        (request(host="", authorization=BEARER), MisdirectedError),
    ],
)
def test_the_token_is_needed_even_here(asked, error):
    access = Access(TOKEN, ["kg.test"])
    if error is None:
        access.require_token(asked)
    else:
        with pytest.raises(error):
            access.require_token(asked)


def test_a_token_may_have_any_letters():
    sent = "Bearer " + "tökén".encode().decode("latin-1")
    Access("tökén").require_token(request(authorization=sent))
    with pytest.raises(ForbiddenError):
        Access("tökén").require_token(request(authorization="Bearer token"))


@pytest.mark.parametrize("authorization", ["Bearer ", "Bearer None", "Bearer"])
def test_without_a_token_nobody_has_it(authorization):
    with pytest.raises(ForbiddenError):
        Access(None).require_token(request(authorization=authorization))


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        (request(), None),
        (request("::ffff:127.0.0.1"), None),
        (request("192.0.2.1", authorization=BEARER), None),
        (request("192.0.2.1"), ForbiddenError),
        (request(x_forwarded_for="192.0.2.1"), ForbiddenError),
        (request(forwarded="for=192.0.2.1"), ForbiddenError),
        (request(host="evil.example"), MisdirectedError),
        (request(""), ForbiddenError),
    ],
)
def test_a_neighbour_is_on_this_machine_and_knows_its_name(asked, error):
    access = Access(TOKEN)
    if error is None:
        access.require_neighbour(asked)
    else:
        with pytest.raises(error):
            access.require_neighbour(asked)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (request(path="/running"), 200),
        (request(path="/running", method="HEAD"), 200),
        (request(path="/running/known", method="DELETE"), 204),
        (request(path="/running/other", method="DELETE"), 404),
        (request(path="/running", method="DELETE"), 405),
        (request(path="/running/known"), 405),
        (request("192.0.2.1", path="/running"), 403),
        (request("192.0.2.1", path="/running/known", method="DELETE"), 403),
    ],
)
def test_running_queries_are_for_neighbours(asked, status):
    cancelled = []

    def cancel(query_id: str) -> bool:
        cancelled.append(query_id)
        return query_id == "known"

    reply = RunningQueries(list, cancel, Access(TOKEN)).respond(asked)
    assert reply.status == status
    assert cancelled == ([asked.path.split("/")[-1]] if status in (204, 404) else [])
    assert not any(name.startswith("Access-Control") for name, _ in reply.headers)


CHOSEN = "0123456789abcdef"


@pytest.mark.parametrize(
    ("remote", "path", "chosen", "status"),
    [
        pytest.param("192.0.2.1", f"/running/{CHOSEN}", True, 204, id="by_its_chooser"),
        pytest.param("192.0.2.9", f"/running/{CHOSEN}", True, 403, id="by_another_client"),
        pytest.param("192.0.2.1", f"/running/{CHOSEN}", False, 403, id="not_chosen"),
        pytest.param("192.0.2.1", f"/running/{CHOSEN}0", True, 403, id="another_id"),
        pytest.param("192.0.2.1", "/running", True, 403, id="the_list"),
    ],
)
def test_whoever_chose_the_id_of_a_query_may_end_it(remote, path, chosen, status):
    method = "GET" if path == "/running" else "DELETE"
    asked = replace(request(remote, path=path, method=method), client=remote)
    entry = Running(CHOSEN, "192.0.2.1", "ASK {}", chosen=chosen)
    running = RunningQueries(lambda: [entry], lambda query_id: query_id == CHOSEN, Access(None))
    assert running.respond(asked).status == status


def large() -> File:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the stream
    file.write(b"abc")
    file.seek(0)
    return File(file, 3)


def test_large_answers_have_places_of_which_a_client_gets_a_part():
    streams = Streams(8)
    sent = [streams.open(large(), client) for client in ("a", "a", "b", "b", "c", "c", "d")]
    with pytest.raises(BusyError):
        streams.open(large(), "a")
    sent.append(streams.open(large(), "d"))
    with pytest.raises(BusyError):
        streams.open(large(), "e")
    assert list(sent[0]) == [b"abc"]
    sent[0].close()
    sent[0].close()
    assert b"".join(streams.open(large(), "e")) == b"abc"


def test_a_body_is_not_read_beyond_what_may_be_sent():
    read = []

    def reading(size: int) -> bytes:
        read.append(size)
        return b"x" * size

    asked = Request("POST", "/", b"", "http://localhost/", {"content-length": "11"}, reading)
    with pytest.raises(RequestTooLargeError):
        asked.body(10)
    assert read == []
    asked = Request("POST", "/", b"", "http://localhost/", {}, reading)
    with pytest.raises(RequestTooLargeError):
        asked.body(10)
    assert read == [11]


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:2", "2001:db8::/64"),
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
        (None, ""),
    ],
)
def test_a_client_is_an_address_or_a_network(address, client):
    assert client_of({"REMOTE_ADDR": address}) == client


@pytest.mark.parametrize(
    ("origin", "allowed", "varies"),
    [("*", "*", False), ("https://a.example", "https://a.example", True), ("none", None, False)],
)
def test_pages_of_other_sites_read_what_they_may(origin, allowed, varies):
    headers = dict(cors_headers(origin))
    assert headers.get("Access-Control-Allow-Origin") == allowed
    assert ("Vary" in headers) is varies
    assert bool(preflight_headers(origin)) is (allowed is not None)
    assert "Access-Control-Allow-Credentials" not in headers
