"""The ontology: one readable document, and RDF of it and of its modules."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Response, render_template, request
from pyoxigraph import RdfFormat, Triple

from sorafenib_kg.errors import NotAcceptableError, UnknownNameError
from sorafenib_kg.namespaces import PREFIXES
from sorafenib_kg.negotiation import (
    accepted_formats,
    content_type,
    offers_of,
    prefers_html,
)
from sorafenib_kg.serialisation import serialised
from sorafenib_kg.store import format_of, formats_of
from sorafenib_kg.views.answers import negotiated_page
from sorafenib_kg.views.individuals import SUFFIXES
from sorafenib_kg.views.site import Site

_DATA = offers_of("graph")


def create_blueprint(site: Site) -> Blueprint:
    """Serve ``/ontology``, ``/ontology/NAME``, and both with the suffixes of formats."""
    blueprint = Blueprint("ontology", __name__)

    @blueprint.get("/ontology")
    def document() -> Response:
        wanted = request.args.get("format")
        if not wanted and prefers_html(request.headers.get("Accept"), _DATA):
            return _page(site)
        return _rdf(site.reading.vocabulary.merged(), wanted)

    @blueprint.get("/ontology.<suffix>")
    def document_as(suffix: str) -> Response:
        if suffix == "html":
            return _page(site)
        return _rdf(site.reading.vocabulary.merged(), _format(suffix))

    @blueprint.get("/ontology/<name>")
    def module(name: str) -> Response:
        stem, dot, suffix = name.rpartition(".")
        vocabulary = site.reading.vocabulary
        stem, wanted = (stem, _format(suffix)) if dot else (name, request.args.get("format"))
        triples = vocabulary.module(stem)
        if not triples:
            there = ", ".join(vocabulary.names())
            raise UnknownNameError(f"the ontology has no module {stem}; there are {there}")
        if not wanted and prefers_html(request.headers.get("Accept"), _DATA):
            return _page(site)
        return _rdf(triples, wanted)

    return blueprint


def _page(site: Site) -> Response:
    return negotiated_page(
        render_template(
            "ontology.html",
            modules=site.reading.modules,
            formats=formats_of("graph"),
            suffixes={form: suffix for suffix, form in SUFFIXES.items()},
        )
    )


def _format(suffix: str) -> str:
    if suffix not in SUFFIXES or suffix == "html":
        raise UnknownNameError(f"there is no form .{suffix}; there are {', '.join(SUFFIXES)}")
    return SUFFIXES[suffix]


def _rdf(triples: Iterable[Triple], wanted: str | None) -> Response:
    """Answer with RDF in the format wanted, or that the client accepts."""
    media_type = accepted_formats(request.headers.get("Accept"), wanted, "graph").graph
    if media_type is None:
        offered = ", ".join(entry.media_type for entry in formats_of("graph"))
        raise NotAcceptableError(f"none of the types in Accept can be had; there are {offered}")
    engine = format_of(media_type, "graph").engine
    assert isinstance(engine, RdfFormat)  # noqa: S101 - formats of graphs are
    body = serialised(triples, engine, PREFIXES)
    response = Response(body, content_type=content_type(media_type))
    response.vary.add("Accept")
    return response
