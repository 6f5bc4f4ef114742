"""The SPARQL endpoint for browsers: other clients are answered before they come here."""

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from sorafenib_kg.gateway.wsgi import request_of
from sorafenib_kg.negotiation import offers_of, prefers_html
from sorafenib_kg.protocol import query_by_post, query_by_url
from sorafenib_kg.views.answers import as_response, respond
from sorafenib_kg.views.site import Site

_DATA = (*offers_of("solutions"), *offers_of("graph"))


def create_blueprint(site: Site) -> Blueprint:
    """Serve queries at ``/sparql``, and lead browsers to the workbench."""
    blueprint = Blueprint("sparql", __name__)

    @blueprint.get("/sparql")
    def get() -> AnyResponse:
        operation = query_by_url(request.query_string)
        wants_page = prefers_html(request.headers.get("Accept"), _DATA)
        # The workbench has no fields for the protocol's dataset, and would ask something else.
        if wants_page and (operation is None or not (operation.output or operation.has_dataset)):
            query = None if operation is None else operation.query
            response = redirect(url_for("workbench.workbench", query=query), 303)
            response.vary.add("Accept")
            return response
        if operation is None:
            return as_response(site.endpoint.describe(request_of(request.environ)), site)
        return respond(site, operation)

    @blueprint.post("/sparql")
    def post() -> Response:
        operation = query_by_post(
            request.query_string,
            request.headers.get("Content-Type"),
            request.get_data(cache=False),
        )
        return respond(site, operation)

    return blueprint
