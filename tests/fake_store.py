"""A SPARQL store that answers as a test wants."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ROWS = b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"1"}}]}}'
YES = b'{"head":{},"boolean":true}'
JSON = "application/sparql-results+json"
INTERNALS = "the password of the table USERS is swordfish"
SELECT = "SELECT ?x { ?x ?p ?o }"


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
