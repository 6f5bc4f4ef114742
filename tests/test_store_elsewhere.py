"""A server that answers for a store at an address: its limits, its errors, and what it keeps."""

import base64
import json
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic
from urllib.parse import parse_qs, urlencode

import pytest
from click.testing import CliRunner

from every_store import EX, skip_where_missing, store_of
from serving import Server, serving
from sorafenib_kg.cli import main
from sorafenib_kg.errors import (
    BusyError,
    QueryEvaluationError,
    QueryRefusedError,
    RemoteError,
    RequestTooLargeError,
    ResultTooLargeError,
    SettingsError,
    TimeLimitError,
    UnreadError,
)
from sorafenib_kg.fetching.credentials import Credentials
from sorafenib_kg.places import Address, Folder, Memory, place_of
from sorafenib_kg.store.remote import RemoteStore
from sorafenib_kg.web import version_elsewhere

ROWS = b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"1"}}]}}'
YES = b'{"head":{},"boolean":true}'
JSON = "application/sparql-results+json"
INTERNALS = "the password of the table USERS is swordfish"


class QuietServer(ThreadingHTTPServer):
    """Says nothing of clients that go away."""

    def handle_error(self, request: object, client_address: object) -> None:
        pass


class Fake:
    """A server that answers as a test wants, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[dict[str, str], bytes]] = []
        self.status, self.body = 200, ROWS
        self.headers = {"Content-Type": JSON}
        self.answer: Callable[[BaseHTTPRequestHandler], bool] = lambda handler: False
        self.gone = threading.Event()
        self.url = ""


@pytest.fixture
def fake() -> Iterator[Fake]:
    with serving_fake() as state:
        yield state


@contextmanager
def serving_fake(context: ssl.SSLContext | None = None) -> Iterator[Fake]:
    state = Fake()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            state.asked.append((dict(self.headers), self.rfile.read(length)))
            if state.answer(self):
                return
            self.send_response(state.status)
            for name, value in state.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in state.headers:
                self.send_header("Content-Length", str(len(state.body)))
            self.end_headers()
            self.wfile.write(state.body)

        def log_message(self, *arguments: object) -> None:
            pass

    server = QuietServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    scheme = "https" if context else "http"
    state.url = f"{scheme}://127.0.0.1:{server.server_port}/sparql"
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


SELECT = "SELECT ?x { ?x ?p ?o }"


@pytest.mark.parametrize(
    ("status", "headers", "body", "error"),
    [
        pytest.param(400, {}, INTERNALS, QueryEvaluationError, id="bad request"),
        pytest.param(500, {}, INTERNALS, RemoteError, id="failure"),
        pytest.param(401, {}, INTERNALS, RemoteError, id="password wanted"),
        pytest.param(403, {}, INTERNALS, RemoteError, id="forbidden"),
        pytest.param(404, {}, INTERNALS, RemoteError, id="nothing there"),
        pytest.param(413, {}, INTERNALS, RequestTooLargeError, id="too large"),
        pytest.param(429, {}, INTERNALS, BusyError, id="too many"),
        pytest.param(503, {}, INTERNALS, BusyError, id="busy"),
        pytest.param(504, {}, INTERNALS, TimeLimitError, id="too slow"),
        pytest.param(206, {}, INTERNALS, TimeLimitError, id="a part"),
        pytest.param(200, {"Content-Type": "text/html"}, INTERNALS, RemoteError, id="a page"),
        pytest.param(200, {}, INTERNALS, RemoteError, id="no JSON"),
        pytest.param(200, {}, YES.decode(), RemoteError, id="another kind of answer"),
        pytest.param(200, {}, ROWS.decode().replace("x", "y"), RemoteError, id="other variables"),
        pytest.param(
            200, {"X-SPARQL-MaxRows": "10"}, ROWS.decode(), QueryEvaluationError, id="cut off"
        ),
        pytest.param(200, {}, ROWS.decode()[:-2] + "cancelled", RemoteError, id="broken off"),
        pytest.param(200, {"Content-Length": "900"}, ROWS.decode(), RemoteError, id="half a body"),
    ],
)
def test_a_failure_is_told_in_our_words_and_theirs_go_to_the_log(
    fake, capsys, status, headers, body, error
):
    fake.status, fake.body = status, body.encode()
    fake.headers |= headers
    if "Content-Length" in headers:
        fake.headers["Connection"] = "close"
    with pytest.raises(error) as caught:
        RemoteStore(fake.url).answer(SELECT)
    assert "swordfish" not in str(caught.value)
    assert fake.url not in str(caught.value)
    if status not in (200, 206):
        assert INTERNALS in capsys.readouterr().err


def test_a_redirect_is_not_followed(fake):
    fake.status, fake.headers = 307, {"Location": fake.url, "Content-Type": "text/plain"}
    with pytest.raises(RemoteError, match="not at its address"):
        RemoteStore(fake.url).answer(SELECT)
    assert len(fake.asked) == 1


def test_a_server_that_is_not_there_is_told():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}/"
        with pytest.raises(RemoteError, match="cannot be reached"):
            RemoteStore(url).answer(SELECT)


def test_a_control_character_of_a_failure_does_not_reach_the_log(fake, capsys):
    fake.status, fake.body = 500, b"one\n\x1b[31mtwo\r\n" + b"x" * 5000
    with pytest.raises(RemoteError):
        RemoteStore(fake.url).answer(SELECT)
    logged = capsys.readouterr().err
    assert "one [31mtwo" in logged
    assert logged.count("\n") == 1
    assert len(logged) < 400


def test_one_connection_serves_several_queries(fake):
    ports = []

    def note(handler: BaseHTTPRequestHandler) -> bool:
        ports.append(handler.client_address[1])
        return False

    fake.answer = note
    store = RemoteStore(fake.url)
    for _ in range(3):
        store.answer(SELECT)
    assert len(set(ports)) == 1


def test_what_is_asked_is_a_form_and_says_what_is_wanted(fake):
    store = RemoteStore(fake.url)
    store.answer(SELECT, default_graphs=[f"{EX}one"], named_graphs=[f"{EX}two"], base=f"{EX}base")
    headers, body = fake.asked[0]
    assert parse_qs(body.decode()) == {
        "query": [f"BASE <{EX}base>\n{SELECT}"],
        "default-graph-uri": [f"{EX}one"],
        "named-graph-uri": [f"{EX}two"],
    }
    assert headers["Accept"] == JSON
    assert "Authorization" not in headers


def test_credentials_go_into_a_header(fake):
    RemoteStore(fake.url, Credentials(authorization="Bearer abc")).answer(SELECT)
    assert fake.asked[0][0]["Authorization"] == "Bearer abc"


def test_a_challenge_for_basic_authentication_is_answered_once(fake):
    fake.status, fake.headers = 401, {"WWW-Authenticate": 'Basic realm="x"'}
    with pytest.raises(RemoteError, match="refuses"):
        RemoteStore(fake.url, Credentials(user="ada", password="pass")).answer(SELECT)  # noqa: S106
    first, second = (headers.get("Authorization") for headers, _ in fake.asked)
    assert first is None
    assert second == "Basic " + base64.b64encode(b"ada:pass").decode()


def test_credentials_are_in_no_representation():
    shown = repr(Credentials("Bearer abc", "ada", "pass"))
    assert "abc" not in shown
    assert "pass" not in shown


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a certificate of this machine's address that no authority knows, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("certificate")
    made, key = folder / "made.pem", folder / "key.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=here"
    subprocess.run(  # noqa: S603 - a tool that we know
        [*command.split(), "-addext", "subjectAltName=IP:127.0.0.1", "-out", made, "-keyout", key],
        check=True,
        capture_output=True,
    )
    return made, key


def test_the_certificate_of_a_store_must_be_trusted(certificate, monkeypatch):
    made, key = certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    with serving_fake(context) as fake:
        monkeypatch.delenv("SSL_CERT_FILE", raising=False)
        with pytest.raises(RemoteError, match="cannot be reached"):
            RemoteStore(fake.url).answer(SELECT)
        assert not fake.asked
        monkeypatch.setenv("SSL_CERT_FILE", str(made))
        assert RemoteStore(fake.url).answer(SELECT).kind == "solutions"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (<bif:now>() AS ?x) {}",
        "PREFIX b: <bif:> SELECT (b:now() AS ?x) {}",
        r"PREFIX b: <\u0062if:> SELECT (b:now() AS ?x) {}",
        "BASE <SQL:x> SELECT (<y>() AS ?x) {}",
    ],
)
def test_functions_of_the_store_itself_are_refused(fake, query):
    with pytest.raises(QueryRefusedError):
        RemoteStore(fake.url).answer(query)
    assert not fake.asked


def test_an_endless_answer_ends_at_the_size_limit(fake):
    def endless(handler: BaseHTTPRequestHandler) -> bool:
        handler.send_response(200)
        handler.send_header("Content-Type", JSON)
        handler.send_header("Connection", "close")
        handler.end_headers()
        try:
            handler.wfile.write(b'{"head":{"vars":["x"]},"results":{"bindings":[')
            while True:
                handler.wfile.write(b'{"x":{"type":"literal","value":"1"}},' * 1000)
        except OSError:
            fake.gone.set()
        handler.close_connection = True
        return True

    fake.answer = endless
    with pytest.raises(ResultTooLargeError):
        RemoteStore(fake.url, largest_result=100_000).answer(SELECT)
    assert fake.gone.wait(20)
    table = RemoteStore(fake.url).table(SELECT, limit=10)
    assert (len(table.rows), table.total) == (10, None)


@pytest.mark.parametrize("split", range(0, 60, 7))
def test_blank_nodes_of_virtuoso_get_legal_names(fake, split):
    start = b'{"head":{"vars":["x","y"]},"results":{"bindings":['
    row = (
        b'{"x":{"type":"bnode","value":"nodeID://b1"},"y":{"type":"bnode","value":"nodeID://b%d"}}'
    )
    text = b'{"x":{"type":"literal","value":"\\"bnode\\", \\"value\\": \\"nodeID://b1\\""}}'
    rows = b",".join([*(row % number for number in range(400)), text])
    fake.body = start + b" " * split + rows + b"]}}"
    table = RemoteStore(fake.url).table("SELECT ?x ?y { ?x ?p ?y }")
    assert len(table.rows) == 401
    assert [x == y for x, y in table.rows[:3]] == [False, True, False]
    assert len({y for _, y in table.rows[:400]}) == 400
    assert table.rows[400][0].value == '"bnode", "value": "nodeID://b1"'


def test_a_store_elsewhere_is_not_read_whole(fake):
    with pytest.raises(UnreadError):
        RemoteStore(fake.url).dump()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("memory", Memory()),
        ("./memory", Folder(Path("memory"))),
        ("data/store", Folder(Path("data/store"))),
        ("https://example.org/sparql?graph=x", Address("https://example.org/sparql?graph=x")),
    ],
)
def test_a_store_is_named_by_a_word_a_path_or_an_address(text, place):
    assert place_of(text) == place


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ftp://example.org/", "not the http or https address"),
        ("http:///sparql", "not the http or https address"),
        ("http://example.org:99999/", "Port out of range"),
        ("http://example.org/#x", "not the http or https address"),
        ("http://ada:pass@example.org/", "SORAFENIB_KG_STORE_PASSWORD"),
    ],
)
def test_what_is_no_address_is_refused(text, message):
    with pytest.raises(SettingsError, match=message) as caught:
        place_of(text)
    assert "pass@" not in str(caught.value)


@pytest.mark.parametrize("option", ["--writable", "--empty", "--allow-service=http://a.example"])
def test_what_does_not_go_with_an_address_is_refused(fake, option):
    result = CliRunner().invoke(main, ["serve", "--store", fake.url, option])
    assert result.exit_code == 2
    assert "does not go with" in result.output


def test_serve_does_not_begin_before_the_store_answers(fake):
    fake.status, fake.body = 404, b"nothing"
    result = CliRunner().invoke(main, ["serve", "--store", fake.url])
    assert result.exit_code == 2
    assert f"--store {fake.url}: the store behind this server has failed" in result.output
    assert "answered 404" in result.output


def test_a_version_holds_as_long_as_answers_may_be_kept(monkeypatch):
    monkeypatch.setattr("sorafenib_kg.web.time", lambda: 1_000_005.0)
    assert version_elsewhere(0) == "elsewhere"
    assert version_elsewhere(10) == "elsewhere-19700112T134640Z"
    monkeypatch.setattr("sorafenib_kg.web.time", lambda: 1_000_009.9)
    assert version_elsewhere(10) == "elsewhere-19700112T134640Z"
    monkeypatch.setattr("sorafenib_kg.web.time", lambda: 1_000_010.0)
    assert version_elsewhere(10) == "elsewhere-19700112T134650Z"


# --- As it is served ----------------------------------------------------------------------------


@contextmanager
def answering_yes(fake: Fake, *arguments: str) -> Iterator[Server]:
    """Serve the fake store, which answers the questions of the start."""

    def yes(handler: BaseHTTPRequestHandler) -> bool:
        if b"ASK" not in fake.asked[-1][1]:
            return False
        handler.send_response(200)
        handler.send_header("Content-Type", JSON)
        handler.send_header("Content-Length", str(len(YES)))
        handler.end_headers()
        handler.wfile.write(YES)
        return True

    fake.answer = yes
    with serving("--store", fake.url, *arguments) as server:
        yield server


def selects(fake: Fake) -> int:
    return sum(b"a+%3Funique" in body or b"%3Funique" in body for _, body in fake.asked)


def test_without_an_option_nothing_is_kept_and_there_is_no_date(fake):
    with answering_yes(fake) as server:
        answers = [server.query("SELECT ?x { ?x ?p ?unique }") for _ in range(3)]
        assert [answer.status for answer in answers] == [200] * 3
        assert selects(fake) == 3
        assert "last-modified" not in answers[0].headers
        assert answers[0].headers["x-dataset-version"] == "elsewhere"
        tag = answers[0].headers["etag"]
        again = server.query("SELECT ?x { ?x ?p ?unique }", If_None_Match=tag)
        assert again.status == 304
        assert selects(fake) == 4


def test_with_the_option_an_answer_is_given_again(fake):
    with answering_yes(fake, "--store-cache", "3600") as server:
        answers = [server.query("SELECT ?x { ?x ?p ?unique }") for _ in range(3)]
        # An hour may end between two of them.
        assert selects(fake) in (1, 2)
        assert answers[0].headers["x-dataset-version"].startswith("elsewhere-")


def test_a_store_that_does_not_answer_is_left_at_the_time_limit(fake):
    with answering_yes(fake, "--timeout", "2") as server:
        answers_yes = fake.answer
        left = threading.Event()

        def hang(handler: BaseHTTPRequestHandler) -> bool:
            if answers_yes(handler):
                return True
            # Returns when the other side closes the connection.
            handler.connection.settimeout(60)
            handler.rfile.read(1)
            left.set()
            handler.close_connection = True
            return True

        fake.answer = hang
        begun = monotonic()
        answer = server.query(SELECT)
        assert answer.status == 504
        assert "took longer than 2 s" in answer.text
        assert left.wait(20)
        assert monotonic() - begun < 60
        fake.answer = answers_yes
        assert server.query(SELECT).status == 200


def test_a_failure_of_the_store_reaches_clients_as_a_problem_without_its_words(fake):
    with answering_yes(fake) as server:
        fake.status, fake.body = 500, INTERNALS.encode()
        answer = server.query(SELECT, Accept=f"{JSON}, application/problem+json")
        assert answer.status == 502
        assert answer.headers["content-type"] == "application/problem+json"
        assert json.loads(answer.text)["detail"] == "the store behind this server has failed"
        assert fake.url not in answer.text


def test_the_server_is_ready_when_the_store_is(fake):
    with answering_yes(fake) as server:
        assert server.ask("GET", "/readyz").status == 200
        fake.status, fake.body = 503, INTERNALS.encode()
        fake.answer = lambda handler: False
        assert server.ask("GET", "/readyz").status == 503
        assert server.ask("GET", "/healthz").status == 200


@pytest.mark.parametrize("kind", ["Oxigraph", "Virtuoso"])
def test_a_real_store_is_served_with_pages(kind, tmp_path):
    skip_where_missing(kind)
    with (
        store_of(kind, tmp_path) as options,
        serving(
            *options,
            SORAFENIB_KG_STORE_USER="dba",
            SORAFENIB_KG_STORE_PASSWORD="dba",  # noqa: S106 - as Virtuoso is shipped
        ) as server,
    ):
        query = f"SELECT ?a {{ <{EX}rex> <{EX}age> ?a }}"
        assert server.query(query, Accept="text/csv").text.split() == ["a", "5"]
        assert server.post("/sparql", {"query": query}, Accept="text/csv").status == 200
        graph = server.ask("GET", f"/graph-store?graph={EX}one", Accept="application/n-triples")
        assert f"<{EX}tom>" in graph.text
        description = server.ask("GET", "/sparql", Accept="text/turtle")
        assert "sd:endpoint" in description.text
        # Virtuoso finds no graph by GRAPH ?g {}.
        assert (f"<{EX}one>" in description.text) == (kind != "Virtuoso")
        for path in ("/", "/workbench", f"/workbench?{urlencode({'query': query})}", "/readyz"):
            assert server.ask("GET", path, Accept="text/html").status == 200, path
        # None of the example queries is about these data.
        assert "/queries/what" not in server.ask("GET", "/queries/", Accept="text/html").text
        assert server.ask("GET", "/search?q=rex").status == 501
        assert server.post("/update", {"update": "CLEAR ALL"}).status == 403
        assert "dba" not in server.greeting


def test_questions_are_answered_where_the_store_holds_the_review(graph, tmp_path):
    skip_where_missing("Oxigraph")
    import urllib.request

    from store_servers import oxigraph_server

    with oxigraph_server(tmp_path) as behind:
        url = behind.store.query_url
        request = urllib.request.Request(  # noqa: S310 - an address on this machine
            f"{url.removesuffix('query')}store",
            graph.store.dump().body,
            {"Content-Type": "application/n-quads"},
        )
        urllib.request.urlopen(request, timeout=60).close()  # noqa: S310
        name = "what-does-sorafenib-target"
        with serving("--store", url) as server:
            found = server.ask("GET", f"/queries/{name}", Accept="text/csv")
            assert server.ask("GET", "/", Accept="text/html").status == 200
            thing = server.ask("GET", "/id/sorafenib", Accept="text/html")
            assert thing.status == 303
        result = CliRunner().invoke(main, ["query", name, "--store", url, "--format", "csv"])
        expected = CliRunner().invoke(main, ["query", name, "--format", "csv"])
        assert sorted(found.text.splitlines()) == sorted(expected.output.splitlines())
        assert sorted(result.output.splitlines()) == sorted(expected.output.splitlines())
