"""A server as its keeper sees it: log, metrics, health."""

import json
import re
import socket
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path
from typing import Any

import pytest

from serving import AUTHORIZED, TOKEN, Answer, Server, read, serving

QUERY = "SELECT ?hidden { ?s ?p ?hidden }"
TRIPLES = "".join(f"<http://s/{n}> <http://p/> {n} .\n" for n in range(50))
pytestmark = pytest.mark.slow  # servers are started


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("operation")


@pytest.fixture(scope="module")
def server(place: Path) -> Iterator[Server]:
    data = place / "data.ttl"
    data.write_text(TRIPLES, encoding="utf-8")
    arguments = ["--data", data, "--entailment", "none", "--timeout", "2", "--writable"]
    with serving(*arguments, "--access-log", place / "log", SORAFENIB_KG_TOKEN=TOKEN) as started:
        yield started


def sent(server: Server, raw: bytes) -> Answer:
    """Return the answer to bytes that may be no request."""
    with socket.create_connection(("127.0.0.1", server.port), 30) as connection:
        connection.sendall(raw)
        response = HTTPResponse(connection)
        response.begin()
        return read(response)


def log_of(place: Path, request_id: str) -> dict[str, Any]:
    """Return the line of a request, waiting for it to be written."""
    while True:
        for line in (place / "log").read_text(encoding="utf-8").splitlines():
            found: dict[str, Any] = json.loads(line)
            if found["request"] == request_id:
                return found


def metrics(server: Server) -> dict[str, float]:
    answer = server.ask("GET", "/metrics")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def requests(found: dict[str, float], **labels: str) -> float:
    said = ",".join(f'{name}="{value}"' for name, value in sorted(labels.items()))
    return found.get(f"sorafenib_kg_http_requests_total{{{said}}}", 0)


SECURITY = {
    "content-security-policy": "default-src 'none';",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
PUBLIC = [
    "/", "/sparql", "/sparql?query=ASK%7B%7D", "/sparql?query=SELEKT", "/healthz", "/readyz",
    "/queries/", "/nothing", "/id/nothing", "/workbench", "/docs/",
]  # fmt: skip
PRIVATE = ["/running", "/running/none", "/metrics", "/update"]
GRAPHS = ["/graph-store", "/graph-store?default", "/graph/nothing"]


@pytest.mark.parametrize("accept", ["text/html", "application/json", "*/*", "nonsense"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "DELETE", "PATCH"])
def test_every_answer_has_the_headers_of_security_once(server: Server, method: str, accept: str):
    for path in PUBLIC + PRIVATE + GRAPHS:
        connection = server.connect()
        connection.request(method, path, headers={"Accept": accept})
        response = connection.getresponse()
        body = response.read()
        connection.close()
        asked = (method, path, response.status)
        for name, beginning in SECURITY.items():
            found = response.headers.get_all(name)
            assert found is not None, (name, *asked)
            assert len(found) == 1, (name, *asked)
            assert found[0].startswith(beginning), (name, *asked)
        assert "frame-ancestors 'none'" in response.headers["content-security-policy"], asked
        if path not in GRAPHS:
            shared = "cross-origin" if path in PUBLIC else "same-origin"
            assert response.headers["cross-origin-resource-policy"] == shared, asked
            assert ("access-control-allow-origin" in response.headers) is (path in PUBLIC), asked
        assert response.headers["x-request-id"], asked
        version = response.headers.get_all("x-dataset-version")
        assert version == [server.query("ASK {}").headers["x-dataset-version"]], asked
        # RFC 9110, section 8.6
        assert ("content-length" in response.headers) is (response.status != 204), asked
        assert response.status < 500, asked
        if response.status >= 400 and method != "HEAD":
            assert body, asked
        if response.status == 405:
            assert response.headers["allow"], asked


@pytest.mark.parametrize(
    "raw",
    [
        b"BREW / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/2.0\r\nHost: a\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
    ],
)
def test_a_refusal_of_what_is_no_request_tells_the_version_too(server: Server, raw: bytes):
    found = sent(server, raw)
    assert found.status in (400, 505)
    assert found.headers["x-dataset-version"] == server.query("ASK {}").headers["x-dataset-version"]
    assert found.headers["x-request-id"]


@pytest.mark.parametrize("path", ["/sparql", "/sparql?query=ASK%7B%7D", "/", "/healthz"])
@pytest.mark.parametrize(
    "host", ["a|b", "a b", 'a"b', "a\\b", "a{b", "a^b", "a`b", "%zz", "[::1", "http://a/"]
)
def test_what_is_no_host_is_named_and_refused(server: Server, path: str, host: str):
    found = sent(server, f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    assert found.status == 400
    assert repr(host).encode() in found.body


@pytest.mark.parametrize("path", ["/sparql", "/graph-store", "/update", "/"])
def test_a_connection_goes_on_behind_an_answer_without_content(server: Server, path: str):
    connection = server.connect()
    connection.request("OPTIONS", path)
    response = connection.getresponse()
    assert (response.status, response.read()) == (204, b"")
    assert "content-length" not in response.headers
    socket_before = connection.sock
    connection.request("GET", "/sparql?query=ASK%7B%7D")
    assert connection.getresponse().status == 200
    assert connection.sock is socket_before
    connection.close()


def test_what_the_client_has_already_comes_without_a_length(server: Server):
    for path in ("/sparql?query=ASK%7B%7D", "/graph-store?default"):
        tag = server.ask("GET", path).headers["etag"]
        answer = server.ask("GET", path, If_None_Match=tag)
        assert (answer.status, answer.body) == (304, b"")
        assert "content-length" not in answer.headers
        assert answer.headers["x-dataset-version"]
    # RFC 9110, 13.1.3: other methods than GET and HEAD ignore it.
    held = {"If_None_Match": "*", "If_Modified_Since": "Fri, 31 Dec 2199 00:00:00 GMT"}
    assert server.post("/sparql", {"query": "ASK {}"}, **held).status == 200


def test_a_server_is_ready_when_its_workers_answer(server: Server):
    ready = json.loads(server.ask("GET", "/readyz").body)
    assert ready["status"] == "ready"
    assert ready["version"] == server.query("ASK {}").headers["x-dataset-version"]
    assert ready["changes"] == "memory"  # they end with the server
    assert json.loads(server.ask("GET", "/healthz").body)["status"] == "up"


@pytest.mark.parametrize(
    "path",
    ["/sparql?query=ASK%7B%7D", "/", "/healthz", "/running", "/metrics", "/nothing", "/update"],
)
def test_every_answer_has_the_id_of_its_request(server: Server, place: Path, path: str):
    name = "id-of" + re.sub(r"\W", "-", path)
    answer = server.ask("GET", path, X_Request_Id=name)
    assert answer.headers["x-request-id"] == name
    line = log_of(place, name)
    assert (line["path"], line["status"]) == (path.partition("?")[0], answer.status)
    assert line["bytes"] == len(answer.body)
    assert server.ask("GET", path).headers["x-request-id"] != name


def test_the_log_has_neither_query_nor_token(server: Server, place: Path):
    bearer = f"Bearer {TOKEN}"
    server.query(QUERY, X_Request_Id="secret-1", Authorization=bearer)
    server.query(QUERY, X_Request_Id="secret-2", Authorization=bearer)
    server.post("/sparql", {"query": QUERY}, X_Request_Id="secret-3", Authorization=bearer)
    first, second, third = (log_of(place, f"secret-{number}") for number in (1, 2, 3))
    assert [line["cache"] for line in (first, second, third)] == ["miss", "hit", "hit"]
    assert len({line["query_hash"] for line in (first, second, third)}) == 1
    assert {line["query_length"] for line in (first, second, third)} == {len(QUERY)}
    assert first["query_id"]
    text = (place / "log").read_text(encoding="utf-8")
    assert "?hidden" not in text
    assert TOKEN not in text


def test_a_query_that_is_refused_is_told_by_its_hash_too(server: Server, place: Path):
    assert server.query("SELECT * {", X_Request_Id="refused").status == 400
    line = log_of(place, "refused")
    assert (line["status"], line["query_length"]) == (400, 10)
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n2 ?o }"
    assert server.query(endless, X_Request_Id="late").status == 504
    line = log_of(place, "late")
    assert (line["status"], line["query_length"]) == (504, len(endless))
    assert line["seconds"] >= 2


def test_metrics_count_what_was_asked(server: Server):
    before = metrics(server)
    labels = {"method": "GET", "route": "/sparql", "status": "200"}
    for _ in range(5):
        assert server.query("SELECT ?counted { ?counted ?p 7 }").status == 200
    assert server.query("SELEKT").status == 400
    after = metrics(server)
    assert requests(after, **labels) - requests(before, **labels) == 5
    labels["status"] = "400"
    assert requests(after, **labels) - requests(before, **labels) == 1

    def grown(name: str) -> float:
        return after[f"sorafenib_kg_{name}"] - before.get(f"sorafenib_kg_{name}", 0)

    assert grown('queries_total{cache="hit"}') == 4
    assert grown('queries_total{cache="miss"}') == 2
    assert grown('http_request_duration_seconds_count{route="/sparql"}') == 6
    assert after["sorafenib_kg_web_starts_total"] == 1
    assert after['sorafenib_kg_resident_bytes{process="data"}'] > 2**20
    assert after['sorafenib_kg_resident_bytes{process="web"}'] > 2**20


def test_metrics_tell_why_workers_have_ended(server: Server):
    def by_time() -> float:
        return metrics(server).get('sorafenib_kg_workers_ended_total{reason="time"}', 0)

    before = by_time()
    endless = "SELECT (SUM(?c) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n2 ?o }"
    assert server.query(endless).status == 504
    assert by_time() == before + 1


def test_metrics_tell_how_much_there_is_and_of_which_version(server: Server):
    before = metrics(server)
    answer = server.update("INSERT DATA { <http://s/new> <http://p/> 1, 2, 3 }")
    assert answer.status == 204, answer.text
    after = metrics(server)
    # In the graph of what is added, and in the merge.
    assert after["sorafenib_kg_quads"] - before["sorafenib_kg_quads"] == 6
    [version] = [name for name in after if name.startswith("sorafenib_kg_dataset_info")]
    assert f'version="{answer.headers["x-dataset-version"]}"' in version
    changed = "sorafenib_kg_dataset_changed_timestamp_seconds"
    assert after[changed] > before[changed]


def test_metrics_are_not_for_everybody(server: Server):
    forwarded = server.ask("GET", "/metrics", X_Forwarded_For="192.0.2.1")
    assert forwarded.status == 403
    allowed = server.ask("GET", "/metrics", X_Forwarded_For="192.0.2.1", **AUTHORIZED)
    assert allowed.status == 200
    assert server.ask("GET", "/metrics", Host="evil.example").status == 421
    assert server.ask("POST", "/metrics").headers["allow"] == "GET, HEAD"


def test_what_is_no_request_is_answered_and_logged(tmp_path: Path):
    log = tmp_path / "log"
    with serving("--empty", "--access-log", log) as started:
        answer = started.ask("BREW", "/sparql")
        assert answer.status == 400
        assert answer.text.startswith("400 Bad Request: this is not HTTP/1.1")
        for name, beginning in SECURITY.items():
            assert answer.headers[name].startswith(beginning)
    [line] = map(json.loads, log.read_text().splitlines())
    assert (line["status"], line["request"]) == (400, answer.headers["x-request-id"])


def test_what_happens_at_the_end_is_in_the_log(tmp_path: Path):
    log = tmp_path / "log"
    with serving("--empty", "--access-log", log) as started:
        assert started.query("ASK {}", X_Request_Id="the-last").status == 200
    assert [json.loads(line)["request"] for line in log.read_text().splitlines()] == ["the-last"]


def test_a_log_that_cannot_be_written_is_told_at_the_start(tmp_path: Path):
    from click.testing import CliRunner

    from sorafenib_kg.cli import main

    place = str(tmp_path / "nowhere" / "log")
    result = CliRunner().invoke(main, ["serve", "--empty", "--port", "0", "--access-log", place])
    assert result.exit_code != 0
    assert f"--access-log: cannot write to {place}: No such file or directory" in result.output
