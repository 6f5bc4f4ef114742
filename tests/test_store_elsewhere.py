"""A store at an address: how it is named and asked, its limits and its errors."""

import base64
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from click.testing import CliRunner

from every_store import EX
from fake_store import INTERNALS, JSON, ROWS, SELECT, YES, Fake, serving_fake
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


@pytest.fixture
def fake() -> Iterator[Fake]:
    with serving_fake() as state:
        yield state


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
