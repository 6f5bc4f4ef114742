"""A form to write queries in, with the answer or the error below it."""

from http import HTTPStatus

from flask import Blueprint, render_template, request

from sorafenib_kg.errors import RequestError
from sorafenib_kg.gateway.problems import of_error
from sorafenib_kg.namespaces import PREFIXES
from sorafenib_kg.views.answers import show
from sorafenib_kg.views.site import Site

_START = (
    "\n".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>" for prefix in ("id", "rdfs", "skg"))
    + """

SELECT ?class (COUNT(?individual) AS ?individuals)
WHERE {
    ?individual a ?class .
}
GROUP BY ?class
ORDER BY DESC(?individuals)
LIMIT 20
"""
)


def create_blueprint(site: Site) -> Blueprint:
    """Serve ``/workbench``; the query is in the address, so that a link is a query."""
    blueprint = Blueprint("workbench", __name__)

    @blueprint.get("/workbench")
    def workbench() -> str | tuple[str, HTTPStatus]:
        query = request.args.get("query")
        if query is None or not query.strip():
            return render_template("workbench.html", query=_START, prefixes=PREFIXES)
        try:
            shown = show(site.store, query)
        except RequestError as error:
            found = of_error(error)
            if found is None or found.retry_after is not None:
                raise
            # Shown beside the query, so that it can be put right.
            page = render_template("workbench.html", query=query, problem=found, prefixes=PREFIXES)
            return page, found.status
        return render_template("workbench.html", query=query, shown=shown, prefixes=PREFIXES)

    return blueprint
