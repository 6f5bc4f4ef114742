"""The page of a thing, or of a claim, and its RDF, at one address."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from flask import Blueprint, Response, redirect, render_template, request, url_for
from pyoxigraph import NamedNode
from werkzeug.wrappers import Response as AnyResponse

from sorafenib_kg.errors import UnknownNameError
from sorafenib_kg.namespaces import ID, PREFIXES, shorten
from sorafenib_kg.negotiation import offers_of, prefers_html
from sorafenib_kg.presentation.neighbourhood import neighbourhood
from sorafenib_kg.presentation.reading import Reading
from sorafenib_kg.presentation.schema_org import describe, type_of
from sorafenib_kg.protocol import QueryOperation
from sorafenib_kg.results import local_path
from sorafenib_kg.store import Format, formats_of
from sorafenib_kg.views.answers import negotiated_page, respond
from sorafenib_kg.views.site import Site

_DATA = offers_of("graph")
_HTML = "html"
_REPLACED_BY = NamedNode(f"{PREFIXES['dcterms']}isReplacedBy")
# The ends of addresses, without the dot, and the formats that they stand for.
SUFFIXES = {"ttl": "turtle", "nt": "nt", "rdf": "rdfxml", "jsonld": "jsonld", "html": _HTML}
_MOST_NEAR = 5


def create_blueprint(site: Site) -> Blueprint:
    """Serve ``/id/NAME`` and ``/id/NAME.SUFFIX``."""
    blueprint = Blueprint("individuals", __name__)

    @blueprint.get("/id/<path:name>")
    def individual(name: str) -> AnyResponse:
        site.store.version  # noqa: B018 - raises without data
        if not site.is_read:
            return _from_store(site, name)
        reading = site.reading
        node, form = _named(reading.index.knows, name)
        if node is None:
            return _unknown(reading, name)
        if (replaced := _replaced_by(reading, node)) is not None:
            return redirect(local_path(replaced) or replaced.value, 301)
        asked = request.args.get("format") or request.args.get("output") or form
        html = asked == _HTML or (not asked and prefers_html(request.headers.get("Accept"), _DATA))
        if html:
            response = negotiated_page(_page(reading, node))
        else:
            response = respond(
                site, QueryOperation(_both_directions(node), output=asked, kind="graph")
            )
        _add_links(response, site, node)
        if html:
            response.headers["Content-Location"] = f"{local_path(node)}.html"
        return response

    return blueprint


def _from_store(site: Site, name: str) -> AnyResponse:
    """Answer by queries alone; people see the answer in the workbench."""

    def knows(node: NamedNode) -> bool:
        pattern = f"ASK {{ {{ {node} ?p ?o }} UNION {{ ?s ?q {node} }} }}"
        return bool(site.store.table(pattern).boolean)

    node, form = _named(knows, name)
    if node is None:
        raise UnknownNameError(f"the graph says nothing of {shorten(NamedNode(ID + name))}")
    asked = request.args.get("format") or request.args.get("output") or form
    query = _both_directions(node)
    if asked == _HTML or (not asked and prefers_html(request.headers.get("Accept"), _DATA)):
        found = redirect(url_for("workbench.workbench", query=query), 303)
        found.vary.add("Accept")
        return found
    return respond(site, QueryOperation(query, output=asked, kind="graph"))


def _named(knows: Callable[[NamedNode], bool], name: str) -> tuple[NamedNode | None, str | None]:
    """Return what a path names, with the format that its suffix stands for; None for nothing."""
    stem, dot, suffix = name.rpartition(".")
    tried = [(name, None)] + ([(stem, SUFFIXES[suffix])] if dot and suffix in SUFFIXES else [])
    for text, form in tried:
        try:
            node = NamedNode(ID + text)
        except ValueError as error:
            raise UnknownNameError("this cannot be the name of anything") from error
        if knows(node):
            return node, form
    return None, None


def _replaced_by(reading: Reading, node: NamedNode) -> NamedNode | None:
    """Return what a deprecated name leads on to."""
    index = reading.index
    return index.about.node(node, _REPLACED_BY) if index.is_deprecated(node) else None


def _unknown(reading: Reading, name: str) -> Response:
    """Answer that nothing has a name, and which names are near."""
    stem, dot, suffix = name.rpartition(".")
    near = reading.names.near(stem if dot and suffix in SUFFIXES else name, _MOST_NEAR)
    curie = shorten(NamedNode(ID + name))
    if not prefers_html(request.headers.get("Accept"), _DATA):
        names = ", ".join(f"{shorten(hit.node)} ({hit.cell.text})" for hit in near)
        also = f"; near names are {names}" if names else ""
        raise UnknownNameError(f"the graph says nothing of {curie}{also}")
    page = negotiated_page(render_template("unknown.html", curie=curie, near=near))
    page.status_code = 404
    return page


def _page(reading: Reading, node: NamedNode) -> str:
    index = reading.index
    shared = {
        "data": describe(index, node),
        "formats": formats_of("graph"),
        "address": local_path(node) or "",
        "suffixes": {form: suffix for suffix, form in SUFFIXES.items()},
    }
    claim = reading.claim(node)
    if claim is not None:
        return render_template("claim.html", page=claim, **shared)
    entity = reading.entity(node)
    drawing = neighbourhood(entity.label, entity.topics)
    return render_template("entity.html", page=entity, drawing=drawing, **shared)


def _both_directions(node: NamedNode) -> str:
    return (
        f"CONSTRUCT {{ {node} ?p ?o . ?s ?q {node} }} "
        f"WHERE {{ {{ {node} ?p ?o }} UNION {{ ?s ?q {node} }} }}"
    )


def _add_links(response: Response, site: Site, node: NamedNode) -> None:
    """Add the links by which programs find the data, the name to cite, and the licence."""
    path = f"/id/{quote(node.value.removeprefix(ID))}"
    links = [
        f'<{path}.{suffix}>; rel="alternate"; type="{_format(form).media_type}"'
        for suffix, form in SUFFIXES.items()
        if form != _HTML
    ]
    links += [
        f'<{path}.html>; rel="alternate"; type="text/html"',
        f'<{node.value}>; rel="cite-as"',
        f'<https://schema.org/{type_of(site.reading.index, node)}>; rel="type"',
    ]
    if site.about.license:
        links.append(f'<{site.about.license}>; rel="license"')
    response.headers["Link"] = ", ".join(links)


def _format(name: str) -> Format:
    return next(entry for entry in formats_of("graph") if entry.name == name)
