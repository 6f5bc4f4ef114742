"""Random small graphs that use every construct the rules are about, for tests by comparison."""

import re
from itertools import chain

from hypothesis import strategies as st
from pyoxigraph import BlankNode, NamedNode, Triple


def named(triples: list[Triple]) -> list[Triple]:
    """Give blank nodes names, so that two closures can be compared triple by triple."""

    def name(term):
        return NamedNode(f"urn:blank:{term.value}") if isinstance(term, BlankNode) else term

    return [Triple(name(t.subject), t.predicate, name(t.object)) for t in triples]


CLASSES = [f":C{n}" for n in range(5)]
PROPERTIES = [f":p{n}" for n in range(4)]
THINGS = [f":i{n}" for n in range(5)]
# Literals get properties of their own: by inverses and the like they become subjects in owlrl,
# from which more follows than RDF can say.
VALUE_PROPERTIES = [":v0", ":v1"]
DECLARATIONS = [
    *(f"{name} a owl:Class ." for name in CLASSES),
    *(f"{name} a owl:ObjectProperty ." for name in PROPERTIES),
    *(f"{name} a owl:DatatypeProperty ." for name in VALUE_PROPERTIES),
]

a_class, a_property, a_thing, a_value_property = (
    st.sampled_from(names) for names in (CLASSES, PROPERTIES, THINGS, VALUE_PROPERTIES)
)


def line(template: str, **parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.fixed_dictionaries(parts).map(lambda values: template.format(**values))


def listed(
    item: st.SearchStrategy[str], shortest: int = 2, unique: bool = False
) -> st.SearchStrategy[str]:
    return st.lists(item, min_size=shortest, max_size=3, unique=unique).map(" ".join)


FACTS = st.one_of(
    line("{x} owl:sameAs {y} .", x=a_thing, y=a_thing),
    line("{x} owl:differentFrom {y} .", x=a_thing, y=a_thing),
    line('{x} {p} "other" .', x=a_thing, p=a_value_property),
    line(
        "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual {x} ; "
        "owl:assertionProperty {p} ; owl:targetIndividual {y} .",
        x=a_thing,
        p=a_property,
        y=a_thing,
    ),
    line("{x} a {c} .", x=a_thing, c=a_class),
    line("{x} {p} {y} .", x=a_thing, p=a_property, y=a_thing),
    line('{x} {p} "text" .', x=a_thing, p=a_value_property),
)
RESTRICTION = st.one_of(
    line("owl:someValuesFrom {c}", c=a_class),
    line("owl:someValuesFrom owl:Thing"),
    line("owl:allValuesFrom {c}", c=a_class),
    line("owl:hasValue {x}", x=a_thing),
    line('owl:maxCardinality "{n}"^^xsd:nonNegativeInteger', n=st.sampled_from("01")),
    line(
        'owl:maxQualifiedCardinality "{n}"^^xsd:nonNegativeInteger ; owl:onClass {c}',
        n=st.sampled_from("01"),
        c=st.one_of(a_class, st.just("owl:Thing")),
    ),
)
AXIOMS = st.one_of(
    line("{c} rdfs:subClassOf {d} .", c=a_class, d=a_class),
    line("{c} owl:equivalentClass {d} .", c=a_class, d=a_class),
    line("{c} owl:disjointWith {d} .", c=a_class, d=a_class),
    line("{c} owl:complementOf {d} .", c=a_class, d=a_class),
    line("{p} rdfs:subPropertyOf {q} .", p=a_property, q=a_property),
    line("{p} owl:equivalentProperty {q} .", p=a_property, q=a_property),
    line("{p} owl:inverseOf {q} .", p=a_property, q=a_property),
    line("{p} owl:propertyDisjointWith {q} .", p=a_property, q=a_property),
    line("{p} rdfs:domain {c} .", p=a_property, c=a_class),
    line("{p} rdfs:domain {c} .", p=a_value_property, c=a_class),
    line("{p} rdfs:subPropertyOf {q} .", p=a_value_property, q=a_value_property),
    line('{c} owl:hasValue "text" ; owl:onProperty {p} .', c=a_class, p=a_value_property),
    line("{p} rdfs:range {c} .", p=a_property, c=a_class),
    line(
        "{p} a owl:{kind} .",
        p=a_property,
        kind=st.sampled_from(
            [
                "TransitiveProperty",
                "SymmetricProperty",
                "AsymmetricProperty",
                "IrreflexiveProperty",
                "FunctionalProperty",
                "InverseFunctionalProperty",
            ]
        ),
    ),
    line("{p} a owl:FunctionalProperty .", p=a_value_property),
    # The last property of a key stands twice, which changes nothing but for owlrl 7.6: it overlooks
    # the last property of each.
    line("{c} owl:hasKey ( {p} {p} ) .", c=a_class, p=a_property),
    line("{c} owl:hasKey ( {p} {q} {q} ) .", c=a_class, p=a_property, q=a_value_property),
    line("{c} owl:hasKey ( {p} {p} ) .", c=a_class, p=a_value_property),
    line("{c} owl:sameAs {d} .", c=a_class, d=a_class),
    line("{p} owl:sameAs {q} .", p=a_property, q=a_property),
    # A last item that nothing is said of changes nothing but for owlrl 7.6, which overlooks the
    # last of different things and of disjoint properties.
    line("[] a owl:AllDifferent ; owl:members ( {l} :none ) .", l=listed(a_thing, unique=True)),
    line(
        "[] a owl:AllDifferent ; owl:distinctMembers ( {l} :none ) .",
        l=listed(a_thing, unique=True),
    ),
    line(
        "[] a owl:AllDisjointProperties ; owl:members ( {l} :none ) .",
        l=listed(a_property, unique=True),
    ),
    line("{p} owl:propertyChainAxiom ( {l} ) .", p=a_property, l=listed(a_property)),
    line("{c} owl:intersectionOf ( {l} ) .", c=a_class, l=listed(a_class)),
    line("{c} owl:unionOf ( {l} ) .", c=a_class, l=listed(a_class)),
    line("{c} owl:oneOf ( {l} ) .", c=a_class, l=listed(a_thing, 1)),
    # What is listed twice is disjoint with itself by W3C's rules, and is not by owlrl.
    line("[] a owl:AllDisjointClasses ; owl:members ( {l} ) .", l=listed(a_class, unique=True)),
    line("{c} {r} ; owl:onProperty {p} .", c=a_class, p=a_property, r=RESTRICTION),
    line(
        "[] {r} ; owl:onProperty {p} ; rdfs:subClassOf {c} .",
        c=a_class,
        p=a_property,
        r=RESTRICTION,
    ),
    line(
        "{c} rdfs:subClassOf [ {r} ; owl:onProperty {p} ] .",
        c=a_class,
        p=a_property,
        r=RESTRICTION,
    ),
)
KINDS = {"cde": CLASSES, "pqr": PROPERTIES, "vw": VALUE_PROPERTIES, "xyz": THINGS}
SINGLE_LETTER = re.compile(r"(?<![\w:\"])([c-z])(?![\w:\"])")


def scene(template: str) -> st.SearchStrategy[str]:
    """Return lines in which each single letter stands for a class, property or thing of its own."""

    def fill(names: dict[str, list[str]]) -> str:
        meant = {
            letter: name
            for letters, shuffled in names.items()
            for letter, name in zip(letters, shuffled, strict=False)
        }
        return SINGLE_LETTER.sub(lambda found: meant[found[1]], template)

    orders = {letters: st.permutations(names) for letters, names in KINDS.items()}
    return st.fixed_dictionaries(orders).map(fill)


# Chance alone would hardly ever bring together what these rules ask for.
SCENES = st.one_of(
    *map(
        scene,
        [
            "p a owl:TransitiveProperty . x p y . y p z .",
            "p owl:propertyChainAxiom ( q r ) . x q y . y r z .",
            "p a owl:InverseFunctionalProperty . x p z . y p z .",
            "p a owl:FunctionalProperty . x p y . x p z .",
            'v a owl:FunctionalProperty . x v "text" , "other" .',
            "p a owl:IrreflexiveProperty . x p x .",
            "p a owl:AsymmetricProperty . x p y . y p x .",
            "p owl:propertyDisjointWith q . x p y . x q y .",
            "c owl:hasKey ( p p ) . x a c ; p z . y a c ; p z .",
            'c owl:hasKey ( v v ) . x a c ; v "text" . y a c ; v "text" .',
            "[] a owl:AllDisjointProperties ; owl:members ( p q :none ) . x p y ; q y .",
            "[] a owl:AllDisjointClasses ; owl:members ( c d ) . x a c , d .",
            "[] a owl:AllDifferent ; owl:members ( x y :none ) . x owl:sameAs y .",
            "[] a owl:AllDifferent ; owl:distinctMembers ( x y :none ) . x owl:sameAs y .",
            "c owl:complementOf d . x a c , d .",
            "c owl:intersectionOf ( d e ) . x a d , e .",
            "c owl:someValuesFrom d ; owl:onProperty p . x p y . y a d .",
            "c owl:allValuesFrom d ; owl:onProperty p . x a c ; p y .",
            'c owl:maxCardinality "0"^^xsd:nonNegativeInteger ; owl:onProperty p . x a c ; p y .',
            'c owl:maxCardinality "1"^^xsd:nonNegativeInteger ; owl:onProperty p . '
            "x a c ; p y , z .",
            'c owl:maxQualifiedCardinality "0"^^xsd:nonNegativeInteger ; owl:onProperty p ; '
            "owl:onClass d . x a c ; p y . y a d .",
            'c owl:maxQualifiedCardinality "0"^^xsd:nonNegativeInteger ; owl:onProperty p ; '
            "owl:onClass owl:Thing . x a c ; p y .",
            'c owl:maxQualifiedCardinality "1"^^xsd:nonNegativeInteger ; owl:onProperty p ; '
            "owl:onClass d . x a c ; p y , z . y a d . z a d .",
            'c owl:maxQualifiedCardinality "1"^^xsd:nonNegativeInteger ; owl:onProperty p ; '
            "owl:onClass owl:Thing . x a c ; p y , z .",
            "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual x ; "
            "owl:assertionProperty p ; owl:targetIndividual y . x p y .",
            "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual x ; "
            'owl:assertionProperty v ; owl:targetValue "text" . x v "text" .',
            "c owl:hasValue x ; owl:onProperty p . d owl:hasValue x ; owl:onProperty q . "
            "p rdfs:subPropertyOf q .",
            "c owl:someValuesFrom e ; owl:onProperty p . d owl:someValuesFrom e ; "
            "owl:onProperty q . p rdfs:subPropertyOf q .",
            "e owl:allValuesFrom c ; owl:onProperty p . :E owl:allValuesFrom d ; "
            "owl:onProperty p . c rdfs:subClassOf d .",
            "e owl:allValuesFrom c ; owl:onProperty p . :E owl:allValuesFrom c ; "
            "owl:onProperty q . p rdfs:subPropertyOf q .",
            "e owl:someValuesFrom c ; owl:onProperty p . :E owl:someValuesFrom d ; "
            "owl:onProperty p . c rdfs:subClassOf d .",
            "v owl:sameAs w .",
        ],
    )
)
GRAPHS = st.tuples(
    st.lists(SCENES, max_size=2),
    st.lists(AXIOMS, min_size=1, max_size=6),
    st.lists(FACTS, min_size=1, max_size=6),
).map(lambda parts: [*DECLARATIONS, *chain.from_iterable(parts)])
