"""Why a triple holds: its proof as a page, as JSON, or as text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from pyoxigraph import BlankNode, Triple

from sorafenib_kg.errors import NotAcceptableError, ProtocolError
from sorafenib_kg.explanation import Explanation, Step, as_json, as_text
from sorafenib_kg.graph import KnowledgeGraph
from sorafenib_kg.namespaces import RDF, SKG
from sorafenib_kg.negotiation import HTML, Offer, choose, content_type, parse_accept
from sorafenib_kg.reasoning import Statement
from sorafenib_kg.results import Cell, Labels, cell, labels_of, local_path
from sorafenib_kg.store import Store
from sorafenib_kg.views.site import Site

_OFFERS = (
    Offer("application/json"),
    Offer("text/plain"),
    *(Offer(media_type, by_name_only=True) for media_type in HTML),
)
_DEEPEST = 50
_NAMES = {"json": "application/json", "text": "text/plain", "html": "text/html"}


def create_blueprint(site: Site) -> Blueprint:
    """Serve ``/explain?subject=&predicate=&object=``."""
    blueprint = Blueprint("explain", __name__)

    @blueprint.get("/explain")
    def explain() -> Response:
        triple = _triple(site.loaded, request.args)
        media_type = _media_type()
        explanation = site.loaded.explain(triple)
        if media_type == "application/json":
            body = json.dumps(as_json(explanation), ensure_ascii=False, indent=2) + "\n"
        elif media_type == "text/plain":
            body = as_text(explanation) + "\n"
        else:
            body = _page(site.store, explanation, request.args)
        response = Response(body, content_type=content_type(media_type))
        response.vary.add("Accept")
        return response

    return blueprint


@dataclass(frozen=True, slots=True)
class Node:
    """A step of a proof at its place in the tree; below it what it was drawn from."""

    step: Step
    parts: tuple[Cell, ...]  # subject, predicate, object with links; none if words say it better
    premises: tuple[Node, ...] = ()
    shown_above: bool = False
    cut: bool = False  # as deep as a page goes


def tree(explanation: Explanation, labels: Labels) -> Node:
    """Return a proof as a tree, in which what a step is drawn from stands below it once."""
    shown: set[int] = set()

    def node(step: Step, depth: int) -> Node:
        parts = _parts(step.triple, labels)
        if not step.premises:
            return Node(step, parts)
        if step.number in shown:
            return Node(step, parts, shown_above=True)
        if depth == _DEEPEST:
            return Node(step, parts, cut=True)
        shown.add(step.number)
        below = tuple(node(premise, depth + 1) for premise in explanation.premises(step))
        return Node(step, parts, below)

    return node(explanation.conclusion, 0)


def _parts(triple: Statement | None, labels: Labels) -> tuple[Cell, ...]:
    """Return the parts of a triple about named things; axioms read better in words."""
    if not isinstance(triple, Triple) or isinstance(triple.subject, BlankNode):
        return ()
    if not _speaks_of_things(triple):
        return ()
    return tuple(cell(term, labels) for term in triple)


def _speaks_of_things(triple: Triple) -> bool:
    return triple.predicate == RDF.type or triple.predicate.value.startswith(SKG.NAMESPACE)


def _page(store: Store, explanation: Explanation, arguments: Mapping[str, str]) -> str:
    triples = [step.triple for step in explanation.steps if isinstance(step.triple, Triple)]
    terms = [term for triple in triples for term in triple]
    certainties = [ground.certainty for step in explanation.steps for ground in step.grounds]
    labels = labels_of(store, [*terms, *certainties])
    names = {name: arguments.get(name) for name in ("subject", "predicate", "object")}
    return render_template(
        "explain.html",
        explanation=explanation,
        root=tree(explanation, labels),
        label=labels,
        local_path=local_path,
        names=names,
    )


def _media_type() -> str:
    name = request.args.get("format")
    if name:
        if name not in _NAMES:
            raise ProtocolError(f"there is no format {name}; there are {', '.join(_NAMES)}")
        return _NAMES[name]
    chosen = choose(parse_accept(request.headers.get("Accept")), _OFFERS)
    if chosen is None:
        offered = ", ".join(_NAMES.values())
        raise NotAcceptableError(f"none of the types in Accept can be had; there are {offered}")
    return chosen


def _triple(graph: KnowledgeGraph, arguments: Mapping[str, str]) -> Triple:
    """Read the triple that is asked about: CURIEs, IRIs, labels; as object also a literal."""
    texts: list[str] = []
    for name in ("subject", "predicate", "object"):
        text = arguments.get(name, "").strip()
        if not text:
            raise ProtocolError(f"the request has no parameter {name}")
        texts.append(text)
    return graph.find_triple(*texts)
