"""Ontologies for tests of HermiT, and axioms as words."""

from pyoxigraph import NamedNode

from sorafenib_kg.namespaces import shorten
from sorafenib_kg.reasoning import dl
from turtle_texts import EXAMPLE

# No rule of OWL 2 RL sees the first contradiction, of a value that is only said to exist. The
# second shares an axiom with it, and no more.
INCONSISTENT = """
    <https://example.org/> a owl:Ontology ; owl:imports <https://example.org/nowhere> .
    :p a owl:ObjectProperty .
    :A a owl:Class . :D a owl:Class .
    :C a owl:Class ; owl:disjointWith :A .
    :B a owl:Class ;
        rdfs:label "b" ;
        rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :A ] ,
            [ a owl:Restriction ; owl:onProperty :p ; owl:allValuesFrom :C ] .
    :x a :B , :D . :y a :D ; :p :z . :z a :A , :C .
"""

# Only in OWL 2 DL: by cases, and by counting what is said to differ.
BEYOND_RULES = """
    :hits a owl:ObjectProperty .
    :Drug a owl:Class ; rdfs:subClassOf :Given .
    :Food a owl:Class ; rdfs:subClassOf :Given .
    :Given a owl:Class .
    :Swallowed a owl:Class ; rdfs:subClassOf [ owl:unionOf ( :Drug :Food ) ] .
    :HitsMany a owl:Class ; owl:equivalentClass [ owl:intersectionOf (
        :Drug
        [ a owl:Restriction ; owl:onProperty :hits ;
            owl:minCardinality "2"^^xsd:nonNegativeInteger ] ) ] .
    :Small a owl:Class ; rdfs:subClassOf :Drug .
    :one a :Small ; :hits :t1 , :t2 .
    :other a :Drug ; :hits :t1 , :t3 .
    [] a owl:AllDifferent ; owl:distinctMembers ( :t1 :t2 ) .
"""


def words(axiom: dl.Axiom) -> str:
    def name(node: NamedNode) -> str:
        local = node.value.removeprefix(EXAMPLE)
        return shorten(node) if local == node.value else f":{local}"

    return dl.as_manchester(axiom, name)
