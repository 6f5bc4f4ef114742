import pytest

from sorafenib_kg.errors import NotAcceptableError, ProtocolError
from sorafenib_kg.negotiation import (
    Offer,
    accepted_formats,
    choose,
    content_type,
    offers_of,
    parse_accept,
    prefers_html,
    prefers_problem,
)
from sorafenib_kg.store import FORMATS, Formats, format_of

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
TURTLE = "text/turtle"
RDFXML = "application/rdf+xml"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
ALL = (*offers_of("solutions"), *offers_of("graph"))


@pytest.mark.parametrize(
    ("accept", "solutions", "graph"),
    [
        pytest.param(None, JSON, TURTLE, id="no header"),
        pytest.param("", JSON, TURTLE, id="an empty header"),
        pytest.param("nonsense", JSON, TURTLE, id="a header that names nothing"),
        pytest.param("*/*", JSON, TURTLE, id="curl"),
        pytest.param(f"{RDFXML}, {XML}", XML, RDFXML, id="rdflib's SPARQLStore"),
        pytest.param(
            "application/sparql-results+json,application/json,text/javascript,"
            "application/javascript",
            JSON,
            "application/json",
            id="SPARQLWrapper for JSON",
        ),
        pytest.param("application/turtle,text/turtle", None, TURTLE, id="SPARQLWrapper for Turtle"),
        pytest.param(
            "application/ld+json,application/x-json+ld",
            None,
            "application/ld+json",
            id="SPARQLWrapper for JSON-LD",
        ),
        pytest.param(
            "application/rdf+xml, application/xml; q=0.7, text/xml; q=0.6, text/plain; q=0.1, "
            "*/*; q=0.09",
            "application/xml",
            RDFXML,
            id="the OWL API",
        ),
        pytest.param(
            "application/json, text/plain, */*", "application/json", "application/json", id="axios"
        ),
        pytest.param(
            "text/csv;q=0.5, text/tab-separated-values",
            "text/tab-separated-values",
            None,
            id="q-values decide",
        ),
        pytest.param(
            f"{JSON};q=0, */*", XML, TURTLE, id="a wildcard does not revive an excluded type"
        ),
        pytest.param("text/*", "text/csv", TURTLE, id="a half wildcard"),
        pytest.param(
            "application/*;q=0.5, text/csv",
            "text/csv",
            "application/ld+json",
            id="a type before its wildcard",
        ),
        pytest.param(f"{JSON};charset=utf-8", JSON, None, id="a parameter that is no quality"),
        pytest.param(f"{JSON};q=high, text/csv", "text/csv", None, id="a quality that is none"),
        pytest.param("TEXT/CSV", "text/csv", None, id="upper case"),
    ],
)
def test_a_client_is_given_what_it_accepts(accept, solutions, graph):
    assert accepted_formats(accept) == Formats(solutions, solutions, graph)


@pytest.mark.parametrize("accept", ["text/html", "image/png, text/calendar", "*/*;q=0"])
def test_what_cannot_be_had_is_refused_with_a_list_of_what_can(accept):
    with pytest.raises(NotAcceptableError) as refusal:
        accepted_formats(accept)
    assert all(entry.media_type in str(refusal.value) for entry in FORMATS)


@pytest.mark.parametrize(
    ("name", "formats"),
    [
        ("json", Formats(JSON, JSON, "application/ld+json")),
        ("xml", Formats(XML, XML, RDFXML)),
        ("CSV", Formats("text/csv", "text/csv", None)),
        ("ttl", Formats(None, None, TURTLE)),
        ("n3", Formats(None, None, TURTLE)),
        (XML, Formats(XML, XML, None)),
    ],
)
def test_a_parameter_names_the_format_before_accept_does(name, formats):
    assert accepted_formats("text/html", name) == formats


def test_an_unknown_name_of_a_format_is_refused_with_the_known_ones():
    with pytest.raises(ProtocolError, match="there is no format pdf; there are json, xml, csv"):
        accepted_formats("*/*", "pdf")


@pytest.mark.parametrize(
    ("accept", "html"),
    [
        pytest.param(BROWSER, True, id="a browser"),
        pytest.param("text/html", True, id="nothing but HTML"),
        pytest.param("*/*", False, id="a wildcard is no wish for HTML"),
        pytest.param("text/*", False, id="nor is a half one"),
        pytest.param(None, False, id="no header"),
        pytest.param("text/html;q=0.5, text/turtle", False, id="HTML as second best"),
        pytest.param("text/turtle, text/html", False, id="HTML as an equal"),
    ],
)
def test_only_who_names_html_is_a_browser(accept, html):
    assert prefers_html(accept, ALL) is html


@pytest.mark.parametrize(
    ("accept", "problem"),
    [
        ("application/problem+json", True),
        ("application/json", True),
        (f"{JSON}, */*", True),
        ("application/json;q=0", False),
        ("*/*", False),
        ("text/csv", False),
        (None, False),
    ],
)
def test_an_error_comes_as_json_to_who_names_json(accept, problem):
    assert prefers_problem(accept) is problem


def test_a_long_header_is_read_up_to_its_hundredth_entry():
    ranges = parse_accept("image/png," * 5000 + "text/csv")
    assert len(ranges) == 100
    assert choose(ranges, [Offer("text/csv")]) is None


@pytest.mark.parametrize("entry", FORMATS, ids=lambda entry: entry.name)
def test_each_media_type_leads_back_to_its_format(entry):
    for kind in entry.kinds:
        for media_type in entry.media_types:
            assert format_of(media_type, kind) is entry


@pytest.mark.parametrize("kind", ["solutions", "boolean", "graph"])
def test_no_media_type_stands_for_two_formats(kind):
    media_types = [offer.media_type for offer in offers_of(kind)]
    assert len(media_types) == len(set(media_types))


def test_text_comes_with_its_charset():
    assert content_type("text/csv") == "text/csv; charset=utf-8"
    assert content_type(JSON) == JSON
