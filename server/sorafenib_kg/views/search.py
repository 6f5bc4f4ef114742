"""Search by name: a page, completions for other pages, and its description for browsers."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from sorafenib_kg.negotiation import Offer, prefers_html
from sorafenib_kg.presentation.search import Found, Hit
from sorafenib_kg.results import local_path
from sorafenib_kg.views.answers import negotiated_page
from sorafenib_kg.views.site import Site

_MOST_COMPLETIONS = 10
_JSON = (Offer("application/json"),)


def create_blueprint(site: Site) -> Blueprint:
    """Serve ``/search?q=``, ``/search/suggest?q=`` and ``/opensearch.xml``."""
    blueprint = Blueprint("search", __name__)

    @blueprint.get("/search")
    def search() -> Response:
        query = request.args.get("q", "").strip()
        found = site.reading.names.search(query)
        if prefers_html(request.headers.get("Accept"), _JSON):
            return negotiated_page(render_template("search.html", found=found))
        return _json(_as_json(found))

    @blueprint.get("/search/suggest")
    def suggest() -> Response:
        query = request.args.get("q", "").strip()
        hits = site.reading.names.search(query, _MOST_COMPLETIONS, 0).hits
        # The form that browsers expect: query, names, descriptions, addresses.
        content = [
            query,
            [hit.cell.text for hit in hits],
            [hit.kind.text if hit.kind else "" for hit in hits],
            [_address(site, hit) for hit in hits],
        ]
        response = _json(content)
        response.content_type = "application/x-suggestions+json"
        return response

    @blueprint.get("/opensearch.xml")
    def opensearch() -> Response:
        root = site.public_url or request.url_root.rstrip("/")
        body = render_template("opensearch.xml", root=root)
        return Response(body, content_type="application/opensearchdescription+xml")

    return blueprint


def _address(site: Site, hit: Hit) -> str:
    root = site.public_url or request.url_root.rstrip("/")
    return f"{root}{local_path(hit.node)}"


def _json(content: object) -> Response:
    from flask import jsonify

    response: Response = jsonify(content)
    response.vary.add("Accept")
    return response


def _as_json(found: Found) -> dict[str, object]:
    return {
        "query": found.query,
        "things": [
            {
                "iri": hit.node.value,
                "label": hit.cell.text,
                "kind": hit.kind.text if hit.kind else None,
                "name": hit.name,
                "path": local_path(hit.node),
            }
            for hit in found.hits
        ],
        "claims": [
            {"iri": hit.cell.title, "statement": hit.statement, "path": hit.cell.href}
            for hit in found.claims
        ],
        "moreClaims": found.more_claims,
    }
