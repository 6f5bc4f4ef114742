"""The Flask application: its parts put together, and what holds for every answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from sorafenib_kg import errors
from sorafenib_kg.catalogue import Catalogue, read_catalogue
from sorafenib_kg.negotiation import Offer, prefers_html
from sorafenib_kg.settings import Settings
from sorafenib_kg.views import explain, health, individuals, pages, problem, sparql, workbench
from sorafenib_kg.views.site import About, Site, describe

if TYPE_CHECKING:
    from sorafenib_kg.graph import KnowledgeGraph

STATUS_OF_ERROR: dict[type[errors.SorafenibKGError], HTTPStatus] = {
    errors.ProtocolError: HTTPStatus.BAD_REQUEST,
    errors.QuerySyntaxError: HTTPStatus.BAD_REQUEST,
    errors.QueryRefusedError: HTTPStatus.BAD_REQUEST,
    errors.QueryEvaluationError: HTTPStatus.BAD_REQUEST,
    errors.UnknownNameError: HTTPStatus.NOT_FOUND,
    errors.NotEntailedError: HTTPStatus.NOT_FOUND,
    errors.ReasoningError: HTTPStatus.NOT_FOUND,  # no entailment, so there are no proofs
    errors.NotAcceptableError: HTTPStatus.NOT_ACCEPTABLE,
    errors.RequestTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.UnsupportedMediaTypeError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.ResultTooLargeError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.NotReadyError: HTTPStatus.SERVICE_UNAVAILABLE,
}
LARGEST_REQUEST = 2 * 2**20

# Nothing is loaded from elsewhere, and there is no script, so no page can be made to run one.
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# Everything is public and read-only, so that any page of the web may read it.
CORS_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "X-Dataset-Version",
}
PREFLIGHT_HEADERS = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Content-Type",
    "Access-Control-Max-Age": "86400",
}


def create_app(
    settings: Settings | None = None,
    graph: KnowledgeGraph | None = None,
    catalogue: Catalogue | None = None,
) -> Flask:
    """Create the application; tests pass a small graph and catalogue of their own.

    Without a graph all that needs data is answered by 503. The bundled example queries are
    about the bundled data, so that other data come without them.
    """
    settings = Settings() if settings is None else settings
    if catalogue is None:
        others = settings.empty or bool(settings.data)
        catalogue = Catalogue({}) if others else read_catalogue()
    site = Site(
        graph,
        catalogue,
        About() if graph is None else describe(graph),
        settings.public_url and settings.public_url.rstrip("/"),
    )
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.globals["site"] = site
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for view in (health, sparql, pages, workbench, individuals, explain):
        app.register_blueprint(view.create_blueprint(site))
    _register_errors(app)
    _register_headers(app, site)
    return app


def _register_errors(app: Flask) -> None:
    @app.errorhandler(errors.SorafenibKGError)
    def refuse(error: errors.SorafenibKGError) -> Response:
        status = STATUS_OF_ERROR.get(type(error))
        if status is None:
            app.logger.error("an error that no client should see", exc_info=error)
            return _error_response(problem.of_status(HTTPStatus.INTERNAL_SERVER_ERROR))
        response = _error_response(problem.of_error(error, status))
        if isinstance(error, errors.NotReadyError):
            response.headers["Retry-After"] = "5"
        return response

    @app.errorhandler(HTTPException)
    def fail(error: HTTPException) -> Response:
        # Flask wraps what nobody has foreseen into one of these, and logs it.
        response = _error_response(problem.of_status(HTTPStatus(error.code or 500)))
        for name, value in error.get_headers():
            if name.lower() == "allow":
                response.headers[name] = value
        return response


def _error_response(found: problem.Problem) -> Response:
    accept = request.headers.get("Accept")
    if prefers_html(accept, [Offer(media_type) for media_type in problem.MEDIA_TYPES]):
        response = Response(render_template("error.html", problem=found), found.status)
    else:
        response = problem.respond(found, accept)
    response.vary.add("Accept")
    return response


def _register_headers(app: Flask, site: Site) -> None:
    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.update(SECURITY_HEADERS)
        response.headers.update(CORS_HEADERS)
        if site.version is not None:
            response.headers["X-Dataset-Version"] = site.version
        if request.method == "OPTIONS" and response.status_code == HTTPStatus.OK:
            response.status_code = HTTPStatus.NO_CONTENT
            response.headers.update(PREFLIGHT_HEADERS)
            response.headers.pop("Content-Type", None)
        return response
