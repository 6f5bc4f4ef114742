"""All ways to ask why and why not, on the command line and over HTTP, and all forms of answers."""

import json
from pathlib import Path

import pyoxigraph
import pytest
from click.testing import CliRunner, Result
from pyoxigraph import NamedNode, QuerySolutions, RdfFormat, Store

from sorafenib_kg.app import create_app
from sorafenib_kg.cli import main
from sorafenib_kg.graph import open_graph
from sorafenib_kg.namespaces import PREFIXES, expand, rule_name
from sorafenib_kg.settings import Settings

DATA = """
@prefix id: <https://w3id.org/sorafenib-kg/id/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skg: <https://w3id.org/sorafenib-kg/ontology#> .

skg:Drug a owl:Class ; rdfs:label "drug"@en ; owl:disjointWith skg:Enzyme .
skg:Enzyme a owl:Class ; rdfs:label "enzyme"@en .
skg:blocks a owl:ObjectProperty ; rdfs:label "blocks"@en ; rdfs:subPropertyOf skg:affects .
skg:binds a owl:ObjectProperty ; rdfs:label "binds"@en ; rdfs:subPropertyOf skg:affects .
skg:affects a owl:ObjectProperty ; rdfs:label "affects"@en .
skg:reaches a owl:ObjectProperty ; rdfs:label "reaches"@en ;
    owl:propertyChainAxiom ( skg:affects skg:within ) .

id:S07-P2-s1 a skg:Sentence ; skg:locator "S07 P2 s1" ; skg:startOffset 100 ; skg:endOffset 200 .
id:ref-31 a skg:Reference ; skg:referenceNumber 31 .
id:supports rdfs:label "supports"@en . id:refutes rdfs:label "refutes"@en .
id:suggested rdfs:label "suggested"@en .
id:one rdfs:label "one"@en ; a skg:Drug . id:two rdfs:label "two"@en .
id:kinase rdfs:label "the kinase"@en ; skg:within id:cascade .
id:lipase rdfs:label "the lipase"@en ; skg:within id:cascade .
id:cascade rdfs:label "the cascade"@en .
"""
CONTRADICTION = "id:one a skg:Enzyme ."


def claim(number: int, subject: str, predicate: str, value: str, **layer: str) -> str:
    polarity, certainty = layer.get("polarity", "supports"), layer.get("certainty", "stated")
    return f"""
        id:claim-S07-00{number} a skg:Claim ; skg:statement "Claim number {number}."@en ;
            skg:claimSubject id:{subject} ; skg:claimPredicate skg:{predicate} ;
            skg:claimObject id:{value} ; skg:polarity id:{polarity} ;
            skg:certainty id:{certainty} ;
            skg:citesInSentence id:ref-31 ; skg:locatedAt id:S07-P2-s1 .
    """


CLAIMS = (
    claim(1, "one", "blocks", "kinase")
    + claim(2, "one", "binds", "lipase", certainty="found")
    + claim(3, "two", "blocks", "kinase", certainty="suggested")
    + claim(4, "two", "affects", "lipase", polarity="refutes")
)
REACHES = ["one", "reaches", "the cascade"]
ABSENT = ["two", "reaches", "the cascade"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file that no ontology graph is made of; all in it counts as facts."""
    path = tmp_path / "claims-S07.ttl"
    path.write_text(DATA + CLAIMS, encoding="utf-8")
    return path


@pytest.fixture
def contradicting(tmp_path: Path) -> Path:
    path = tmp_path / "contradicting" / "claims-S07.ttl"
    path.parent.mkdir()
    path.write_text(DATA + CLAIMS + CONTRADICTION, encoding="utf-8")
    return path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["explain", *map(str, arguments)])


def ask(path: Path, accept: str = "*/*", **parameters: str):
    app = create_app(graph=open_graph(Settings(data=(path,))))
    return app.test_client().get(
        "/explain",
        query_string={name.replace("_", "-"): value for name, value in parameters.items()},
        headers={"Accept": accept},
    )


def named(names: list[str]) -> dict[str, str]:
    return dict(zip(("subject", "predicate", "object"), names, strict=True))


def select(data: str, form: RdfFormat, names: str, pattern: str) -> list[tuple[object, ...]]:
    """Return the values of some variables in the answers to a query, each once."""
    store = Store()
    store.extend(pyoxigraph.parse(data, form))
    prefixes = "".join(f"PREFIX {name}: <{iri}> " for name, iri in PREFIXES.items())
    answers = store.query(f"{prefixes} SELECT DISTINCT {names} {{ {pattern} }}")
    assert isinstance(answers, QuerySolutions)
    return [tuple(answer) for answer in answers]


# --- Proofs -------------------------------------------------------------------------------------


def test_the_smallest_proof_is_written_as_any_other(file: Path):
    result = run(*REACHES, "--minimal", "--data", file)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("1. one reaches the cascade\n   by prp-spo2: ")
    assert "Weakest certainty on the way: " in result.stdout


def test_alternatives_rest_on_other_claims_each_with_its_own_certainty(file: Path):
    found = json.loads(
        run(*REACHES, "--alternatives", "3", "--format", "json", "--data", file).stdout
    )
    assert found["complete"] is True
    claims = [
        {ground["source"].split("/")[-1] for step in proof["steps"] for ground in step["grounds"]}
        & {"claim-S07-001", "claim-S07-002"}
        for proof in found["proofs"]
    ]
    assert sorted(map(sorted, claims)) == [["claim-S07-001"], ["claim-S07-002"]]
    certainties = {proof["certainty"].split("/")[-1] for proof in found["proofs"]}
    assert certainties == {"stated", "found"}


def test_alternatives_as_text_are_numbered_and_it_is_said_that_there_are_no_more(file: Path):
    text = run(*REACHES, "--alternatives", "5", "--data", file).stdout
    assert "Proof 1 of 2\n\n1. one reaches" in text
    assert "Proof 2 of 2\n\n1. one reaches" in text
    assert text.endswith("No further proof does without something that these need.\n")


def test_a_contradiction_is_explained_by_its_number(contradicting: Path):
    result = run("--clash", "1", "--data", contradicting)
    assert result.exit_code == 0
    assert result.stdout.startswith("1. contradiction\n   by cax-dw: ")
    for option in ("--minimal", "--alternatives=2"):
        assert "by cax-dw" in run("--clash", "1", option, "--data", contradicting).stdout
    result = run("--clash", "2", "--data", contradicting)
    assert result.exit_code == 2
    assert "there is no contradiction number 2: there are 1" in result.stderr


def test_a_contradiction_is_explained_over_http(contradicting: Path, file: Path):
    assert ask(contradicting, clash="1").json["text"] == "contradiction"
    page = ask(contradicting, "text/html", clash="1").text
    assert "cax-dw" in page
    response = ask(file, clash="1")
    assert response.status_code == 404
    assert "the data do not contradict themselves" in response.text


@pytest.mark.parametrize("name", ["minimal", "alternatives"])
def test_searches_are_asked_for_over_http(file: Path, name: str):
    value = "1" if name == "minimal" else "2"
    found = ask(file, **named(REACHES), **{name: value}).json
    assert len(found["proofs"]) == int(value)
    page = ask(file, "text/html", **named(REACHES), **{name: value}).text
    assert page.count('<ul class="proof">') == int(value)


# --- RDF ----------------------------------------------------------------------------------------

FORMS = {
    "turtle": ("text/turtle", RdfFormat.TURTLE),
    "nt": ("application/n-triples", RdfFormat.N_TRIPLES),
    "rdfxml": ("application/rdf+xml", RdfFormat.RDF_XML),
    "jsonld": ("application/ld+json", RdfFormat.JSON_LD),
}
STEP = {
    True: "?step rdf:reifies <<( id:one skg:reaches id:cascade )>> .",
    False: "?step rdf:subject id:one ; rdf:predicate skg:reaches ; rdf:object id:cascade .",
}


@pytest.mark.parametrize("name", FORMS)
def test_a_proof_as_rdf_tells_rules_premises_claims_places_and_references(file: Path, name: str):
    media_type, form = FORMS[name]
    written = run(*REACHES, "--format", name, "--data", file).stdout
    response = ask(file, media_type, **named(REACHES))
    assert response.mimetype == media_type
    step = STEP[name != "jsonld"]
    for data in (written, response.text):
        plan = "?step prov:wasGeneratedBy/prov:qualifiedAssociation/prov:hadPlan ?rule"
        [(rule,)] = select(data, form, "?rule", step + plan)
        assert rule == rule_name("prp-spo2")
        leaf = """?step prov:wasDerivedFrom+ ?leaf .
            ?leaf prov:wasDerivedFrom ?claim ; prov:hadPrimarySource/skg:locator ?place .
            ?claim skg:certainty ?certainty ;
                skg:citesInSentence/skg:referenceNumber ?number ."""
        [(claim, place, certainty, number)] = select(
            data, form, "?claim ?place ?certainty ?number", step + leaf
        )
        assert (claim, certainty) == (expand("id:claim-S07-001"), expand("id:stated"))
        assert (place.value, number.value) == ("S07 P2 s1", "31")
        weakest = select(data, form, "?weakest", step + "?step skg:weakestCertainty ?weakest")
        assert weakest == [(expand("id:stated"),)]


def test_each_premise_of_a_step_is_used_and_derived_from(file: Path):
    data = run(*REACHES, "--format", "turtle", "--data", file).stdout
    both = "?step ?premise"
    used = select(data, RdfFormat.TURTLE, both, "?step prov:wasGeneratedBy/prov:used ?premise")
    derived = select(
        data, RdfFormat.TURTLE, both, "?step prov:wasDerivedFrom ?premise . ?premise rdf:reifies ?t"
    )
    assert used
    assert set(used) == set(derived)


def test_several_proofs_and_a_contradiction_are_rdf_too(file: Path, contradicting: Path):
    data = run(*REACHES, "--alternatives", "2", "--format", "turtle", "--data", file).stdout
    assert len(select(data, RdfFormat.TURTLE, "?step", STEP[True])) == 2
    data = run("--clash", "1", "--format", "turtle", "--data", contradicting).stdout
    pattern = '?step rdfs:label "contradiction" ; skg:inferredBy ?rule'
    assert select(data, RdfFormat.TURTLE, "?rule", pattern) == [(rule_name("cax-dw"),)]


# --- Why not ------------------------------------------------------------------------------------


def test_why_not_says_what_holds_and_what_is_missing(file: Path):
    result = run(*ABSENT, "--why-not", "--data", file)
    assert result.exit_code == 0, result.output
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert lines[0] == "two reaches the cascade: neither asserted nor inferred"
    assert "missing: two affects the kinase" in lines
    assert "holds:   the kinase skg:within the cascade" in lines


def test_why_not_tells_of_claims_with_a_hedge_and_of_denials(file: Path):
    deep = run(*ABSENT, "--why-not", "--depth", "3", "--data", file).stdout
    assert "stated with a hedge only: claim id:claim-S07-003: Claim number 3. [S07 P2 s1" in deep
    assert "claimed otherwise (refutes): claim id:claim-S07-004: Claim number 4." in deep
    found = ask(file, subject="two", predicate="affects", object="the lipase", why_not="1").json
    assert [denial["polarity"].split("/")[-1] for denial in found["denials"]] == ["refutes"]
    found = ask(file, subject="two", predicate="blocks", object="the kinase", why_not="1").json
    assert [ground["certainty"].split("/")[-1] for ground in found["hedged"]] == ["suggested"]
    assert found["misses"] == []


def test_why_not_is_a_page_as_well(file: Path):
    page = ask(file, "text/html", **named(ABSENT), why_not="", depth="3").text
    assert "Why not: two reaches the cascade" in page
    assert "<strong>Missing</strong>: two affects the kinase" in page
    assert "Claimed otherwise (refutes)" in page
    assert "Stated with a hedge only" in page


def test_why_not_of_a_thing_that_nothing_is_said_of(file: Path):
    result = run("id:three", "reaches", "the cascade", "--why-not", "--data", file)
    assert "nothing is said of id:three" in result.stdout


def test_why_not_what_no_rule_gives(file: Path):
    result = run("one", "blocks", "the cascade", "--why-not", "--data", file)
    assert "no rule that the ontology calls for gives such a triple" in result.stdout


def test_what_holds_is_no_case_for_why_not(file: Path):
    result = run(*REACHES, "--why-not", "--data", file)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("this holds: one reaches the cascade")
    response = ask(file, **named(REACHES), why_not="1")
    assert response.status_code == 409
    assert "this holds" in response.text


def test_what_does_not_hold_is_refused_with_a_hint(file: Path):
    result = run(*ABSENT, "--data", file)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "--why-not tells what is missing" in result.stderr.replace("\n", " ")
    response = ask(file, **named(ABSENT))
    assert response.status_code == 404
    assert "why-not=1" in response.text


def test_a_label_that_is_misspelt_brings_similar_ones(file: Path):
    result = run("the kinsae", "reaches", "the cascade", "--data", file)
    assert result.exit_code == 2
    assert 'nothing has the label "the kinsae"; similar ones are the kinase' in result.stderr


# --- What cannot be asked -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["one", "reaches"],
        ["--clash", "1", *REACHES],
        ["--clash", "1", "--why-not"],
        [*REACHES, "--why-not", "--minimal"],
        [*REACHES, "--why-not", "--alternatives", "2"],
        [*REACHES, "--why-not", "--format", "turtle"],
        [*REACHES, "--alternatives", "0"],
        [*REACHES, "--depth", "0"],
        [*REACHES, "--format", "pdf"],
    ],
)
def test_options_that_do_not_go_together_are_refused(file: Path, arguments: list[str]):
    result = run(*arguments, "--data", file)
    assert result.exit_code == 2
    assert "Usage: " in result.stderr


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ({"alternatives": "0"}, 400),
        ({"alternatives": "6"}, 400),
        ({"alternatives": "two"}, 400),
        ({"minimal": "maybe"}, 400),
        ({"why_not": "maybe"}, 400),
        ({"why_not": "1", "minimal": "1"}, 400),
        ({"why_not": "1", "format": "turtle"}, 400),
        ({"why_not": "1", "depth": "4"}, 400),
        ({"clash": "1"}, 400),
    ],
)
def test_requests_that_cannot_be_answered_are_refused(
    file: Path, parameters: dict[str, str], status: int
):
    response = ask(file, **named(REACHES), **parameters)
    assert response.status_code == status
    assert response.text.startswith(f"{status} ")


def test_why_not_cannot_be_had_as_rdf(file: Path):
    assert ask(file, "text/turtle", **named(ABSENT), why_not="1").status_code == 406


# --- The graph of derivations -------------------------------------------------------------------


def derived(path: Path, names: str, pattern: str) -> list[tuple[object, ...]]:
    graph = open_graph(Settings(data=(path,), derivations=True))
    prefixes = "".join(f"PREFIX {name}: <{iri}> " for name, iri in PREFIXES.items())
    return list(graph.store.table(f"{prefixes} SELECT {names} {{ {pattern} }}").rows)


def test_the_graph_of_derivations_has_a_reifier_for_each_inferred_triple(file: Path):
    [(rank, name)] = derived(
        file,
        "?rank ?name",
        "GRAPH graph:derivations { << id:one skg:reaches id:cascade ~ ?derivation >> "
        "skg:inferredBy ?rule ; skg:inferenceRank ?rank . ?rule rdfs:label ?name }",
    )
    assert (rank.value, name.value) == ("2", "prp-spo2")
    inferred = derived(file, "?s ?p ?o", "GRAPH graph:inferred { ?s ?p ?o }")
    reified = derived(file, "?triple", "GRAPH graph:derivations { ?d rdf:reifies ?triple }")
    assert sorted(map(str, reified)) == sorted(str((pyoxigraph.Triple(*row),)) for row in inferred)


def test_the_graph_of_derivations_stands_beside_the_default_graph(file: Path):
    assert derived(file, "?rule", "?d skg:inferredBy ?rule") == []
    without = open_graph(Settings(data=(file,)))
    name = NamedNode("https://w3id.org/sorafenib-kg/graph/derivations")
    assert not without.store.table(f"SELECT * {{ GRAPH {name} {{ ?s ?p ?o }} }}").rows


def test_query_gives_the_derivations_on_request(file: Path):
    query = (
        "PREFIX skg: <https://w3id.org/sorafenib-kg/ontology#> "
        "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?d skg:inferenceRank ?rank } }"
    )
    counts = []
    for options in ([], ["--derivations"]):
        result = CliRunner().invoke(
            main, ["query", "-", "--format", "csv", "--data", str(file), *options], input=query
        )
        counts.append(int(result.stdout.split()[1]))
    assert counts[0] == 0
    assert counts[1] > 0
