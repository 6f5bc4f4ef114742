"""A change that is refused for its violations of shapes: told with SHACL's validation report."""

import json
from dataclasses import replace
from http import HTTPStatus

import pyoxigraph
from pyoxigraph import RdfFormat

from sorafenib_kg.errors import NotAcceptableError, ViolationError
from sorafenib_kg.gateway import problems
from sorafenib_kg.gateway.requests import Reply
from sorafenib_kg.namespaces import PREFIXES
from sorafenib_kg.negotiation import Offer, choose, content_type, parse_accept
from sorafenib_kg.serialisation import serialised
from sorafenib_kg.store import format_of, formats_of

# A client that names one of these wants the report itself.
_OFFERS = tuple(Offer(entry.media_type, by_name_only=True) for entry in formats_of("graph"))
_PREFIXES = {name: PREFIXES[name] for name in ("id", "sh", "skg", "xsd")}


def reply(error: ViolationError, accept: str | None) -> Reply:
    """Return the report as RDF to those who ask for that, else a problem that holds it."""
    media_type = choose(parse_accept(accept), _OFFERS)
    body = None if media_type is None else _written_as(media_type, error.report)
    if media_type is not None and body is not None:
        return Reply(
            HTTPStatus.CONFLICT,
            (
                ("Content-Type", content_type(media_type)),
                ("Vary", "Accept"),
                ("Cache-Control", "no-store"),
            ),
            body,
        )
    problem = problems.of_error(error)
    assert problem is not None  # noqa: S101 - by the table
    report = json.loads(_written(error.report, RdfFormat.JSON_LD))
    return problems.reply(replace(problem, report=report), accept)


def _written_as(media_type: str, report: str) -> bytes | None:
    """Return the report in a media type; None if that cannot hold what the report cites."""
    engine = format_of(media_type, "graph").engine
    assert isinstance(engine, RdfFormat)  # noqa: S101 - by the table
    try:
        return _written(report, engine)
    except NotAcceptableError:
        return None


def _written(report: str, engine: RdfFormat) -> bytes:
    return serialised(pyoxigraph.parse(report, RdfFormat.N_TRIPLES), engine, _PREFIXES)
