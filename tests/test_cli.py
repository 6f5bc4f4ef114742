"""The command line: what it prints, where, and with which exit code."""

import json
import re
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse

from sorafenib_kg import validation
from sorafenib_kg.cli import main
from sorafenib_kg.exports import EXPORTS
from sorafenib_kg.namespaces import OWL, RDF, expand
from sorafenib_kg.processes import launch
from sorafenib_kg.settings import SETTINGS
from sorafenib_kg.validation import Finding, Report, Section

PREFIX = "PREFIX id: <https://w3id.org/sorafenib-kg/id/> "
COMMANDS = ["serve", "query", "explain", "check", "reason", "classify", "build", "export"]


def run(*arguments: str | Path, text: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=text)


@pytest.fixture
def small(ontology: Path, sound: Path) -> list[str]:
    return ["--data", str(ontology), "--data", str(sound / "triples")]


def test_help_names_every_command_and_exit_code():
    text = run("--help").output
    assert all(f"\n  {command} " in text for command in COMMANDS)
    assert all(f"\n    {code}  " in text for code in (0, 1, 2))


@pytest.mark.parametrize(
    "command", [*([name] for name in COMMANDS if name != "export"), ["export", "claims"]], ids=str
)
def test_each_command_shows_examples_and_the_variables_of_its_settings(command: list[str]):
    text = run(*command, "--help").output
    assert "Examples:" in text
    shown = [setting for setting in SETTINGS.values() if f"{setting.option} " in text]
    flat = " ".join(text.split())
    assert all(f"[{setting.variable}]" in flat for setting in shown)


@pytest.mark.parametrize("name", list(SETTINGS))
def test_every_setting_is_an_option_of_some_command(name: str):
    texts = [run(command, "--help").output for command in COMMANDS if command != "export"]
    texts.append(run("export", "claims", "--help").output)
    assert any(f"{SETTINGS[name].option} " in text for text in texts)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["query", "nonsense"], "nonsense: neither a query", id="query_name"),
        pytest.param(["query", "what-is-target"], "did you mean what-", id="similar_name"),
        pytest.param(["query", "-", "--data", "gone.ttl"], "gone.ttl: there is no", id="file"),
        pytest.param(["query", "-", "--empty", "--data", "x"], "exclude each other", id="both"),
        pytest.param(["query"], "name a query, a file, or -", id="no_query"),
        pytest.param(
            ["explain", "nothing", "a", "b"], 'nothing has the label "nothing"', id="name"
        ),
        pytest.param(["check", "--source-text", "gone"], "gone: cannot be read", id="text"),
        pytest.param(["serve", "--port", "x"], "--port: 'x' is not a whole number", id="port"),
        pytest.param(["reason", "gone.ttl", "--out", "o.nt"], "gone.ttl: there is no", id="in"),
        pytest.param(["reason", "gone.ttl", "--out", "o.doc"], "o.doc: its ending", id="out"),
        pytest.param(["serve", "--dl", "named", "--writable"], "exclude each other", id="dl"),
        pytest.param(["classify", "gone.ttl"], "gone.ttl: there is no", id="classify_in"),
        pytest.param(["classify", "--out", "o.doc"], "o.doc: its ending", id="classify_out"),
        pytest.param(["check", "--coverage", "--report", "shacl"], "is a table", id="coverage"),
        pytest.param(["nonsense"], "No such command", id="command"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line_and_ends_with_2(
    arguments: Sequence[str], message: str
):
    result = run(*arguments)
    assert message in result.stderr
    assert "Traceback" not in result.output
    assert result.exit_code == 2


def test_a_query_that_is_not_sparql_names_input_and_place():
    result = run("query", "-", "--empty", text="SELECT *\nWHERE { ?s skg:x ?o }")
    assert result.stderr.startswith("Error: standard input: line 2, column 12: the prefix skg:")
    assert result.exit_code == 2


def test_all_problems_of_the_data_are_told_at_once(tmp_path: Path):
    for name in ("one.ttl", "two.ttl"):
        (tmp_path / name).write_text("<urn:a> x:b 1 .", encoding="utf-8")
    result = run("query", "-", "--data", tmp_path, text="ASK {}")
    assert result.stderr.count("The prefix x: has not been declared") == 2
    assert result.exit_code == 2


def test_a_variable_stands_in_for_an_option(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SORAFENIB_KG_EMPTY", "1")
    result = run("query", "-", "--format", "csv", text="SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert result.output.split() == ["n", "0"]


def test_a_named_query_is_answered_as_a_table():
    result = run("query", "what-does-sorafenib-target", "--format", "table")
    assert re.search(r"\bid:raf-1\b", result.output)
    assert result.output.endswith(" rows\n")


@pytest.mark.parametrize(
    ("query", "row"),
    [
        pytest.param(
            "SELECT ?x { BIND (id:kinase-a AS ?x) }", "kinase A (id:kinase-a)", id="label"
        ),
        pytest.param(
            "SELECT ?x ?xLabel { BIND (id:kinase-a AS ?x) BIND ('a' AS ?xLabel) }",
            "id:kinase-a a",
            id="label_asked_for",
        ),
        pytest.param("SELECT ?x { BIND (id:claim-S01-001 AS ?x) }", "id:claim-S01-001", id="none"),
        pytest.param("SELECT ?x { BIND (0.69 AS ?x) }", "0.69", id="number"),
    ],
)
def test_a_table_shows_labels_beside_names(small: list[str], query: str, row: str):
    result = run("query", "-", "--format", "table", *small, text=PREFIX + query)
    rows = [" ".join(line.split()) for line in result.output.splitlines()]
    assert row in rows


@pytest.mark.parametrize(
    ("form", "query", "start"),
    [
        pytest.param("json", "SELECT ?s { ?s ?p ?o }", '{"head"', id="json"),
        pytest.param("xml", "SELECT ?s { ?s ?p ?o }", "<?xml", id="xml"),
        pytest.param("csv", "SELECT ?s { ?s ?p ?o }", "s\n", id="csv"),
        pytest.param("tsv", "SELECT ?s { ?s ?p ?o }", "?s\n", id="tsv"),
        pytest.param("ttl", "CONSTRUCT WHERE { ?s ?p ?o }", "", id="ttl"),
        pytest.param("nt", "CONSTRUCT WHERE { ?s ?p ?o }", "", id="nt"),
        pytest.param("xml", "CONSTRUCT WHERE { ?s ?p ?o }", "<?xml", id="rdf_xml"),
        pytest.param("json", "CONSTRUCT WHERE { ?s ?p ?o }", "[", id="json_ld"),
        pytest.param("table", "ASK {}", "yes\n", id="ask"),
    ],
)
def test_answers_come_in_each_format(form: str, query: str, start: str):
    result = run("query", "-", "--empty", "--format", form, text=query)
    assert result.exit_code == 0, result.output
    assert result.output.startswith(start)


def test_a_format_that_the_answer_cannot_have_is_refused():
    result = run("query", "-", "--empty", "--format", "csv", text="CONSTRUCT WHERE { ?s ?p ?o }")
    assert "can be had as text/turtle" in result.stderr
    assert result.exit_code == 2


def test_a_query_file_is_read(tmp_path: Path, small: list[str]):
    file = tmp_path / "mine.rq"
    file.write_text(PREFIX + "SELECT ?o { id:kinase-a a ?o } ORDER BY ?o", encoding="utf-8")
    result = run("query", file, "--format", "tsv", *small)
    assert "<https://w3id.org/sorafenib-kg/ontology#Target>" in result.output.split()


def test_without_entailment_nothing_is_inferred(small: list[str]):
    query = PREFIX + "SELECT ?o { id:kinase-a a ?o }"
    result = run("query", "-", "--entailment", "none", "--format", "tsv", *small, text=query)
    assert result.output.split() == ["?o", "<https://w3id.org/sorafenib-kg/ontology#Protein>"]


def test_the_list_of_queries_has_a_line_for_each():
    lines = run("query", "--list").output.splitlines()
    assert any(line.startswith("what-does-sorafenib-target\t") for line in lines)


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(["id:alphadrug", "skg:inhibits", "id:kinase-a"], id="curies"),
        pytest.param(["alphadrug", "inhibits", "Kinase A"], id="labels"),
        pytest.param(["drug alpha", "inhibits", "kinase A"], id="synonym"),
        pytest.param(
            ["<https://w3id.org/sorafenib-kg/id/alphadrug>", "inhibits", "id:kinase-a"], id="iri"
        ),
    ],
)
def test_explain_goes_down_to_claim_and_place(small: list[str], names: list[str]):
    result = run("explain", *names, *small)
    assert result.exit_code == 0, result.output
    assert "prp-spo1" in result.output
    assert "Alphadrug inhibits kinase A. [S01 P1 s1" in result.output
    assert "reference" in result.output


def test_explain_as_json_is_json(small: list[str]):
    result = run("explain", "alphadrug", "inhibits", "kinase A", "--format", "json", *small)
    assert json.loads(result.output)


def test_what_does_not_hold_is_not_explained(small: list[str]):
    result = run("explain", "kinase A", "inhibits", "alphadrug", *small)
    assert result.exit_code == 1
    assert result.stdout == ""


def test_a_literal_is_named_by_its_text(small: list[str]):
    result = run("explain", "small trial", "registry id", "NCT00000001", *small)
    assert result.exit_code == 0, result.output


def report(*findings: Finding, not_run: str | None = None, prevented: bool = False) -> Report:
    section = Section("syntax", "Syntax", findings=findings, not_run=not_run, prevented=prevented)
    return Report("1", (section,))


@pytest.mark.parametrize(
    ("found", "arguments", "code"),
    [
        pytest.param(report(), [], 0, id="clean"),
        pytest.param(report(Finding("bad")), [], 1, id="error"),
        pytest.param(report(Finding("odd", severity="warning")), [], 0, id="warning"),
        pytest.param(report(not_run="no text"), [], 0, id="not_run"),
        pytest.param(report(not_run="no text"), ["--strict"], 1, id="not_run_strict"),
        pytest.param(report(not_run="no Java", prevented=True), [], 1, id="prevented"),
    ],
)
def test_the_exit_code_of_check_says_whether_the_data_are_clean(
    monkeypatch: pytest.MonkeyPatch, found: Report, arguments: list[str], code: int
):
    monkeypatch.setattr(validation, "check", lambda *given: found)
    assert run("check", *arguments).exit_code == code


@pytest.mark.parametrize("form", ["text", "json", "shacl"])
def test_a_check_that_could_not_be_made_is_told_whatever_the_form(
    monkeypatch: pytest.MonkeyPatch, form: str
):
    found = report(not_run="no Java", prevented=True)
    monkeypatch.setattr(validation, "check", lambda *given: found)
    result = run("check", "--report", form)
    assert "no Java" in result.stdout
    assert result.stderr == "Warning: Syntax could not be made: no Java\n"


def test_without_java_check_says_that_consistency_was_not_judged(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr("sorafenib_kg.reasoning.dl.process.find_jvm", lambda: None)
    file = tmp_path / "sound.ttl"
    file.write_text("<urn:a> <urn:b> <urn:c> .", encoding="utf-8")
    result = run("check", "--data", file)
    assert "Warning: Consistency (HermiT) could not be made: " in result.stderr
    assert "(1 could not be made); 0 errors" in result.stdout
    assert result.exit_code == 1


CONTRADICTION = (
    "@prefix owl: <http://www.w3.org/2002/07/owl#> . "
    "<urn:A> owl:disjointWith <urn:B> . <urn:a> a <urn:A> , <urn:B> ."
)


@pytest.mark.parametrize("command", ["query", "serve", "explain", "export"])
def test_data_that_contradict_themselves_are_warned_of(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
):
    file = tmp_path / "given.ttl"
    file.write_text(CONTRADICTION, encoding="utf-8")
    started = SimpleNamespace(port=1, become_data_process=lambda *given: None, close=lambda: None)
    monkeypatch.setattr(launch, "Launch", lambda settings: started)
    given = {
        "query": ["-", "--format", "csv"],
        "serve": [],
        "explain": ["<urn:a>", "rdf:type", "<urn:A>"],
        "export": ["claims"],
    }
    result = run(command, *given[command], "--data", file, text="ASK {}")
    assert result.stderr == (
        "Warning: the data contradict themselves: clash by cax-dw: <urn:A> owl:disjointWith "
        "<urn:B>; <urn:a> rdf:type <urn:A>; <urn:a> rdf:type <urn:B>\n"
    )
    assert "contradict" not in result.stdout
    assert result.exit_code == 0


def test_check_writes_its_report_in_shacl(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(validation, "check", lambda *given: report(Finding("bad")))
    result = run("check", "--report", "shacl")
    assert "sh:ValidationReport" in result.output
    assert result.exit_code == 1


def test_check_reports_errors_with_file_and_line(tmp_path: Path):
    file = tmp_path / "broken.ttl"
    file.write_text("<urn:a> x:b 1 .\n<urn:a> <urn:b> 01 .", encoding="utf-8")
    result = run("check", "--data", file)
    assert f"{file}: line 1, column 9: The prefix x: has not been declared" in result.output
    assert f'{file}: line 1: <urn:b> has "01"' in result.output
    assert result.exit_code == 1
    sections = json.loads(run("check", "--json", "--data", file).output)["sections"]
    assert sections[0]["verdict"] == "1 error"


@pytest.mark.parametrize("ending", ["nt", "ttl", "nq", "trig", "rdf", "jsonld"])
def test_reason_writes_what_is_asserted_and_what_follows(tmp_path: Path, ending: str):
    rdf, rdfs = (
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "http://www.w3.org/2000/01/rdf-schema#",
    )
    given = tmp_path / "given.nt"
    given.write_text(
        f"<urn:A> <{rdfs}subClassOf> <urn:B> .\n<urn:a> <{rdf}type> <urn:A> .", encoding="utf-8"
    )
    out = tmp_path / f"out.{ending}"
    result = run("reason", given, "--out", out)
    assert result.exit_code == 0, result.output
    assert "2 triples asserted, 1 inferred in " in result.output
    assert f"; 3 written to {out}" in result.output
    formats = {"rdf": RdfFormat.RDF_XML, "jsonld": RdfFormat.JSON_LD}
    chosen = formats.get(ending) or RdfFormat.from_extension(ending)
    written = {str(quad.triple) for quad in parse(path=out, format=chosen)}
    assert f"<urn:a> <{rdf}type> <urn:B>" in written
    assert len(written) == 3


def test_reason_names_clashes_and_ends_with_1(tmp_path: Path):
    given = tmp_path / "given.ttl"
    given.write_text(CONTRADICTION, encoding="utf-8")
    result = run("reason", given, "--out", tmp_path / "out.nt")
    assert "clash by cax-dw" in result.stderr
    assert result.exit_code == 1


SCHEMA = (
    "@prefix owl: <http://www.w3.org/2002/07/owl#> . "
    "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . "
    "<urn:Parent> owl:equivalentClass "
    "[ a owl:Restriction ; owl:onProperty <urn:hasChild> ; owl:someValuesFrom <urn:Person> ] . "
    "<urn:hasChild> rdfs:domain <urn:Person> . "
)


def reasoned(tmp_path: Path, *options: str | Path) -> list[Triple]:
    schema, facts, out = (tmp_path / name for name in ("schema.ttl", "facts.nt", "out.nt"))
    schema.write_text(SCHEMA, encoding="utf-8")
    facts.write_text("<urn:a> <urn:hasChild> <urn:b> .\n<urn:b> <urn:hasChild> <urn:c> .\n")
    result = run("reason", schema, facts, "--out", out, *options)
    assert result.exit_code == 0, result.output
    return [quad.triple for quad in parse(path=out, format=RdfFormat.N_TRIPLES)]


def test_reason_writes_each_triple_once_types_with_anonymous_classes_included(tmp_path: Path):
    written = reasoned(tmp_path)
    assert len(set(written)) == len(written)
    types = {(t.subject, t.object) for t in written if t.predicate == RDF.type}
    parent = NamedNode("urn:Parent")
    restriction = next(t.object for t in written if t.predicate == OWL.equivalentClass)
    assert isinstance(restriction, BlankNode)
    assert {(NamedNode("urn:a"), parent), (NamedNode("urn:a"), restriction)} <= types


def test_reason_leaves_out_what_it_infers_about_anonymous_classes(tmp_path: Path):
    everything = reasoned(tmp_path)
    asserted = [
        quad.triple
        for name in ("schema.ttl", "facts.nt")
        for quad in parse(path=tmp_path / name, rename_blank_nodes=True)
    ]
    named = reasoned(tmp_path, "--no-anonymous")
    # What is asserted stays, anonymous class or not, and so does all else without one.
    assert len([t for t in named if blank(t)]) == len([t for t in asserted if blank(t)])
    assert {t for t in named if not blank(t)} == {t for t in everything if not blank(t)}
    assert len([t for t in everything if blank(t)]) > len([t for t in named if blank(t)])


def blank(triple: Triple) -> bool:
    return any(isinstance(term, BlankNode) for term in triple)


NAMES = """
@prefix owl: <http://www.w3.org/2002/07/owl#> .
<urn:partOf> a owl:TransitiveProperty .
<urn:a> <urn:partOf> <urn:b> . <urn:b2> <urn:partOf> <urn:c> . <urn:b> owl:sameAs <urn:b2> .
<urn:c> <urn:weight> 5 . <urn:d> <urn:weight> 5.0 . <urn:c> owl:sameAs <urn:d> .
"""


def triples_with(tmp_path: Path, text: str, *options: str) -> set[str]:
    """Return what `reason` writes, in N-Triples' notation without brackets and datatypes."""
    given, out = tmp_path / "given.ttl", tmp_path / "out.nt"
    given.write_text(text, encoding="utf-8")
    result = run("reason", given, "--out", out, *options)
    assert result.exit_code == 0, result.output
    return {
        " ".join(term.value.rpartition("#")[2].removeprefix("urn:") for term in quad.triple)
        for quad in parse(path=out, format=RdfFormat.N_TRIPLES)
    }


@pytest.mark.parametrize(
    ("names", "inferred"),
    [
        pytest.param(
            "resources",
            "a partOf b2, b partOf c, a partOf c, b sameAs b2, b2 sameAs b, d sameAs c, "
            "b2 partOf d, b partOf d, a partOf d",
            id="resources",
        ),
        pytest.param("all", "c weight 5.0, d weight 5", id="all"),
        pytest.param("representatives", "b sameAs b2, b partOf c, a partOf c", id="compact"),
    ],
)
def test_reason_writes_what_is_the_same_under_the_names_asked_for(
    tmp_path: Path, names: str, inferred: str
):
    written = triples_with(tmp_path, NAMES, "--names", names)
    assert set(inferred.split(", ")) <= written
    # One name is enough in the compact form, and it is written only once.
    about_a = {triple for triple in written if triple.startswith("a partOf ")}
    compact = names == "representatives"
    assert len(about_a) == (2 if compact else 4)


def test_reason_draws_what_holds_whatever_the_data_only_on_request(tmp_path: Path):
    text = "<urn:a> <urn:p> <urn:b> ."
    always = {"a sameAs a", "p sameAs p", "Thing type Class", "label type AnnotationProperty"}
    assert triples_with(tmp_path, text) == {"a p b"}
    assert {"a p b"} | always <= triples_with(tmp_path, text, "--axiomatic")


def test_reason_writes_its_figures(tmp_path: Path):
    stats = tmp_path / "run.json"
    written = reasoned(tmp_path, "--stats", stats)
    figures = json.loads(stats.read_text(encoding="utf-8"))
    triples = figures["triples"]
    assert triples["read"] == triples["asserted"] == 7
    assert triples["written"] == len(written) == 7 + triples["inferred"]
    assert sum(figures["fired"].values()) == triples["inferred"]
    assert figures["fired"]["cls-svf1"] == 1  # only the first child is said to have one itself
    assert {"parse", "encode", "reason", "write"} <= set(figures["seconds"])
    assert all(set(seconds) == {"wall", "cpu"} for seconds in figures["seconds"].values())
    assert figures["peak_memory"] > 2**20
    assert figures["clashes"] == 0
    assert figures["uncovered"] == {}


def test_reason_reads_plain_triples_from_claims_whatever_the_files_are(sound: Path, tmp_path: Path):
    files = sorted((sound / "triples").glob("*.ttl"))
    outputs = [tmp_path / "files.nt", tmp_path / "folder.nt"]
    given = [files, [sound / "triples"]]
    for out, sources in zip(outputs, given, strict=True):
        assert run("reason", *sources, "--out", out).exit_code == 0
    plain = "id:alphadrug skg:inhibitsTarget id:kinase-a"
    triple = " ".join(f"<{expand(name).value}>" for name in plain.split()) + " .\n"
    assert all(triple in out.read_text(encoding="utf-8") for out in outputs)


def test_reason_leaves_what_was_there_when_a_file_is_broken(tmp_path: Path):
    given, out = tmp_path / "given.nt", tmp_path / "out.nt"
    given.write_text("<urn:a> <urn:b> <urn:c> .\n\n<urn:a> <urn:b> .\n", encoding="utf-8")
    out.write_text("before", encoding="utf-8")
    result = run("reason", given, "--out", out)
    assert result.exit_code == 2
    assert f"{given}: line 3, column 17: The object" in result.stderr
    assert out.read_text(encoding="utf-8") == "before"


@pytest.mark.parametrize("other", ["given.nt", "out.nt"])
def test_reason_does_not_write_its_figures_over_triples(tmp_path: Path, other: str):
    given, out = tmp_path / "given.nt", tmp_path / "out.nt"
    given.write_text("<urn:a> <urn:b> <urn:c> .\n", encoding="utf-8")
    result = run("reason", given, "--out", out, "--stats", tmp_path / other)
    assert result.exit_code == 2
    assert other in result.stderr
    assert not out.exists()


def test_claims_are_exported_with_their_whole_layer(small: list[str]):
    result = run("export", "claims", *small)
    assert result.output.split("\n\n")[2] == (
        "claim-S01-002  Autophagy may make tumours resist alphadrug.\n"
        "    resistance by autophagy — confers resistance to — alphadrug (not asserted)\n"
        "    supports, suggested (“may”)\n"
        "    level: review, without reference; evidence: author statement without reference\n"
        "    S01 P2 s1 [45, 79); no reference\n"
    )


def test_an_exported_claim_has_its_references_at_the_places_where_they_stand(small: list[str]):
    text = run("export", "claims", *small).output
    assert "\n    S01 P1 s1 [0, 25) reference 1\n" in text
    content = json.loads(run("export", "claims", "--format", "json", *small).output)
    assert [place["references"] for place in content["claims"][0]["places"]] == [[1]]


@pytest.mark.parametrize("form", EXPORTS["claims"].writers)
def test_an_export_has_every_claim_in_each_format(
    tmp_path: Path, sound: Path, small: list[str], form: str
):
    out = tmp_path / "out"
    text = sound / "text.txt"
    arguments = ["--format", form, "--out", out, "--source-text", text]
    assert run("export", "claims", *arguments, *small).exit_code == 0
    content = out.read_text(encoding="utf-8")
    for words in (
        "claim-S01-001",
        "claim-S01-002",
        "S01 P1 s1",
        "Resistance may come from autophagy",
    ):
        assert words in content


@pytest.mark.parametrize("form", EXPORTS["claims"].writers)
def test_an_export_says_how_far_a_claim_holds(tmp_path: Path, small: list[str], form: str):
    extra = tmp_path / "extra.ttl"
    extra.write_text(
        "@prefix id: <https://w3id.org/sorafenib-kg/id/> . "
        "@prefix skg: <https://w3id.org/sorafenib-kg/ontology#> . "
        'id:claim-S01-002 skg:qualifierAsPrinted "partially" .',
        encoding="utf-8",
    )
    output = run("export", "claims", "--format", form, *small, "--data", extra).output
    assert output.count("partially") == 1


@pytest.mark.parametrize("form", EXPORTS["claims"].writers)
def test_an_export_has_what_is_oddly_printed_and_how_it_is_read(
    tmp_path: Path, small: list[str], form: str
):
    extra = tmp_path / "extra.ttl"
    extra.write_text(
        "@prefix id: <https://w3id.org/sorafenib-kg/id/> . "
        "@prefix skg: <https://w3id.org/sorafenib-kg/ontology#> . "
        'id:claim-S01-002 skg:oddPrint "autofagy" ; skg:probablyMeant "self-eating" .',
        encoding="utf-8",
    )
    output = run("export", "claims", "--format", form, *small, "--data", extra).output
    assert output.count("autofagy") == output.count("self-eating") == 1
    if form == "text":
        assert "    printed “autofagy”; probably “self-eating”\n" in output


def test_a_text_that_is_not_the_source_is_refused(tmp_path: Path, small: list[str]):
    text = tmp_path / "other.txt"
    text.write_text("Another text.", encoding="utf-8")
    result = run("export", "claims", "--source-text", text, *small)
    assert "this is not the text of the claims" in result.stderr
    assert result.exit_code == 2


def test_serve_prints_its_address_and_answers_there(tmp_path: Path):
    """The server runs as users run it: a process, from another folder, stopped by a signal."""
    package = Path(__file__).parents[1] / "server"
    process = subprocess.Popen(
        [sys.executable, "-m", "sorafenib_kg", "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(package), "PYTHONUNBUFFERED": "1"},
    )
    stop = threading.Timer(60, process.kill)
    stop.start()
    try:
        assert process.stdout is not None
        first, second = process.stdout.readline(), process.stdout.readline()
        assert "triples asserted" in first
        address = re.search(r"http://\S+", second)
        assert address is not None, second
        with urllib.request.urlopen(f"{address[0]}readyz") as response:  # noqa: S310 - our own
            assert response.status == 200
    finally:
        process.terminate()
        stop.cancel()
        process.communicate()
    assert process.returncode == 0


def test_a_port_that_is_taken_is_told_without_traceback():
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = run("serve", "--empty", "--port", str(taken.getsockname()[1]))
    assert "cannot listen on 127.0.0.1 port" in result.stderr
    assert result.exit_code == 2


def test_reason_does_not_write_over_what_it_reads(tmp_path: Path):
    file = tmp_path / "facts.ttl"
    text = "<urn:a> <urn:b> <urn:c> .\n"
    file.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(main, ["reason", str(file), "--out", str(file)])
    assert result.exit_code == 2
    assert "would be overwritten" in result.output
    assert file.read_text(encoding="utf-8") == text


def test_the_command_line_names_each_command_and_reads_none_of_them():
    code = (
        "import sys, sorafenib_kg.cli as cli; "
        "print(*cli.main.list_commands(None)); "
        "print([name for name in sys.modules if name.startswith('sorafenib_kg.cli.')])"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    listed, loaded = done.stdout.splitlines()
    assert set(COMMANDS) <= set(listed.split())
    assert loaded == "[]"
