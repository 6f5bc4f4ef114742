"""The start page, and the pages of the example queries."""

from collections import defaultdict

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from sorafenib_kg.catalogue import Catalogue, ExampleQuery
from sorafenib_kg.negotiation import offers_of, prefers_html
from sorafenib_kg.protocol import QueryOperation
from sorafenib_kg.views.answers import negotiated_page, respond, show
from sorafenib_kg.views.site import Site

_DATA = (*offers_of("solutions"), *offers_of("graph"))


def create_blueprint(site: Site) -> Blueprint:
    """Serve ``/``, ``/queries/`` and ``/queries/NAME``."""
    blueprint = Blueprint("pages", __name__)
    groups = by_topic(site.catalogue)

    @blueprint.get("/")
    def start() -> str:
        site.store  # noqa: B018 - raises without data
        first = next(iter(site.catalogue), None)
        return render_template(
            "start.html",
            groups=groups,
            example=first.name if first else None,
            address=site.public_url or request.url_root.rstrip("/"),
        )

    @blueprint.get("/queries/")
    def queries() -> str:
        return render_template("queries.html", groups=groups)

    @blueprint.get("/queries/<name>")
    def query(name: str) -> Response:
        example = site.catalogue[name]
        output = request.args.get("format") or request.args.get("output")
        if output or not prefers_html(request.headers.get("Accept"), _DATA):
            return respond(site, QueryOperation(example.text, output=output))
        shown = show(site.store, example.text)
        return negotiated_page(render_template("query.html", query=example, shown=shown))

    return blueprint


def by_topic(catalogue: Catalogue) -> tuple[tuple[str, tuple[ExampleQuery, ...]], ...]:
    """Return the queries under their first tag, each once, topics by name."""
    groups = defaultdict(list)
    for query in catalogue:
        groups[query.tags[0] if query.tags else "other"].append(query)
    return tuple((topic, tuple(groups[topic])) for topic in sorted(groups))
