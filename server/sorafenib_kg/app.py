"""The Flask application: its parts put together, and what holds for every answer."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Flask, Response, g, render_template, request
from werkzeug.exceptions import HTTPException

from sorafenib_kg import errors
from sorafenib_kg.about import About, describe
from sorafenib_kg.assets import Assets, read_assets
from sorafenib_kg.catalogue import Catalogue, read_catalogue
from sorafenib_kg.gateway import problems
from sorafenib_kg.gateway.endpoint import Endpoint
from sorafenib_kg.gateway.headers import (
    common_headers,
    content_security_policy,
    preflight_headers,
)
from sorafenib_kg.gateway.requests import LARGEST_REQUEST
from sorafenib_kg.gateway.stack import stacked
from sorafenib_kg.negotiation import Offer, accepted_coding, prefers_html
from sorafenib_kg.results import local_path
from sorafenib_kg.settings import Settings
from sorafenib_kg.source_text import read_text
from sorafenib_kg.store import Store
from sorafenib_kg.store.coding import SMALLEST, encode
from sorafenib_kg.views import (
    citing,
    debate,
    explain,
    health,
    individuals,
    navigation,
    ontology,
    pages,
    questions,
    resistance_map,
    search,
    sparql,
    static_files,
    trials,
    workbench,
)
from sorafenib_kg.views.answers import as_response
from sorafenib_kg.views.site import Site

if TYPE_CHECKING:
    from sorafenib_kg.graph import GraphOfStore, KnowledgeGraph, UnreadGraph

# Of a page's address, as it is handed on in links.
_LONGEST_PATH = 1500
# What views make without a look at what the client likes.
_PACKED = ("text/html", "application/json")


SITE = "site"  # the key of what the views share, among the application's extensions


def create_app(
    settings: Settings | None = None,
    graph: KnowledgeGraph | GraphOfStore | UnreadGraph | None = None,
    catalogue: Catalogue | None = None,
    endpoint: Endpoint | None = None,
    describe: Callable[[Store], About] = describe,
) -> Flask:
    """Create the application with the gateway in front; tests pass a small graph and catalogue.

    ``describe`` finds out what a store says of itself. Without a graph all that needs data is
    answered by 503. The bundled example queries are about the bundled data, so that other data
    come without them.
    """
    settings = Settings() if settings is None else settings
    app = create_site(settings, graph, catalogue, endpoint, describe)
    site: Site = app.extensions[SITE]
    app.wsgi_app = stacked(settings, site.endpoint, app.wsgi_app)  # type: ignore[method-assign]
    return app


def create_site(
    settings: Settings,
    graph: KnowledgeGraph | GraphOfStore | UnreadGraph | None,
    catalogue: Catalogue | None = None,
    endpoint: Endpoint | None = None,
    describe: Callable[[Store], About] = describe,
) -> Flask:
    """Create what lies behind the gateway: the pages, and what machines read at their addresses."""
    if catalogue is None:
        is_other = settings.empty or bool(settings.data)
        catalogue = Catalogue({}) if is_other else read_catalogue()
    if endpoint is None:
        store = None if graph is None else graph.store
        endpoint = Endpoint(
            store,
            cors=settings.cors,
            entailment=settings.entailment,
            public_url=settings.public_url,
        )
    public_url = settings.public_url and settings.public_url.rstrip("/")
    site = Site(
        graph,
        catalogue,
        endpoint,
        public_url,
        _place_of_changes(settings),
        settings.report_url,
        read_text(settings.source_text),
        describe,
    )
    assets = read_assets()
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions[SITE] = site
    _prepare_templates(app, site, assets)
    for view in (
        health,
        sparql,
        pages,
        questions,
        search,
        trials,
        workbench,
        individuals,
        explain,
        citing,
        debate,
        resistance_map,
        ontology,
    ):
        app.register_blueprint(view.create_blueprint(site))
    app.register_blueprint(static_files.create_blueprint(assets))
    _register_errors(app, site)
    _register_headers(app, settings.cors)
    return app


def routes_of(app: Flask) -> set[str]:
    """Return the first segments of the paths that an application answers at."""
    return {"/" + rule.rule.split("/", 2)[1].partition("<")[0] for rule in app.url_map.iter_rules()}


def _place_of_changes(settings: Settings) -> str:
    if settings.journal is not None:
        return "journal"
    return "memory" if settings.writable else "none"


def _prepare_templates(app: Flask, site: Site, assets: Assets) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        site=site,
        assets=assets,
        nonce=nonce_of_page,
        shown_path=_shown_path,
        local_path=local_path,
    )
    navigation.register(app)


def nonce_of_page() -> str:
    """Return what lets the style elements of this one page through, made up for it."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(18)
    return str(g.nonce)


def _shown_path() -> str:
    """Return path and query of the page, as far as an address may carry them."""
    path = request.full_path.rstrip("?")
    return path if len(path) <= _LONGEST_PATH else request.path


def _register_errors(app: Flask, site: Site) -> None:
    @app.errorhandler(errors.SorafenibKGError)
    def refuse(error: errors.SorafenibKGError) -> Response:
        problem = problems.of_error(error)
        if problem is None:
            app.logger.error("an error that no client should see", exc_info=error)
            problem = problems.of_status(HTTPStatus.INTERNAL_SERVER_ERROR)
        return _error_response(problem, site)

    @app.errorhandler(HTTPException)
    def fail(error: HTTPException) -> Response:
        # Flask wraps what nobody has foreseen into one of these, and logs it.
        response = _error_response(problems.of_status(HTTPStatus(error.code or 500)), site)
        for name, value in error.get_headers():
            if name.lower() == "allow":
                response.headers[name] = value
        return response


def _error_response(found: problems.Problem, site: Site) -> Response:
    accept = request.headers.get("Accept")
    response = as_response(problems.reply(found, accept), site)
    if prefers_html(accept, [Offer(media_type) for media_type in problems.MEDIA_TYPES]):
        response.data = render_template("error.html", problem=found)
        response.content_type = "text/html; charset=utf-8"
    return response


def _register_headers(app: Flask, cors: str | None) -> None:
    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in common_headers(cors):
            if name != "Vary":
                response.headers[name] = value
            else:
                response.vary.add(value)
        if response.mimetype == "text/html":
            policy = content_security_policy(g.get("nonce"))
            response.headers["Content-Security-Policy"] = policy
        if request.method == "OPTIONS" and response.status_code == HTTPStatus.OK:
            response.status_code = HTTPStatus.NO_CONTENT
            response.headers.update(preflight_headers(cors))
            response.headers.pop("Content-Type", None)
        return _packed(response)


def _packed(response: Response) -> Response:
    """Return a page in the coding that the client likes; all else is packed where it is made."""
    if response.mimetype not in _PACKED or response.direct_passthrough:
        return response
    if "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    coding = accepted_coding(request.headers.get("Accept-Encoding"))
    body = response.get_data()
    if coding is not None and len(body) >= SMALLEST:
        response.set_data(encode(body, coding))
        response.headers["Content-Encoding"] = coding
    return response
