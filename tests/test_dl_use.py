"""HermiT for those who use the program: the command, the options, the graph beside the others."""

import json
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph
import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple

from commands import run
from serving import serving
from sorafenib_kg.errors import NotEntailedError, ReasoningError
from sorafenib_kg.graph import KnowledgeGraph, open_graph
from sorafenib_kg.namespaces import HERMIT, RDF, expand
from sorafenib_kg.reasoning import dl
from sorafenib_kg.reasoning.dl import process
from sorafenib_kg.settings import Settings

PREFIXES = """
@prefix : <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
# By cases: each of the two is a pet, so whatever is one of the two is.
PETS = """
:Cat a owl:Class ; rdfs:subClassOf :Pet ; rdfs:label "cat" .
:Dog a owl:Class ; rdfs:subClassOf :Pet ; rdfs:label "dog" .
:Pet a owl:Class ; rdfs:label "kept animal" .
:felix a [ owl:unionOf ( :Cat :Dog ) ] ; rdfs:label "Felix" .
"""
FELIX = NamedNode("https://example.org/felix")
PET = NamedNode("https://example.org/Pet")
INFERRED = Triple(FELIX, RDF.type, PET)
CLASSIFIED = dl.Classification(
    dl.Verdict(dl.Outcome.CONSISTENT, unsatisfiable=()), True, (INFERRED,), (), "HermiT 9"
)


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    file = tmp_path / "pets.ttl"
    file.write_text(PREFIXES + PETS, encoding="utf-8")
    return file


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let HermiT's answer be known without asking it."""
    monkeypatch.setattr(dl, "classify", lambda *given, **limits: CLASSIFIED)


# --- classify -----------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["trig", "ttl"])
def test_classify_writes_what_only_hermit_infers(pets: Path, tmp_path: Path, ending: str):
    out = tmp_path / f"inferred.{ending}"
    result = run("classify", pets, "--out", out)
    assert result.exit_code == 0, result.output
    assert "memberships: 1, subsumptions: 0" in result.output
    quads = list(pyoxigraph.parse(path=out))
    assert INFERRED in {quad.triple for quad in quads}
    assert ({quad.graph_name for quad in quads} == {HERMIT}) is (ending == "trig")


@pytest.mark.usefixtures("answered")
def test_the_graph_goes_to_standard_output_and_all_else_does_not(pets: Path):
    result = run("classify", pets, "--format", "nt")
    triples = {quad.triple for quad in pyoxigraph.parse(result.stdout, RdfFormat.N_TRIPLES)}
    assert INFERRED in triples
    assert "consistent by HermiT 9" in result.stderr


def test_classify_names_the_axioms_that_contradict_each_other(pets: Path):
    with pets.open("a", encoding="utf-8") as file:
        file.write(":Pet owl:disjointWith :Cat , :Dog .")
    result = run("classify", pets, "--justifications", "9")
    assert result.exit_code == 1
    assert "a minimal set of 5 axioms" in result.output
    assert "Felix" not in result.output
    assert (
        "  <https://example.org/felix> Type (<https://example.org/Cat> or "
        "<https://example.org/Dog>)\n" in result.output
    )
    assert "There is no other." in result.output


def test_no_answer_is_no_success(pets: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(process, "find_jvm", lambda: None)
    result = run("classify", pets)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "could not run: there is no Java" in result.stderr


def test_a_file_is_not_overwritten_by_what_follows_from_it(pets: Path):
    result = run("classify", pets, "--out", pets)
    assert result.exit_code == 2
    assert pets.read_text(encoding="utf-8") == PREFIXES + PETS


# --- The option ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize(
    ("chosen", "in_graph", "in_default_graph"),
    [
        pytest.param("none", False, False, id="none"),
        pytest.param("named", True, False, id="named"),
        pytest.param("default", True, True, id="default"),
    ],
)
def test_what_hermit_infers_is_where_it_was_asked_for(
    pets: Path, chosen: str, in_graph: bool, in_default_graph: bool
):
    pattern = f"{FELIX} a {PET}"
    for query, expected in (
        (f"ASK {{ GRAPH {HERMIT} {{ {pattern} }} }}", in_graph),
        (f"ASK {{ {pattern} }}", in_default_graph),
    ):
        result = run("query", "-", "--data", pets, "--dl", chosen, "--format", "table", text=query)
        assert result.output == ("yes\n" if expected else "no\n")


@pytest.mark.usefixtures("answered")
def test_the_graph_says_of_itself_outside_the_default_graph_only(pets: Path):
    query = f"ASK {{ {HERMIT} ?p ?o }}"
    result = run("query", "-", "--data", pets, "--dl", "default", "--format", "table", text=query)
    assert result.output == "no\n"


def test_without_the_option_hermit_is_not_asked(pets: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(*given: object, **limits: object) -> None:
        raise AssertionError

    monkeypatch.setattr(dl, "classify", refuse)
    assert open_graph(Settings(data=(pets,))).by_hermit == set()


def test_a_graph_that_hermit_gives_no_answer_for_is_not_served(
    pets: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(process, "find_jvm", lambda: None)
    with pytest.raises(ReasoningError, match="no classification by HermiT: could not run"):
        open_graph(Settings(data=(pets,), dl="named"))


def test_the_limits_are_those_of_the_settings(pets: Path, monkeypatch: pytest.MonkeyPatch):
    seen: list[object] = []

    def classify(*given: object, limits: object, **more: object) -> dl.Classification:
        seen.append(limits)
        return CLASSIFIED

    monkeypatch.setattr(dl, "classify", classify)
    open_graph(Settings(data=(pets,), dl="named", dl_timeout=7, dl_memory=99))
    assert seen == [dl.Limits(7, 99)]


@pytest.mark.slow
@pytest.mark.parametrize("chosen", ["named", "default"])
def test_a_server_keeps_what_hermit_infers_where_it_was_asked_for(pets: Path, chosen: str):
    inferred = f"{FELIX} a {PET}"
    with serving("--data", pets, "--dl", chosen) as server:
        assert ", 1 more by HermiT 1." in server.greeting
        named = server.query(f"ASK {{ GRAPH {HERMIT} {{ {inferred} }} }}")
        default = server.query(f"ASK {{ {inferred} }}")
        about = server.query(f"ASK {{ {HERMIT} ?p ?o }}")
        names = {"subject": FELIX.value, "predicate": RDF.type.value, "object": PET.value}
        why = server.ask("GET", f"/explain?{urlencode(names)}", Accept="application/json")
    assert json.loads(named.body)["boolean"] is True
    assert json.loads(default.body)["boolean"] is (chosen == "default")
    assert json.loads(about.body)["boolean"] is False
    assert why.status == 404
    assert "HermiT infers this" in why.text


# --- Why ----------------------------------------------------------------------------------------


def test_explain_tells_why_hermit_says_so(pets: Path):
    question = ("explain", "Felix", "rdf:type", "kept animal", "--data", pets)
    result = run(*question, "--dl", "named", "--justifications", "2")
    assert result.exit_code == 0, result.output
    lines = [line.strip() for line in result.output.splitlines()]
    assert lines[0] == "1. Felix is a kept animal"
    assert lines[1].startswith("by HermiT: ")
    steps = {line.removeprefix("- ") for line in lines if line.startswith("- ")}
    assert steps == {
        "Felix Type (cat or dog)",
        "cat SubClassOf 'kept animal'",
        "dog SubClassOf 'kept animal'",
    }
    assert lines[-1] == "There is no other minimal set of axioms that this follows from."


def test_explain_as_json_holds_each_explanation(pets: Path):
    question = ("explain", "Felix", "rdf:type", "kept animal", "--data", pets)
    said = json.loads(run(*question, "--dl", "named", "--format", "json").output)
    [explanation] = said["explanations"]
    assert [step["rule"] for step in explanation["steps"]] == ["HermiT", None, None, None]
    assert explanation["steps"][0]["premises"] == [2, 3, 4]


def test_what_the_rules_prove_hermit_is_not_asked_about(
    pets: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(process, "find_jvm", lambda: None)
    with pets.open("a", encoding="utf-8") as file:
        file.write(":tom a :Cat ; rdfs:label 'Tom' .")
    question = ("explain", "Tom", "rdf:type", "kept animal", "--data", pets)
    assert "by cax-sco" in run(*question, "--dl", "named").output


@pytest.mark.usefixtures("answered")
def test_what_only_hermit_infers_has_no_proof_by_rules_and_the_message_says_so(pets: Path):
    graph = open_graph(Settings(data=(pets,), dl="default"))
    with pytest.raises(NotEntailedError, match="HermiT infers this, and no rule proves it"):
        graph.explain(INFERRED)


def test_what_does_not_follow_by_hermit_either_is_said_so(pets: Path):
    question = ("explain", "Felix", "rdf:type", "cat", "--data", pets)
    result = run(*question, "--dl", "named")
    assert result.exit_code == 1
    assert "does not follow by HermiT either" in " ".join(result.stderr.split())


# --- The bundled graph --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def with_hermit() -> KnowledgeGraph:
    return open_graph(Settings(dl="named"))


@pytest.mark.slow
def test_sorafenib_is_a_drug_of_several_targets(with_hermit: KnowledgeGraph):
    member = Triple(expand("id:sorafenib"), RDF.type, expand("skg:MultiTargetDrug"))
    assert member in with_hermit.by_hermit
    assert not with_hermit.holds(member)


@pytest.mark.slow
def test_the_class_that_hermit_names_has_its_label(with_hermit: KnowledgeGraph):
    assert with_hermit.labels[expand("skg:MultiTargetDrug")] == "multi-target drug"


@pytest.mark.slow
def test_why_sorafenib_is_one_goes_down_to_claims(with_hermit: KnowledgeGraph):
    member = Triple(expand("id:sorafenib"), RDF.type, expand("skg:MultiTargetDrug"))
    [explanation] = with_hermit.justify(member, dl.Limits()).explanations
    texts = [step.text for step in explanation.steps]
    assert "'multi-target drug' EquivalentTo drug and ('has target' min 2)" in texts
    claims = [step for step in explanation.steps for g in step.grounds if g.kind == "claim"]
    assert len(claims) == 2
    assert explanation.certainty is not None
