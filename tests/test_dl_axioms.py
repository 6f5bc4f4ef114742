"""The axioms that HermiT is given, and how they are written for people."""

import pytest

from dl_texts import words
from sorafenib_kg.reasoning import dl
from turtle_texts import triple, triples


def test_annotations_headers_and_imports_are_no_axioms():
    axioms = dl.logical_axioms(
        triples("""
            <https://example.org/> a owl:Ontology ; owl:imports :other ; owl:versionInfo "1" .
            :note a owl:AnnotationProperty ; rdfs:subPropertyOf rdfs:comment .
            :A a owl:Class ; :note "a note" ; rdfs:label "A" .
            :x a :A ; rdfs:seeAlso :y .
            [] a owl:Axiom ; owl:annotatedSource :x ; owl:annotatedProperty rdf:type ;
                owl:annotatedTarget :A ; rdfs:comment "so it is" .
        """)
    )
    assert axioms.triples == triples(":A a owl:Class . :x a :A .")
    assert not axioms.undeclared


def test_what_hangs_together_by_blank_nodes_is_one_axiom():
    axioms = dl.logical_axioms(
        triples("""
            :p a owl:ObjectProperty .
            :A owl:equivalentClass [ owl:intersectionOf ( :B [ owl:onProperty :p ;
                owl:someValuesFrom :C ] ) ] .
            :A rdfs:subClassOf :D .
        """)
    )
    assert sorted(len(unit) for unit in axioms.units) == [1, 8]


def test_individuals_without_names_do_not_tie_their_statements_together():
    axioms = dl.logical_axioms(
        triples("""
            :p a owl:ObjectProperty . :A a owl:Class .
            :x :p _:one . _:one a :A ; :p _:two . _:two owl:sameAs :y .
        """)
    )
    assert [len(unit) for unit in axioms.units] == [1, 1, 1, 1]


def test_a_characteristic_declares_its_property_even_where_it_is_left_out():
    axioms = dl.logical_axioms(triples(":p a owl:TransitiveProperty . :x :p :y ."))
    assert axioms.declarations == tuple(triples(":p a owl:ObjectProperty ."))
    assert len(axioms.units) == 2


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param(":A rdfs:subClassOf :B .", ":A SubClassOf :B", id="sub_class"),
        pytest.param(
            ":A rdfs:subClassOf [ owl:onProperty :p ; owl:onClass [ owl:unionOf ( :B "
            '[ owl:complementOf :C ] ) ] ; owl:maxQualifiedCardinality "2"^^xsd:integer ] .',
            ":A SubClassOf :p max 2 (:B or (not :C))",
            id="cardinality",
        ),
        pytest.param(
            ":A owl:equivalentClass [ owl:onProperty :q ; owl:someValuesFrom [ a rdfs:Datatype ; "
            "owl:onDatatype xsd:integer ; owl:withRestrictions ( [ xsd:minInclusive 3 ] ) ] ] .",
            ":A EquivalentTo :q some (xsd:integer[>= 3])",
            id="facet",
        ),
        pytest.param(
            "[ owl:onProperty :p ; owl:hasValue :x ] rdfs:subClassOf :A .",
            "(:p value :x) SubClassOf :A",
            id="general",
        ),
        pytest.param(
            ":p owl:propertyChainAxiom ( :p [ owl:inverseOf :r ] ) .",
            ":p SubPropertyChain :p o (inverse :r)",
            id="chain",
        ),
        pytest.param(":p a owl:SymmetricProperty .", ":p Characteristics: Symmetric", id="mark"),
        pytest.param(":A owl:hasKey ( :p :q ) .", ":A HasKey :p, :q", id="key"),
        pytest.param(
            "[] a owl:AllDisjointClasses ; owl:members ( :A :B ) .",
            "DisjointClasses: :A, :B",
            id="group",
        ),
        pytest.param(
            "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual :x ; "
            'owl:assertionProperty :q ; owl:targetValue "1" .',
            'not (:x :q "1")',
            id="denial",
        ),
        pytest.param(
            ":A owl:equivalentClass [ owl:oneOf ( :x :y ) ] .",
            ":A EquivalentTo {:x, :y}",
            id="enumeration",
        ),
        pytest.param(
            ":A rdfs:subClassOf [ owl:onProperty :p ; owl:hasSelf true ] .",
            ":A SubClassOf :p Self",
            id="self",
        ),
        pytest.param(':x :q "a \\"b\\""@en .', ':x :q "a \\"b\\""@en', id="language"),
    ],
)
def test_axioms_are_written_for_people(text: str, line: str):
    declared = ":p a owl:ObjectProperty . :r a owl:ObjectProperty . :q a owl:DatatypeProperty . "
    [axiom] = dl.logical_axioms(triples(declared + text)).units
    assert words(axiom) == line


def test_names_with_blanks_are_quoted():
    assert dl.as_manchester((triple(":A rdfs:subClassOf :B"),), lambda node: "a b").startswith(
        "'a b' SubClassOf"
    )
