"""The start page."""

from flask import Blueprint, render_template, request

from sorafenib_kg.presentation.snippets import snippets
from sorafenib_kg.views.questions import by_topic
from sorafenib_kg.views.site import Site

_FIRST_QUERY = """SELECT ?property (COUNT(*) AS ?statements)
WHERE { ?thing ?property ?value }
GROUP BY ?property
ORDER BY DESC(?statements)
LIMIT 10
"""


def create_blueprint(site: Site) -> Blueprint:
    """Serve ``/``."""
    blueprint = Blueprint("pages", __name__)
    groups = by_topic(site.catalogue)

    @blueprint.get("/")
    def start() -> str:
        site.store  # noqa: B018 - raises without data
        root = site.public_url or request.url_root.rstrip("/")
        return render_template(
            "start.html",
            groups=groups,
            address=f"{root}/sparql",
            snippets=snippets(f"{root}/sparql", _FIRST_QUERY),
        )

    return blueprint
