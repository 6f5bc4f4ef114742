"""What is done with every request: its id, its client, its rate, its line in the log."""

import json
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest

from sorafenib_kg.errors import BusyError, TooManyRequestsError
from sorafenib_kg.gateway.access_log import AccessLog, opened
from sorafenib_kg.gateway.clients import Proxies, client_of, is_loopback
from sorafenib_kg.gateway.counts import BUCKETS, Counts
from sorafenib_kg.gateway.front import Front
from sorafenib_kg.gateway.ledger import Exchange, Ledger
from sorafenib_kg.gateway.rates import Rates
from sorafenib_kg.gateway.requests import Asked
from sorafenib_kg.gateway.stack import Deferred
from sorafenib_kg.gateway.wsgi import ASKED

QUERY = "SELECT * { ?secret <http://example.org/p> ?o }"
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def replying(body: Iterable[bytes], asked: Asked | None = None) -> Application:
    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ[ASKED] = asked
        start_response("200 OK", [("Content-Type", "text/plain")])
        return body

    return application


def ask(front: Front, **environ: str) -> tuple[str, dict[str, str], bytes]:
    told: list[Any] = []
    body = front(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": "/sparql",
            "REMOTE_ADDR": "192.0.2.1",
            **environ,
        },
        lambda status, headers, exc_info=None: told.extend([status, dict(headers)]),
    )
    content = b"".join(body)
    if hasattr(body, "close"):
        body.close()
    return told[0], told[1], content


def logged(application: Application, **environ: str) -> list[dict[str, Any]]:
    lines: list[bytes] = []
    ledger = Ledger(AccessLog(lines.append))
    ask(Front(application, ledger=ledger), **environ)
    ledger.flush()
    return [json.loads(line) for line in b"".join(lines).splitlines()]


def test_what_is_no_host_is_refused_behind_any_server():
    status, _, body = ask(Front(replying([b"answered"])), HTTP_HOST="a|b")
    assert status == "400 Bad Request"
    assert b"'a|b'" in body


@pytest.mark.parametrize("sent", ["a", "0af7651916cd43dd8448eb211c80319c", "a.b-c_d:e/f=@g+h"])
def test_a_request_keeps_the_id_that_it_came_with(sent: str):
    _, headers, _ = ask(Front(replying([b""])), HTTP_X_REQUEST_ID=sent)
    assert headers["X-Request-Id"] == sent


@pytest.mark.parametrize(
    "sent", ["", "a b", 'a"', "a\\", "a\r\nSet-Cookie: b", "é", "a" * 129, "-a", "a\n"]
)
def test_another_id_is_made_for_what_could_do_harm(sent: str):
    front = Front(replying([b""]))
    ids = [ask(front, HTTP_X_REQUEST_ID=sent)[1]["X-Request-Id"] for _ in range(3)]
    assert len(set(ids)) == 3
    assert all(made and made != sent and made.isascii() and made.isprintable() for made in ids)


def test_a_line_tells_of_the_request_and_of_no_secret():
    asked = Asked(QUERY, "1.2", "query-7")
    [line] = logged(
        replying([b"12", b"345"], asked),
        QUERY_STRING="query=SELECT&token=hush",
        HTTP_AUTHORIZATION="Bearer hush",
        HTTP_X_REQUEST_ID="mine",
    )
    assert line.pop("time").startswith("20")
    assert line.pop("seconds") >= 0
    assert line == {
        "request": "mine",
        "client": "192.0.2.1",
        "method": "GET",
        "path": "/sparql",
        "status": 200,
        "bytes": 5,
        "version": "1.2",
        "cache": "miss",
        "query_hash": blake2b(QUERY.encode(), digest_size=8).hexdigest(),
        "query_length": len(QUERY),
        "query_id": "query-7",
    }


@pytest.mark.parametrize("kept", [True, False])
def test_the_text_of_a_query_is_written_only_if_that_is_asked_for(kept: bool):
    lines: list[bytes] = []
    exchange: Exchange = (
        0.0,
        1.0,
        "id",
        "c",
        "GET",
        "/",
        "200 OK",
        1,
        Asked(QUERY, "1", kept=kept),
    )
    AccessLog(lines.append)([exchange])
    assert b"secret" not in lines[0]
    AccessLog(lines.append, with_queries=True)([exchange])
    assert json.loads(lines[1])["query"] == QUERY


@pytest.mark.parametrize(
    "path", ['/a"b', "/a\\", "/a\nb", "/\x00", "/é", "/\ud800", "/" + "a" * 5000]
)
def test_no_path_makes_a_line_that_is_not_json(path: str):
    [line] = logged(replying([b""]), PATH_INFO=path, REQUEST_METHOD='G"')
    assert line["path"] == path[:500]
    assert line["method"] == 'G"'


def test_a_body_that_is_given_up_is_told_by_what_was_sent():
    lines: list[bytes] = []
    ledger = Ledger(AccessLog(lines.append))
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "REMOTE_ADDR": "::1"}
    front = Front(replying(iter([b"123", b"45", b"6"])), ledger=ledger)
    body = iter(front(environ, lambda *_: None))
    assert next(body) + next(body) == b"12345"
    ledger.flush()
    assert lines == []
    body.close()  # type: ignore[attr-defined]
    del body
    ledger.flush()
    assert [json.loads(line)["bytes"] for line in lines] == [5]


def test_a_mistake_of_the_server_is_told_to_its_keeper_only(capsys: pytest.CaptureFixture[str]):
    def application(environ: object, start_response: object) -> Iterable[bytes]:
        raise ValueError("/etc/hidden")

    status, headers, body = ask(Front(application), HTTP_X_REQUEST_ID="mine")
    assert status == "500 Internal Server Error"
    assert b"hidden" not in body
    assert headers["X-Content-Type-Options"] == "nosniff"
    told = capsys.readouterr().err
    assert "request mine" in told
    assert "ValueError: /etc/hidden" in told


def test_pages_that_cannot_be_made_now_are_told_by_a_true_status():
    def make() -> Application:
        raise BusyError("no query worker became free in time")

    status, headers, body = ask(Front(Deferred(make)))
    assert status == "503 Service Unavailable"
    assert headers["Retry-After"] == "2"
    assert b"no query worker became free in time" in body


def test_what_is_entered_while_it_is_written_is_not_forgotten():
    written: list[Exchange] = []
    all_written = threading.Event()

    def write(exchanges: Iterable[Exchange]) -> None:
        written.extend(exchanges)
        if len(written) == 4000:
            all_written.set()

    ledger = Ledger(write)
    ledger.start()

    def enter(part: int) -> None:
        for number in range(1000):
            ledger.enter((0.0, 0.0, f"{part}-{number}", "", "", "", "200", 0, None))

    threads = [threading.Thread(target=enter, args=(part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    assert all_written.wait(60)
    assert len({exchange[2] for exchange in written}) == 4000


def test_a_log_that_nobody_reads_loses_lines_and_holds_nobody_up():
    ledger = Ledger(most_waiting=10)
    for _ in range(15):
        ledger.enter((0.0, 0.0, "", "", "", "", "200", 0, None))
    assert ledger.lost == 5


def test_a_log_that_was_moved_away_is_begun_anew(tmp_path: Path):
    path = tmp_path / "log"
    write = opened(str(path))
    assert write is not None
    write(b"one\n")
    path.rename(tmp_path / "old")
    write(b"two\n")
    write(b"three\n")
    assert (tmp_path / "old").read_bytes() == b"one\n"
    assert path.read_bytes() == b"two\nthree\n"
    assert opened("none") is None


def test_a_bucket_gives_a_burst_and_then_its_rate():
    rates = Rates(per_second=2, burst=3)
    for _ in range(3):
        rates.take("a", 100.0)
    with pytest.raises(TooManyRequestsError) as refused:
        rates.take("a", 100.0)
    assert refused.value.retry_after == 1
    rates.take("b", 100.0)
    rates.take("a", 100.5)
    with pytest.raises(TooManyRequestsError):
        rates.take("a", 100.5)
    for _ in range(3):
        rates.take("a", 200.0)
    assert rates.refused == 2


def test_a_slow_rate_says_how_long_to_wait():
    rates = Rates(per_second=0.1, burst=1)
    rates.take("a", 0.0)
    with pytest.raises(TooManyRequestsError) as refused:
        rates.take("a", 2.5)
    assert refused.value.retry_after == 8


def test_the_table_of_clients_has_an_end():
    rates = Rates(per_second=1, burst=1, most_clients=100)
    for number in range(1000):
        rates.take(f"client {number}", float(number) / 1000)
        assert len(rates) <= 100
    with pytest.raises(TooManyRequestsError):
        rates.take("client 999", 1.0)


def test_a_client_above_its_rate_is_refused_but_on_this_machine():
    front = Front(replying([b"x"]), rates=Rates(per_second=0.001, burst=1))
    assert ask(front)[0] == "200 OK"
    status, headers, body = ask(front, HTTP_ACCEPT="application/json")
    assert status == "429 Too Many Requests"
    assert headers["Content-Type"] == "application/problem+json"
    assert headers["Retry-After"] == "1000"
    assert headers["X-Request-Id"]
    assert json.loads(body)["status"] == 429
    assert ask(front, REMOTE_ADDR="192.0.2.2")[0] == "200 OK"
    for _ in range(3):
        assert ask(front, REMOTE_ADDR="127.0.0.1")[0] == "200 OK"
        assert ask(front, REMOTE_ADDR="::1")[0] == "200 OK"


def test_neighbours_in_a_network_of_ipv6_are_one_client():
    front = Front(replying([b"x"]), rates=Rates(per_second=0.001, burst=1))
    assert ask(front, REMOTE_ADDR="2001:db8::1")[0] == "200 OK"
    assert ask(front, REMOTE_ADDR="2001:db8::2")[0] == "429 Too Many Requests"
    assert ask(front, REMOTE_ADDR="2001:db8:0:1::1")[0] == "200 OK"


@pytest.mark.parametrize(
    ("remote", "forwarded", "address"),
    [
        pytest.param("10.0.0.1", "203.0.113.9", "203.0.113.9", id="one_proxy"),
        pytest.param("10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9", id="two_proxies"),
        pytest.param("10.0.0.1", "1.1.1.1, 203.0.113.9", "203.0.113.9", id="made_up_by_the_client"),
        pytest.param("10.0.0.1", "junk, 203.0.113.9", "203.0.113.9", id="junk_before"),
        pytest.param("10.0.0.1", "203.0.113.9, junk", "10.0.0.1", id="junk_behind"),
        pytest.param("10.0.0.1", "203.0.113.9:4711", "203.0.113.9", id="port"),
        pytest.param("10.0.0.1", "[2001:db8::7]:4711", "2001:db8::7", id="port_of_ipv6"),
        pytest.param("10.0.0.1", "2001:db8::7", "2001:db8::7", id="ipv6"),
        pytest.param("10.0.0.1", "", "10.0.0.1", id="empty"),
        pytest.param("10.0.0.1", "," * 100_000 + "203.0.113.9", "203.0.113.9", id="long"),
        pytest.param("::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9", id="mapped"),
        pytest.param("198.51.100.1", "203.0.113.9", "198.51.100.1", id="not_trusted"),
    ],
)
def test_a_trusted_proxy_says_for_whom_it_asks(remote: str, forwarded: str, address: str):
    assert Proxies.named(["10.0.0.0/8"]).address_behind(remote, forwarded) == address


def test_without_trust_nobody_can_say_to_be_another():
    assert Proxies().address_behind("127.0.0.1", "203.0.113.9") == "127.0.0.1"
    front = Front(replying([b"x"]), rates=Rates(per_second=0.001, burst=1))
    assert ask(front, HTTP_X_FORWARDED_FOR="127.0.0.1")[0] == "200 OK"
    assert ask(front, HTTP_X_FORWARDED_FOR="127.0.0.2")[0] == "429 Too Many Requests"


@pytest.mark.parametrize(
    ("address", "local"),
    [
        *((address, True) for address in ("127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1")),
        *((address, False) for address in ("10.0.0.1", "", "localhost", "::")),
    ],
)
def test_what_is_of_this_machine(address: str, local: bool):
    assert is_loopback(address) is local


def test_an_address_of_ipv4_in_ipv6_is_that_of_ipv4():
    assert client_of("::ffff:192.0.2.1") == client_of("192.0.2.1")


def test_counts_are_by_route_method_and_status():
    counts = Counts()
    counts.know(["/sparql", "/id"])
    exchanges: list[Exchange] = [
        (0.0, 0.0004, "", "", "GET", "/sparql", "200 OK", 7, Asked("q", "1", kept=True)),
        (0.0, 0.002, "", "", "GET", "/sparql", "200 OK", 7, Asked("q", "1")),
        (0.0, 99.0, "", "", "BREW", "/made/up", "405 Method Not Allowed", 1, None),
    ]
    counts(exchanges)
    counts((0.0, 0.0, "", "", "GET", f"/id/{n}", "404 Not Found", 0, None) for n in range(5000))  # type: ignore[arg-type]
    assert dict(counts.requests) == {
        ("/sparql", "GET", 200): 2,
        ("other", "other", 405): 1,
        ("/id", "GET", 404): 5000,
    }
    assert (counts.kept, counts.made, counts.sent) == (1, 1, 15)
    by_end = dict(counts.latencies["/sparql"].cumulative())
    assert [by_end["0.0005"], by_end["0.001"], by_end["0.0025"], by_end["+Inf"]] == [1, 1, 2, 2]
    assert dict(counts.latencies["other"].cumulative())[str(BUCKETS[-1])] == 0


def test_a_deferred_application_is_made_once_when_it_is_first_asked_for():
    made = []

    def make():
        made.append(len(made))
        return lambda environ, start_response: [b"here"]

    deferred = Deferred(make)
    assert made == []
    with ThreadPoolExecutor(8) as threads:
        bodies = list(threads.map(lambda _: deferred({}, lambda *_: None), range(40)))
    assert made == [0]
    assert bodies == [[b"here"]] * 40


def test_what_could_not_be_made_is_tried_again():
    def make():
        if not failures:
            return lambda environ, start_response: [b"here"]
        raise failures.pop()

    failures = [OSError("no file")]
    deferred = Deferred(make)
    with pytest.raises(OSError, match="no file"):
        deferred.prepare()
    assert deferred({}, lambda *_: None) == [b"here"]
