"""Claims: what is read of them, and which of them put a triple into the graph."""

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from sorafenib_kg.claims import ClaimIndex, read_claims
from sorafenib_kg.graph import KnowledgeGraph
from sorafenib_kg.loader import load
from sorafenib_kg.locators import Place
from sorafenib_kg.namespaces import ID

PREFIXES = (
    f"@prefix id: <{ID}> . @prefix skg: <https://w3id.org/sorafenib-kg/ontology#> . "
    "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . "
)
CLAIM = """
id:c a skg:Claim ; skg:statement "A does B."@en ; skg:claimSubject id:a ;
    skg:claimPredicate skg:affects ; skg:claimObject id:b ;
"""


def node(name: str) -> NamedNode:
    return NamedNode(ID + name)


def read(text: str) -> ClaimIndex:
    return read_claims(parse((PREFIXES + text).encode(), format=RdfFormat.TURTLE))


@pytest.fixture(scope="module")
def small(sound: Path) -> ClaimIndex:
    return load([sound / "triples"]).claims


@pytest.mark.parametrize("certainty", ["stated", "found", "suggested", "hypothesised", "contested"])
@pytest.mark.parametrize(
    "polarity", ["supports", "no-difference", "not-demonstrated", "refutes", "open"]
)
def test_only_positive_unhedged_claims_yield_their_triple(polarity: str, certainty: str):
    index = read(f"{CLAIM} skg:polarity id:{polarity} ; skg:certainty id:{certainty} .")
    expected = polarity == "supports" and certainty in ("stated", "found")
    [claim] = index
    assert claim.yields_triple is expected
    assert bool(index.yielding(claim.triple)) is expected


@pytest.mark.parametrize("offset", ["--5", "-٣", "+5", "", "5.0", "9" * 5000])
def test_an_offset_that_is_no_number_is_no_place(offset: str):
    place = f'id:l skg:locator "S01 P1 s1" ; skg:startOffset "{offset}" ; skg:endOffset 7 .'
    [claim] = read(
        f"{CLAIM} skg:polarity id:open ; skg:certainty id:found ; skg:locatedAt id:l . " + place
    )
    assert claim.places == ()


@pytest.mark.parametrize(
    "lacking", ["statement", "claimSubject", "claimPredicate", "claimObject", "polarity"]
)
def test_an_incomplete_claim_is_left_out(lacking: str):
    text = f"{CLAIM} skg:polarity id:supports ; skg:certainty id:stated ."
    assert len(read(text)) == 1
    assert len(read(text.replace(f"skg:{lacking} ", "skg:other "))) == 0


def test_a_value_stands_in_place_of_an_object():
    text = CLAIM.replace("skg:claimObject id:b", 'skg:claimValue "much"')
    [claim] = read(f"{text} skg:polarity id:supports ; skg:certainty id:stated .")
    assert claim.object == Literal("much")


def test_a_claim_has_its_place_and_references(small: ClaimIndex):
    claim = small.by_iri[node("claim-S01-001")]
    place = Place(node("chars-0-25"), node("S01-P1-s1"), "S01 P1 s1", 0, 25, (1,))
    assert claim.places == (place,)
    assert claim.references == (1,)
    assert claim.section == "S01"


# Three sentences of ten characters. The first and the third point to reference 7, each at its
# end, and the second to none.
SENTENCES = (
    "".join(
        f"""
id:s{n} a skg:Sentence ; skg:locator "S01 P1 s{n}" ;
    skg:startOffset {10 * n - 10} ; skg:endOffset {10 * n} .
id:place{n} a skg:TextLocator ; skg:inSentence id:s{n} ;
    skg:startOffset {10 * n - 10} ; skg:endOffset {10 * n - 5} .
"""
        for n in (1, 2, 3)
    )
    + "id:ref-7 a skg:Reference ; skg:referenceNumber 7 ."
    + "".join(
        f"""
id:pointer{n} a skg:ReferencePointer ; skg:denotes id:ref-7 ; skg:inSentence id:s{n} ;
    skg:startOffset {10 * n - 1} ; skg:endOffset {10 * n} .
"""
        for n in (1, 3)
    )
)
SUPPORTED = f"{CLAIM} skg:polarity id:supports ; skg:certainty id:stated ;"


def test_a_reference_stands_at_those_places_whose_sentence_points_to_it():
    text = f"{SUPPORTED} skg:citesInSentence id:ref-7 ; skg:locatedAt id:place2 , id:place3 ."
    [claim] = read(SENTENCES + text)
    assert {place.locator: place.references for place in claim.places} == {
        "S01 P1 s2": (),
        "S01 P1 s3": (7,),
    }
    assert claim.context == ()


@pytest.mark.parametrize(
    ("place", "standing"), [("place2", "S01 P1 s1"), ("place1", "S01 P1 s1"), ("s3", "S01 P1 s1")]
)
def test_a_reference_from_the_context_stands_where_it_was_last_given(place: str, standing: str):
    text = f"{SUPPORTED} skg:citesFromContext id:ref-7 ; skg:locatedAt id:{place} ."
    [claim] = read(SENTENCES + text)
    assert [found.references for found in claim.places] == [()]
    assert [(found.locator, found.references) for found in claim.context] == [(standing, (7,))]


def test_a_definition_has_the_sentence_as_its_place(small: ClaimIndex):
    [place] = small.definitions(node("kinase-a"))
    assert (place.locator, place.start, place.end) == ("S01 P1 s1", 0, 44)


def test_claims_of_one_triple_are_kept_apart():
    layer = "skg:polarity id:supports ; skg:certainty id:stated ."
    index = read(f"{CLAIM}{layer}{CLAIM.replace('id:c ', 'id:d ')}{layer}")
    found = index.yielding(index.claims[0].triple)
    assert [claim.iri for claim in found] == [node("c"), node("d")]


def test_the_review_has_its_claims_in_all_sections_with_text(graph: KnowledgeGraph):
    sections = {claim.section for claim in graph.claims}
    assert sections == {f"S{number:02}" for number in range(1, 17)} - {"S02", "S08"}
    assert len(graph.claims) >= 150


def test_the_plain_triple_of_a_claim_is_asserted(graph: KnowledgeGraph):
    asserted = graph.dataset.asserted()
    assert all((claim.triple in asserted) for claim in graph.claims if claim.yields_triple)


def test_no_hedged_negative_or_open_claim_reaches_the_reasoner(graph: KnowledgeGraph):
    asserted = graph.dataset.asserted()
    yielded = {claim.triple for claim in graph.claims if claim.yields_triple}
    others: set[Triple] = {claim.triple for claim in graph.claims if not claim.yields_triple}
    assert not (others - yielded) & asserted
