"""Why a triple does not hold: the rules that could give it, and what they lack."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, RdfFormat, Triple, Variable, parse

from random_graphs import CLASSES, GRAPHS, PROPERTIES, THINGS, named
from sorafenib_kg.errors import EntailedError
from sorafenib_kg.reasoning import Miss, Premise, WhyNot, materialise, why_not
from sorafenib_kg.rules import REFLEXIVE
from turtle_texts import PREFIXES, triple, triples


def asked(data: str, text: str, **options: int) -> WhyNot:
    return why_not(materialise(triples(data)), triple(text), **options)


def lacking(miss: Miss) -> list[Triple]:
    """Return what a miss lacks, with a fresh thing for each variable."""

    def node(term):
        return NamedNode(f"urn:new:{term.value}") if isinstance(term, Variable) else term

    return [Triple(*map(node, premise.terms)) for premise in miss.missing]


PATHWAY = """
    :affects owl:propertyChainAxiom ( :target :partOf ) .
    :partOf a owl:TransitiveProperty .
    :drug :target :kinase . :kinase :partOf :cascade . :pathway :partOf :system .
"""


def test_a_near_miss_names_what_holds_and_what_is_missing():
    (miss,) = asked(PATHWAY, ":drug :affects :pathway").misses
    assert miss.rule == "prp-spo2"
    held = [Triple(*premise.terms) for premise in miss.premises if premise.holds]
    assert held[0].predicate.value.endswith("propertyChainAxiom")
    assert held[-1] == triple(":drug :target :kinase")
    assert lacking(miss) == [triple(":kinase :partOf :pathway")]


def test_what_is_missing_is_followed_as_deep_as_asked():
    (miss,) = asked(PATHWAY, ":drug :affects :pathway", depth=2).misses
    (premise,) = miss.missing
    assert premise.why_not is not None
    (below,) = premise.why_not.misses
    assert below.rule == "prp-trp"
    assert lacking(below) == [triple(":cascade :partOf :pathway")]
    assert below.missing[0].why_not is None


def test_a_run_lacks_a_link_on_either_side():
    misses = asked(PATHWAY, ":kinase :partOf :system").misses
    assert [lacking(miss) for miss in misses] == [
        [triple(":cascade :partOf :system")],
        [triple(":kinase :partOf :pathway")],
    ]


def test_the_nearest_comes_first():
    misses = asked(
        ":C owl:intersectionOf ( :A :B ) . :D rdfs:subClassOf :C . :x a :A .", ":x a :C"
    ).misses
    assert [(miss.rule, lacking(miss)) for miss in misses] == [
        ("cls-int1", [triple(":x a :B")]),
        ("cax-sco", [triple(":x a :D")]),
    ]
    misses = asked(":C owl:intersectionOf ( :A :B ) . :D rdfs:subClassOf :C .", ":x a :C").misses
    assert [miss.rule for miss in misses] == ["cax-sco", "cls-int1"]


def test_what_anything_would_fill_is_a_variable():
    (miss,) = asked(":p rdfs:domain :C . :x a :A .", ":x a :C").misses
    (premise,) = miss.missing
    assert premise == Premise((*tuple(triple(":x :p :y"))[:2], Variable("y")), holds=False)


def test_of_many_instances_some_are_shown_and_the_others_counted():
    parts = " ".join(f":x :p :y{n} ." for n in range(10))
    misses = asked(
        f":C owl:onProperty :p ; owl:someValuesFrom :D . {parts}", ":x a :C", most=10
    ).misses
    assert {lacking(miss)[0].object.value.rsplit("/")[-1] for miss in misses} == {"D"}
    assert [miss.others for miss in misses] == [0, 0, 7]


def test_at_most_so_many_misses_are_given_and_the_others_counted():
    classes = " ".join(f":C{n} rdfs:subClassOf :C ." for n in range(10))
    found = asked(classes, ":x a :C", most=3)
    assert len(found.misses) == 3
    assert found.more == 7
    parts = " ".join(f":x :p :y{n} ." for n in range(10))
    found = asked(f":C owl:onProperty :p ; owl:someValuesFrom :D . {parts}", ":x a :C", most=1)
    assert (len(found.misses), found.more) == (1, 9)


def test_terms_that_no_triple_has_are_named():
    found = asked(PATHWAY, ":nothing :affects :nowhere")
    assert found.unknown == (triple(":nothing :x :y").subject, triple(":nowhere :x :y").subject)
    assert [miss.rule for miss in found.misses] == ["prp-spo2"]
    assert asked(PATHWAY, ":drug :unheardOf :kinase").misses == ()


def test_what_no_rule_could_give_has_no_misses():
    assert asked(PATHWAY, ":drug :target :cascade").misses == ()


def test_a_triple_is_no_premise_of_itself():
    # Each of two inverses could give the other, which is no help.
    found = asked(":p owl:inverseOf :q .", ":x :p :y", depth=3)
    (miss,) = found.misses
    (premise,) = miss.missing
    assert premise.why_not is not None
    (back,) = premise.why_not.misses
    assert lacking(back) == [triple(":x :p :y")]
    assert back.missing[0].why_not is None


def test_names_are_those_that_were_asked_about():
    data = ":a owl:sameAs :b . :p rdfs:subPropertyOf :q ."
    for name in (":a", ":b"):
        (miss,) = asked(data, f"{name} :q :c").misses
        assert lacking(miss) == [triple(f"{name} :p :c")]


def test_what_holds_cannot_be_asked_about():
    with pytest.raises(EntailedError, match=r"drug.*affects"):
        asked(PATHWAY, ":drug :affects :cascade")


def test_what_holds_whatever_the_data_say_is_not_drawn_but_holds():
    with pytest.raises(EntailedError, match="whatever the data say"):
        asked(":C rdfs:subClassOf :D .", ":C rdfs:subClassOf :C")


@pytest.mark.parametrize("options", [{"depth": 0}, {"most": 0}])
def test_nothing_at_all_cannot_be_asked_for(options):
    with pytest.raises(ValueError, match="positive"):
        asked(PATHWAY, ":drug :affects :pathway", **options)


QUESTIONS = st.one_of(
    st.tuples(st.sampled_from(THINGS), st.just("a"), st.sampled_from(CLASSES)),
    st.tuples(st.sampled_from(THINGS), st.sampled_from(PROPERTIES), st.sampled_from(THINGS)),
    st.tuples(st.sampled_from(CLASSES), st.just("rdfs:subClassOf"), st.sampled_from(CLASSES)),
    st.tuples(st.sampled_from(THINGS), st.just("owl:sameAs"), st.sampled_from(THINGS)),
).map(" ".join)


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(GRAPHS, st.lists(QUESTIONS, min_size=1, max_size=5, unique=True))
def test_what_is_missing_is_all_that_is_missing(lines: list[str], questions: list[str]):
    found = parse(PREFIXES + "\n".join(lines), format=RdfFormat.TURTLE)
    asserted = named([quad.triple for quad in found])
    closure = materialise(asserted)
    for question in map(triple, questions):
        if question in closure or is_reflexive(question):
            continue
        for miss in why_not(closure, question).misses:
            for premise in filter(closed, miss.premises):
                stated = Triple(*premise.terms)
                assert premise.holds == (stated in closure or is_reflexive(stated))
            assert question in materialise([*asserted, *lacking(miss)])


def closed(premise: Premise) -> bool:
    return not any(isinstance(term, Variable) for term in premise.terms)


def is_reflexive(question: Triple) -> bool:
    return question.subject == question.object and question.predicate.value in REFLEXIVE
