"""A server under queries that take all they can get: a true status, and nobody else notices."""

import json
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest

from serving import Answer, Server, hiding_httptools, serving, wait_until

# Large enough for a product that nobody waits for, and small enough to be loaded at once.
TRIPLES = "".join(f"<http://s/{n}> <http://p/> {n} .\n" for n in range(300))
ENDLESS = "?a ?p ?o . ?b ?q ?u . ?c ?r ?v . ?d ?s ?w"
pytestmark = pytest.mark.slow  # its limits have to be reached

LIGHT = "SELECT ?o { <http://s/7> ?p ?o }"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("data") / "data.ttl"
    data.write_text(TRIPLES, encoding="utf-8")
    limits = ["--timeout", "2", "--memory-limit", "64", "--workers", "4"]
    with serving("--data", data, "--entailment", "none", *limits) as started:
        yield started


@pytest.fixture(autouse=True)
def _answers_afterwards(server: Server) -> Iterator[None]:
    yield
    assert [row["o"]["value"] for row in rows(server.query(LIGHT))] == ["7"]


def rows(answer: Answer) -> list[dict[str, dict[str, str]]]:
    assert answer.status == 200, answer.text
    found: list[dict[str, dict[str, str]]] = json.loads(answer.body)["results"]["bindings"]
    return found


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT (COUNT(*) AS ?n) {{ {ENDLESS} }}",
        f"SELECT (GROUP_CONCAT(?o) AS ?n) {{ {ENDLESS} FILTER(?o + ?u + ?v + ?w > 9999) }}",
        f"ASK {{ {ENDLESS} FILTER(?o + ?u + ?v + ?w > 9999) }}",
        f"CONSTRUCT {{ ?a ?p ?w }} {{ {ENDLESS} FILTER(?o + ?u + ?v + ?w > 9999) }}",
        "SELECT * { " + " ".join(f"?a{n} ?p ?a{n + 1} ." for n in range(125)) + " }",
    ],
    ids=["count", "group_concat", "ask", "construct", "planning"],
)
def test_a_query_ends_at_its_time_limit(server: Server, query: str):
    answer = server.query(query)
    assert answer.status == 504
    assert "took longer than 2 s" in answer.text
    assert answer.headers["x-query-id"]


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT * {{ {ENDLESS} }} ORDER BY ?o ?u",
        f"SELECT DISTINCT * {{ {ENDLESS} }}",
        f"SELECT (GROUP_CONCAT(?a) AS ?all) {{ {ENDLESS} }}",
    ],
    ids=["order", "distinct", "group_concat"],
)
def test_a_query_ends_at_a_limit_however_much_it_holds(server: Server, query: str):
    # Which of the limits comes first is the machine's affair.
    assert server.query(query).status in (503, 504)


def test_an_answer_that_is_too_large_is_refused(server: Server):
    answer = server.query(f"SELECT * {{ {ENDLESS} }}", Accept="text/csv")
    assert answer.status in (503, 504)
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_a_large_answer_is_complete_and_says_how_long_it_is(server: Server, coding: str):
    import zlib

    answer = server.query(
        "SELECT * { ?a ?p ?o . ?b ?q ?u } LIMIT 20000", Accept="text/csv", Accept_Encoding=coding
    )
    assert answer.status == 200
    assert int(answer.headers["content-length"]) == len(answer.body)
    body = zlib.decompress(answer.body, wbits=31) if coding == "gzip" else answer.body
    assert body.count(b"\n") == 20_001


def test_a_reader_that_goes_away_harms_nobody(server: Server):
    connection = server.connect()
    query = "SELECT%20*%20%7B%3Fa%20%3Fp%20%3Fo.%3Fb%20%3Fq%20%3Fu%7D"
    connection.request("GET", f"/sparql?query={query}")
    assert connection.getresponse().read(10)
    connection.close()


def test_workers_make_different_random_values(server: Server):
    seen = set()
    lock = threading.Lock()

    def ask() -> None:
        # The product keeps the worker busy, so that the others cannot be answered by it.
        query = "SELECT (UUID() AS ?u) { { SELECT (COUNT(*) AS ?n) { ?a ?p ?o . ?b ?q ?v } } }"
        for row in rows(server.query(query)):
            with lock:
                seen.add(row["u"]["value"])

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 12


def running(server: Server) -> list[dict[str, object]]:
    listed: list[dict[str, object]] = json.loads(server.ask("GET", "/running").body)["running"]
    return listed


def test_a_running_query_is_listed_and_can_be_ended(server: Server):
    answers = []
    query = f"SELECT (COUNT(*) AS ?cancelled) {{ {ENDLESS} }}"
    thread = threading.Thread(target=lambda: answers.append(server.query(query)))
    thread.start()
    wait_until(lambda: running(server))
    listed = running(server)
    assert listed[0]["query"] == query
    assert server.ask("DELETE", f"/running/{listed[0]['id']}").status == 204
    thread.join()
    assert answers[0].status == 503
    assert "was cancelled" in answers[0].text
    assert answers[0].headers["x-query-id"] == listed[0]["id"]
    assert running(server) == []


CHOSEN = "chosen-by-the-client"


def test_a_query_goes_by_the_id_that_its_client_has_chosen(server: Server):
    answers = []
    query = f"SELECT (COUNT(*) AS ?chosen) {{ {ENDLESS} }}"
    ask = threading.Thread(target=lambda: answers.append(server.query(query, X_Query_Id=CHOSEN)))
    ask.start()
    wait_until(lambda: running(server))
    assert [entry["id"] for entry in running(server)] == [CHOSEN]
    # A second one at the same time goes by another, which its answer tells.
    other = server.query("ASK { ?other ?p 1 }", X_Query_Id=CHOSEN)
    assert other.headers["x-query-id"] != CHOSEN
    assert server.ask("DELETE", f"/running/{CHOSEN}").status == 204
    ask.join()
    assert answers[0].headers["x-query-id"] == CHOSEN
    assert "was cancelled" in answers[0].text


@pytest.mark.parametrize("chosen", ["short", "x" * 65, "with space within", "ünnamed-and-long"])
def test_an_id_that_could_be_guessed_or_break_a_line_is_not_taken(server: Server, chosen: str):
    query = f"ASK {{ ?s ?p ?o FILTER(?o = {len(chosen)}) }}"
    answer = server.query(query, X_Query_Id=chosen.encode("utf-8").decode("latin-1"))
    assert answer.status == 200
    assert answer.headers["x-query-id"] not in ("", chosen)


def test_light_queries_are_answered_while_heavy_ones_fill_their_places(server: Server):
    heavy = [
        threading.Thread(target=server.query, args=(f"SELECT (COUNT(*) AS ?n{n}) {{ {ENDLESS} }}",))
        for n in range(6)
    ]
    for thread in heavy:
        thread.start()
    wait_until(lambda: len(running(server)) == 6)
    for number in range(20):
        answer = server.query(f"SELECT ?o {{ <http://s/{number}> ?p ?o }}")
        assert [row["o"]["value"] for row in rows(answer)] == [str(number)]
    assert running(server)
    for thread in heavy:
        thread.join()


def lowered(server: Server) -> set[int]:
    """Return the workers of which a thread has a lower priority than this process."""
    mine = os.getpriority(os.PRIO_PROCESS, 0)
    found = set()
    for pid in server.children():
        with suppress(OSError):
            for task in Path(f"/proc/{pid}/task").iterdir():
                if os.getpriority(os.PRIO_PROCESS, int(task.name)) > mine:
                    found.add(pid)
    return found


@pytest.mark.skipif(
    os.getpriority(os.PRIO_PROCESS, 0) == 19, reason="the tests run at the lowest priority"
)
def test_a_heavy_query_gives_way_to_light_ones_and_leaves_no_slow_worker(server: Server):
    asking = threading.Thread(
        target=server.query, args=(f"SELECT (COUNT(*) AS ?gives_way) {{ {ENDLESS} }}",)
    )
    asking.start()
    while not lowered(server):
        assert asking.is_alive()
    asking.join()
    assert server.query("SELECT (COUNT(*) AS ?after) { ?s ?p ?o }").status == 200
    wait_until(lambda: not lowered(server))


def test_a_worker_that_dies_is_replaced(server: Server):
    server.query("SELECT (RAND() AS ?o) {}")
    workers = {
        pid
        for pid in server.children()
        if b"sorafenib_kg.web" not in Path(f"/proc/{pid}/cmdline").read_bytes()
    }
    assert workers
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    for number in range(10):
        # The first may find a worker gone that it was given; it is told so, and no more.
        answer = server.query(f"SELECT (COUNT(*) AS ?n) {{ ?s ?p {number} }}")
        assert answer.status in (200, 503)
    assert answer.status == 200


def test_pages_run_their_queries_in_workers(server: Server):
    answer = server.post(
        "/sparql", {"query": f"ASK {{ {ENDLESS} FILTER(?o + ?u + ?v + ?w > 9999) }}"}
    )
    assert answer.status == 504

    page = server.ask(
        "GET", f"/workbench?query={quote(f'ASK {{ {ENDLESS} FILTER(?o + ?u + ?v + ?w > 9999) }}')}"
    )
    assert page.status == 504, page.text
    assert "took longer than 2 s" in page.text


def test_an_answer_is_kept_with_its_tag(server: Server):
    first = server.query("SELECT ?kept { <http://s/9> ?p ?kept }")
    again = server.query("SELECT ?kept { <http://s/9> ?p ?kept }")
    assert first.headers["etag"] == again.headers["etag"]
    assert first.body == again.body
    assert "x-query-id" in first.headers
    assert "x-query-id" not in again.headers
    held = server.query(
        "SELECT ?kept { <http://s/9> ?p ?kept }", If_None_Match=again.headers["etag"]
    )
    assert (held.status, held.body) == (304, b"")


def test_waitress_serves_where_httptools_is_not(tmp_path: Path):
    """It also sees when a client has gone, and ends the query."""
    data = tmp_path / "data.ttl"
    data.write_text(TRIPLES, encoding="utf-8")
    arguments = ["--data", data, "--entailment", "none", "--timeout", "60"]
    with serving(*arguments, **hiding_httptools(tmp_path)) as started:
        answer = started.query(LIGHT)
        assert [row["o"]["value"] for row in rows(answer)] == ["7"]
        # The libraries of a process are mapped into its memory.
        maps = [Path(f"/proc/{pid}/maps").read_text() for pid in started.children()]
        assert not any("httptools" in lines for lines in maps)
        connection = started.connect()
        connection.request("GET", f"/sparql?query={quote(f'SELECT * {{ {ENDLESS} }}')}")
        wait_until(lambda: running(started))
        connection.close()
        wait_until(lambda: not running(started))
        assert started.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").status == 200


def test_the_query_of_a_client_that_hangs_up_ends(tmp_path: Path):
    data = tmp_path / "data.ttl"
    data.write_text(TRIPLES, encoding="utf-8")
    with serving("--data", data, "--entailment", "none", "--timeout", "60") as server:
        connection = server.connect()
        query = quote(f"SELECT (COUNT(*) AS ?n) {{ {ENDLESS} }}", safe="")
        connection.request("GET", f"/sparql?query={query}")
        wait_until(lambda: running(server))
        connection.close()
        wait_until(lambda: not running(server))
        ended = server.ask("GET", "/metrics").text
        assert 'workers_ended_total{reason="stopped"}' in ended
        assert 'reason="time"' not in ended


def test_many_small_queries_at_a_time_are_each_answered_their_own(server: Server):
    wrong = []

    def ask(start: int) -> None:
        for n in range(start, start + 60):
            found = rows(server.query(f"SELECT ?o {{ <http://s/{n % 300}> ?p ?o }} # {n}"))
            if [row["o"]["value"] for row in found] != [str(n % 300)]:
                wrong.append(n)

    threads = [threading.Thread(target=ask, args=(1000 * n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    # One that takes long comes in between, and the small ones do not wait for it.
    slow = server.query(f"SELECT (COUNT(*) AS ?between) {{ {ENDLESS} }}")
    for thread in threads:
        thread.join()
    assert slow.status == 504
    assert wrong == []


def test_a_query_that_turns_out_larger_than_its_like_harms_none_beside_it(server: Server):
    """Queries that differ by figures only are taken to cost alike, and are sent together."""

    def query(least: int, number: int) -> str:
        return (
            f"SELECT (COUNT(*) AS ?n) {{ ?a ?p ?b FILTER(?b > {least}) "
            f"?c ?q ?d . ?e ?r ?f FILTER(?d != ?f) }} # {number}"
        )

    def count(answer: Answer) -> str:
        return rows(answer)[0]["n"]["value"]

    for number in range(20):
        assert count(server.query(query(99999, number))) == "0"
    with ThreadPoolExecutor(16) as threads:
        before = [threads.submit(server.query, query(99999, n)) for n in range(100, 300)]
        # It has 27 million solutions.
        endless = threads.submit(server.query, query(0, 300))
        behind = [threads.submit(server.query, query(99999, n)) for n in range(400, 600)]
        assert {count(answer.result()) for answer in [*before, *behind]} == {"0"}
        assert endless.result().status == 504
