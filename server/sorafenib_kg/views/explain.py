"""Why a triple holds, or does not: proofs and near misses as a page, as text, JSON and RDF."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from pyoxigraph import RdfFormat, Triple

from sorafenib_kg.errors import NotAcceptableError, NotEntailedError, ProtocolError
from sorafenib_kg.explanation import (
    Absence,
    Explanations,
    absence_as_json,
    absence_as_text,
    as_json,
    as_rdf,
    as_text,
    proofs_as_json,
    proofs_as_text,
)
from sorafenib_kg.graph import KnowledgeGraph
from sorafenib_kg.negotiation import HTML, Offer, choose, content_type, parse_accept
from sorafenib_kg.presentation.proof_drawing import draw_proof
from sorafenib_kg.presentation.proof_trees import tree
from sorafenib_kg.reasoning import Clash
from sorafenib_kg.results import local_path
from sorafenib_kg.store import formats_of
from sorafenib_kg.views.site import Site

_MOST_ALTERNATIVES = 5
_DEEPEST_WHY_NOT = 3
_NAMES = {"json": "application/json", "text": "text/plain", "html": "text/html"}
_RDF = {
    entry.media_type: entry.engine
    for entry in formats_of("graph")
    if isinstance(entry.engine, RdfFormat)
}
_RDF_NAMES = {
    name: entry.media_type
    for entry in formats_of("graph")
    for name in (entry.name, *entry.short_names)
    if name not in _NAMES
}
_PLAIN_OFFERS = (
    Offer("application/json"),
    Offer("text/plain"),
    *(Offer(media_type, by_name_only=True) for media_type in HTML),
)
_WHAT = ("subject", "predicate", "object", "clash")
_HOW = ("minimal", "alternatives", "why-not", "depth")
_FLAGS = {"": True, "1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a triple or a contradiction, and how it is to be explained."""

    what: Triple | Clash
    minimal: bool
    alternatives: int | None
    why_not: bool
    depth: int

    @property
    def searches(self) -> bool:
        """Tell whether other proofs than that by rank are asked for."""
        return self.minimal or self.alternatives is not None


def create_blueprint(site: Site) -> Blueprint:
    """Serve ``/explain?subject=&predicate=&object=`` and ``/explain?clash=``."""
    blueprint = Blueprint("explain", __name__)

    @blueprint.get("/explain")
    def explain() -> Response:
        graph = site.loaded
        question = _question(graph, request.args)
        media_type = _media_type(with_rdf=not question.why_not)
        if question.why_not and isinstance(question.what, Triple):
            absence = graph.explainer.why_not(question.what, depth=question.depth)
            body: str | bytes = _absence(site, absence, media_type)
        else:
            body = _proofs(site, question, media_type)
        response = Response(body, content_type=content_type(media_type))
        response.vary.add("Accept")
        return response

    return blueprint


# --- What is answered ---------------------------------------------------------------------------


def _proofs(site: Site, question: Question, media_type: str) -> str | bytes:
    graph = site.loaded
    found = _explanations(graph, question)
    if media_type == "application/json":
        content = proofs_as_json(found) if question.searches else as_json(found.explanations[0])
        return _dump(content)
    if media_type == "text/plain":
        text = proofs_as_text(found) if question.searches else as_text(found.explanations[0])
        return text + "\n"
    if media_type in _RDF:
        return as_rdf(found.explanations, graph.explainer.descriptions, _RDF[media_type])
    labels = site.reading.index.labels
    roots = [tree(explanation, labels) for explanation in found.explanations]
    return render_template(
        "explain.html",
        explanations=found.explanations,
        roots=roots,
        drawings=[draw_proof(root) for root in roots],
        note=found.note if question.searches else None,
        label=labels,
        local_path=local_path,
        names=_address(),
        what=_address(_WHAT),
    )


def _explanations(graph: KnowledgeGraph, question: Question) -> Explanations:
    explainer, what = graph.explainer, question.what
    try:
        if question.alternatives is not None:
            return explainer.alternatives(what, question.alternatives)
        if question.minimal:
            return explainer.smallest(what)
        if isinstance(what, Clash):
            return Explanations((explainer.explain_clash(what),), complete=True)
        return Explanations((graph.explain(what),), complete=True)
    except NotEntailedError as error:
        raise NotEntailedError(f"{error}; with why-not=1 it is told what is missing") from error


def _absence(site: Site, absence: Absence, media_type: str) -> str:
    if media_type == "application/json":
        return _dump(absence_as_json(absence))
    if media_type == "text/plain":
        return absence_as_text(absence) + "\n"
    return render_template(
        "why_not.html",
        absence=absence,
        label=site.reading.index.labels,
        local_path=local_path,
        names=_address(),
    )


def _dump(content: dict[str, object]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


# --- What is asked ------------------------------------------------------------------------------


def _address(names: tuple[str, ...] = _WHAT + _HOW) -> dict[str, str]:
    """Return those parameters of the request that links to it in other forms repeat."""
    return {name: request.args[name] for name in names if name in request.args}


def _media_type(with_rdf: bool) -> str:
    names = {**_NAMES, **_RDF_NAMES} if with_rdf else _NAMES
    offers = _PLAIN_OFFERS + tuple(map(Offer, _RDF)) if with_rdf else _PLAIN_OFFERS
    name = request.args.get("format")
    if name:
        if name not in names:
            raise ProtocolError(f"there is no format {name}; there are {', '.join(names)}")
        return names[name]
    chosen = choose(parse_accept(request.headers.get("Accept")), offers)
    if chosen is None:
        offered = ", ".join(dict.fromkeys(names.values()))
        raise NotAcceptableError(f"none of the types in Accept can be had; there are {offered}")
    return chosen


def _question(graph: KnowledgeGraph, arguments: Mapping[str, str]) -> Question:
    """Read what is asked. Raises ProtocolError, UnknownNameError."""
    names = [arguments.get(name, "").strip() for name in _WHAT[:3]]
    what: Triple | Clash
    if "clash" in arguments:
        if any(names):
            raise ProtocolError("the request names both a triple and a contradiction")
        number = _number(arguments, "clash", 1_000_000)
        what = graph.clash(number or 1)
    else:
        what = _triple(graph, names)
    question = Question(
        what,
        _flag(arguments, "minimal"),
        _number(arguments, "alternatives", _MOST_ALTERNATIVES),
        _flag(arguments, "why-not"),
        _number(arguments, "depth", _DEEPEST_WHY_NOT) or 1,
    )
    if question.why_not and (question.searches or isinstance(what, Clash)):
        raise ProtocolError("why-not is about a triple that has no proof")
    return question


def _triple(graph: KnowledgeGraph, names: list[str]) -> Triple:
    """Read the triple that is asked about: CURIEs, IRIs, labels; as object also a literal."""
    for name, text in zip(_WHAT[:3], names, strict=True):
        if not text:
            raise ProtocolError(f"the request has no parameter {name}")
    return graph.find_triple(*names)


def _flag(arguments: Mapping[str, str], name: str) -> bool:
    text = arguments.get(name, "0").lower()
    if text not in _FLAGS:
        raise ProtocolError(f"the parameter {name} is neither 1 nor 0")
    return _FLAGS[text]


def _number(arguments: Mapping[str, str], name: str, most: int) -> int | None:
    text = arguments.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= most):
        raise ProtocolError(f"the parameter {name} is no whole number from 1 to {most}")
    return int(text)
