"""A form to write queries in, with the answer or the error below it."""

from __future__ import annotations

import json
from functools import lru_cache
from http import HTTPStatus

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from sorafenib_kg.errors import ProtocolError, RequestError
from sorafenib_kg.gateway.problems import of_error
from sorafenib_kg.namespaces import PREFIXES
from sorafenib_kg.presentation.snippets import snippets
from sorafenib_kg.presentation.terms import terms_of
from sorafenib_kg.views.questions import by_topic
from sorafenib_kg.views.site import Site
from sorafenib_kg.views.sorting import show_timed

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
    """Serve ``/workbench``, and below it what its script asks for.

    The query is in the address, so that a link is a query.
    """
    blueprint = Blueprint("workbench", __name__)
    groups = by_topic(site.catalogue)

    def page(query: str, **more: object) -> str:
        root = site.public_url or request.url_root.rstrip("/")
        return render_template(
            "workbench.html",
            query=query,
            groups=groups,
            prefixes=PREFIXES,
            other_version=_other_version(site),
            snippets=snippets(f"{root}/sparql", query),
            **more,
        )

    @blueprint.get("/workbench")
    def workbench() -> str | tuple[str, HTTPStatus] | AnyResponse:
        query = request.args.get("query")
        example = request.args.get("example")
        if query is None and example is not None:
            text = site.catalogue[example].text
            return redirect(url_for("workbench.workbench", query=text), HTTPStatus.SEE_OTHER)
        if query is None or not query.strip():
            return page(_START, is_start=True)
        try:
            timed = show_timed(site.store, query)
        except RequestError as error:
            found = of_error(error)
            if found is None or found.retry_after is not None:
                raise
            # Shown beside the query, so that it can be put right.
            return page(query, problem=found), found.status
        return page(query, timed=timed)

    @blueprint.get("/workbench/answer")
    def answer() -> str:
        query = request.args.get("query", "")
        if not query.strip():
            raise ProtocolError("the request has no query parameter")
        return render_template(
            "workbench_answer.html", query=query, timed=show_timed(site.store, query)
        )

    @lru_cache(maxsize=2)
    def terms_at(version: str | None) -> bytes:
        return json.dumps(terms_of(site.store).as_json(), ensure_ascii=False).encode()

    @blueprint.get("/workbench/terms")
    def terms() -> Response:
        version = site.version
        response = Response(terms_at(version), content_type="application/json")
        # The page asks with the version that it is about, so that an answer to it is good for ever.
        is_kept = request.args.get("version") == version == site.version
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if is_kept else "no-store"
        )
        return response

    return blueprint


def _other_version(site: Site) -> str | None:
    """Return the version that a link was made for, None if that is what is served."""
    version = request.args.get("version")
    return None if not version or version == site.version else version[:100]
