"""The resistance map: a page, the drawing alone, and the map for programs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from pyoxigraph import NamedNode
from werkzeug.datastructures import MultiDict

from sorafenib_kg.errors import ProtocolError, UnknownNameError
from sorafenib_kg.namespaces import ID, shorten
from sorafenib_kg.presentation.map_drawing import commonly_resisted, draw
from sorafenib_kg.presentation.map_formats import as_cx2, as_cytoscape, as_graphml
from sorafenib_kg.presentation.reading import Reading
from sorafenib_kg.presentation.resistance_map import (
    Choice,
    MapEdge,
    ResistanceMap,
    seen,
    shortest_path,
)
from sorafenib_kg.views.site import Site

_STANDINGS = ("asserted", "claimed", "inferred")
_FILTERS = ("kind", "section", "certainty", "evidence", "standing")


@dataclass(frozen=True, slots=True)
class Option:
    """A value that a filter offers."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter of the map: its name, its heading, its values."""

    name: str
    heading: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """What the path finder was asked, and what it found; no edges if there is no way."""

    start: str
    end: str
    edges: tuple[MapEdge, ...] | None


def create_blueprint(site: Site) -> Blueprint:
    """Serve ``/map`` and ``/map.svg``, ``.json`` (Cytoscape.js), ``.cx2``, ``.graphml``."""
    blueprint = Blueprint("resistance_map", __name__)

    @blueprint.get("/map")
    def page() -> str:
        reading = site.reading
        choice = _choice(request.args)
        part = seen(reading.map, choice)
        return render_template(
            "map.html",
            map=part,
            drawing=draw(part),
            common=commonly_resisted(part),
            filters=_filters(reading, choice),
            choice=choice,
            way=_way(reading, choice),
            asked=_repeated(request.args),
            nodes=sorted(reading.map.nodes, key=lambda node: node.cell.text.casefold()),
        )

    def serve(suffix: str, media_type: str, write: Callable[[ResistanceMap], str]) -> None:
        @blueprint.get(f"/map.{suffix}", endpoint=suffix)
        def download() -> Response:
            body = write(seen(site.reading.map, _choice(request.args)))
            response = Response(body, content_type=media_type)
            response.headers["Content-Disposition"] = (
                f"{'inline' if suffix in ('svg', 'json') else 'attachment'}; "
                f'filename="resistance-map.{suffix}"'
            )
            return response

    serve("json", "application/json", as_cytoscape)
    serve("graphml", "application/graphml+xml", as_graphml)
    serve(
        "cx2",
        "application/json",
        lambda part: as_cx2(part, f"{site.about.title}: resistance map", site.version or ""),
    )
    serve("svg", "image/svg+xml", lambda part: render_template("map.svg", drawing=draw(part)))
    return blueprint


def _choice(arguments: MultiDict[str, str]) -> Choice:
    """Read what is to be seen; raise ProtocolError for a standing that there is not."""
    standings = frozenset(arguments.getlist("standing"))
    if standings - set(_STANDINGS):
        raise ProtocolError(f"the parameter standing is none of {', '.join(_STANDINGS)}")
    return Choice(
        kinds=frozenset(arguments.getlist("kind")),
        sections=frozenset(arguments.getlist("section")),
        certainties=frozenset(arguments.getlist("certainty")),
        evidence=frozenset(arguments.getlist("evidence")),
        standings=standings or Choice().standings,
        whole=arguments.get("whole") == "1",
    )


def _filters(reading: Reading, choice: Choice) -> tuple[Filter, ...]:
    """Return the filters with the values that occur on the map."""
    edges, index = reading.map.edges, reading.index
    labels = {
        level.name: level.label
        for edge in edges
        for note in edge.claims
        for level in (note.certainty, *note.evidence)
    }
    found = (
        ("standing", "Standing", {name: name for name in _STANDINGS}, choice.standings),
        (
            "certainty",
            "Certainty",
            {name: labels[name] for edge in edges for name in edge.certainties},
            choice.certainties,
        ),
        (
            "evidence",
            "Evidence",
            {name: labels[name] for edge in edges for name in edge.evidence},
            choice.evidence,
        ),
        (
            "section",
            "Section",
            {code: index.sections.get(code, code) for edge in edges for code in edge.sections},
            choice.sections,
        ),
        ("kind", "Kind", {node.kind: node.kind for node in reading.map.nodes}, choice.kinds),
    )
    return tuple(
        Filter(
            name,
            heading,
            tuple(
                Option(value, values[value], value in chosen)
                for value in (values if name == "standing" else sorted(values))
            ),
        )
        for name, heading, values, chosen in found
    )


def _way(reading: Reading, choice: Choice) -> Way | None:
    """Return the way that the request asks for; raise UnknownNameError for an unknown end."""
    start, end = (request.args.get(name, "").strip() for name in ("from", "to"))
    if not start or not end:
        return None
    first, last = (_named(reading, text) for text in (start, end))
    edges = shortest_path(reading.map, first, last, choice)
    return Way(shorten(first), shorten(last), edges)


def _named(reading: Reading, text: str) -> NamedNode:
    unknown = UnknownNameError(f"{text} is not on the map")
    try:
        curie = text.startswith("id:")
        node = NamedNode(ID + text.removeprefix("id:")) if curie else reading.graph.find(text)
    except ValueError as error:
        raise unknown from error
    if reading.map.node(node) is None:
        raise unknown
    return node


def _repeated(arguments: MultiDict[str, str]) -> dict[str, list[str]]:
    """Return the parameters that links to other forms of the map repeat."""
    names = (*_FILTERS, "whole")
    return {name: arguments.getlist(name) for name in names if name in arguments}
