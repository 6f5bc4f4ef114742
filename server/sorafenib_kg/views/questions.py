"""The example queries as pages: parameters, a readable answer, the query, and code for it."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from sorafenib_kg.catalogue import Catalogue, ExampleQuery
from sorafenib_kg.negotiation import offers_of, prefers_html
from sorafenib_kg.presentation.answers import readable
from sorafenib_kg.presentation.questions import Parameter, chosen_values, narrowed, parameters
from sorafenib_kg.presentation.snippets import snippets
from sorafenib_kg.protocol import QueryOperation
from sorafenib_kg.store import Table
from sorafenib_kg.views.answers import negotiated_page, respond, show
from sorafenib_kg.views.site import Site

_DATA = (*offers_of("solutions"), *offers_of("graph"))
# To find the values of parameters, an answer is read up to so many rows.
_MOST_ROWS = 5_000
# Parameters of the address that are none of the query.
_RESERVED = frozenset({"format", "output", "page"})
# A topic with fewer questions is not one of its own.
_FEWEST = 4
_OTHERS = "other"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question as it is asked: its parameters, those that are held, and the query with them."""

    parameters: tuple[Parameter, ...]
    chosen: dict[str, str]
    text: str


def create_blueprint(site: Site) -> Blueprint:
    """Serve ``/queries/`` and ``/queries/NAME``."""
    blueprint = Blueprint("questions", __name__)
    groups = by_topic(site.catalogue)

    @blueprint.get("/queries/")
    def queries() -> str:
        return render_template("queries.html", groups=groups)

    @blueprint.get("/queries/<name>")
    def query(name: str) -> Response:
        example = site.catalogue[name]
        output = request.args.get("format") or request.args.get("output")
        if output or not prefers_html(request.headers.get("Accept"), _DATA):
            holds = set(request.args) - _RESERVED
            text = _asked(site, example).text if holds else example.text
            return respond(site, QueryOperation(text, output=output))
        return negotiated_page(_page(site, example, _asked(site, example)))

    return blueprint


def _asked(site: Site, example: ExampleQuery) -> _Asked:
    reading = site.reading
    known = reading.parameters.get(example.name)
    if known is None:
        whole: Table = site.store.table(example.text, limit=_MOST_ROWS)
        known = reading.parameters[example.name] = parameters(reading.index, example.text, whole)
    given = {name: text for name, text in request.args.items() if name not in _RESERVED}
    chosen = chosen_values(known, given)
    return _Asked(known, chosen, narrowed(example.text, chosen))


def _page(site: Site, example: ExampleQuery, asked: _Asked) -> str:
    shown = show(site.store, asked.text)
    root = site.public_url or request.url_root.rstrip("/")
    is_table = shown.table.kind == "solutions"
    return render_template(
        "query.html",
        query=example,
        asked=asked,
        shown=shown,
        answer=readable(site.reading.index, shown.table) if is_table else None,
        snippets=snippets(f"{root}/sparql", asked.text),
    )


def by_topic(catalogue: Catalogue) -> tuple[tuple[str, tuple[ExampleQuery, ...]], ...]:
    """Return the queries under the first of their tags that many have, the largest topic first."""
    sizes = Counter(tag for query in catalogue for tag in query.tags[:2])
    groups = defaultdict(list)
    for query in catalogue:
        common = (tag for tag in query.tags[:2] if sizes[tag] >= _FEWEST)
        groups[next(common, _OTHERS)].append(query)
    ordered = sorted(groups, key=lambda topic: (topic == _OTHERS, -len(groups[topic]), topic))
    return tuple((topic, tuple(groups[topic])) for topic in ordered)
