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

from commands import CONTRADICTION, SMALL, run
from sorafenib_kg import validation
from sorafenib_kg.processes import launch
from sorafenib_kg.settings import SETTINGS
from sorafenib_kg.validation import Finding, Report, Section

PREFIX = "PREFIX id: <https://w3id.org/sorafenib-kg/id/> "
COMMANDS = [
    *("build", "check", "classify", "explain", "export", "journal"),
    *("query", "reason", "reason-spark", "reason-store", "serve", "what-if"),
]
# Of a command that has commands, one of these.
INVOKED = [[name, *{"export": ["claims"], "journal": ["show"]}.get(name, [])] for name in COMMANDS]


def test_help_names_every_command_and_exit_code():
    text = run("--help").output
    assert all(f"\n  {command} " in text for command in COMMANDS)
    assert all(f"\n    {code}  " in text for code in (0, 1, 2))


@pytest.mark.parametrize("command", INVOKED, ids=" ".join)
def test_each_command_shows_examples_and_the_variables_of_its_settings(command: list[str]):
    text = run(*command, "--help").output
    assert "Examples:" in text
    shown = [setting for setting in SETTINGS.values() if f"{setting.option} " in text]
    if command == ["reason-store"]:
        shown.remove(SETTINGS["timeout"])  # its own is that of a request to the store
    flat = " ".join(text.split())
    assert all(f"[{setting.variable}]" in flat for setting in shown)


@pytest.mark.parametrize("name", list(SETTINGS))
def test_every_setting_is_an_option_of_some_command(name: str):
    texts = [run(*command, "--help").output for command in INVOKED]
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
def test_a_table_shows_labels_beside_names(query: str, row: str):
    result = run("query", "-", "--format", "table", *SMALL, text=PREFIX + query)
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


def test_a_query_file_is_read(tmp_path: Path):
    file = tmp_path / "mine.rq"
    file.write_text(PREFIX + "SELECT ?o { id:kinase-a a ?o } ORDER BY ?o", encoding="utf-8")
    result = run("query", file, "--format", "tsv", *SMALL)
    assert "<https://w3id.org/sorafenib-kg/ontology#Target>" in result.output.split()


def test_without_entailment_nothing_is_inferred():
    query = PREFIX + "SELECT ?o { id:kinase-a a ?o }"
    result = run("query", "-", "--entailment", "none", "--format", "tsv", *SMALL, text=query)
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
def test_explain_goes_down_to_claim_and_place(names: list[str]):
    result = run("explain", *names, *SMALL)
    assert result.exit_code == 0, result.output
    assert "prp-spo1" in result.output
    assert "Alphadrug inhibits kinase A. [S01 P1 s1" in result.output
    assert "reference" in result.output


def test_explain_as_json_is_json():
    result = run("explain", "alphadrug", "inhibits", "kinase A", "--format", "json", *SMALL)
    assert json.loads(result.output)


def test_what_does_not_hold_is_not_explained():
    result = run("explain", "kinase A", "inhibits", "alphadrug", *SMALL)
    assert result.exit_code == 1
    assert result.stdout == ""


def test_a_literal_is_named_by_its_text():
    result = run("explain", "small trial", "registry id", "NCT00000001", *SMALL)
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
    assert listed.split() == COMMANDS
    assert loaded == "[]"
