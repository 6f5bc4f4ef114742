"""The checks: each finds the fault that it is there for, and nothing in sound data."""

import json
import os
import re
from pathlib import Path

import pytest
from pyoxigraph import NamedNode
from rdflib import RDF, RDFS, SH, Graph

from sorafenib_kg.catalogue import read_catalogue
from sorafenib_kg.namespaces import RDF as RDF_TERMS
from sorafenib_kg.namespaces import SKG
from sorafenib_kg.resources import folder
from sorafenib_kg.sources import CATALOG
from sorafenib_kg.validation import (
    CHECKS,
    Finding,
    Report,
    Section,
    as_shacl,
    check,
    dl_profile,
    run_check,
)
from sorafenib_kg.validation.context import read_context

FAULTS = sorted((Path(__file__).parent / "faults").iterdir())
SOURCE_TEXT = os.environ.get("SORAFENIB_KG_SOURCE_TEXT")
LABEL = re.compile(r"# (check|finds): (.*)")


def expectations(fault: Path) -> tuple[str, list[str]]:
    """Return the check that must find the fault, and what it must say."""
    labels = [
        match.groups()
        for file in fault.rglob("*.*")
        for match in LABEL.finditer(file.read_text(encoding="utf-8"))
    ]
    [name] = [value for key, value in labels if key == "check"]
    return name, [value for key, value in labels if key == "finds"]


@pytest.fixture(scope="module")
def bundled() -> Report:
    return check()


@pytest.fixture(scope="module")
def sound_sources(ontology: Path, sound: Path) -> list[Path]:
    return [ontology, sound / "triples"]


@pytest.fixture(scope="module")
def text(sound: Path) -> str:
    return (sound / "text.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_check_finds_the_fault(fault: Path, sound_sources: list[Path], text: str):
    # A fault of an ontology as a whole is one with a catalog of its own.
    alone = (fault / CATALOG).exists()
    sources = [fault] if alone else [*sound_sources, *sorted(fault.glob("*.ttl"))]
    name, messages = expectations(fault)
    # Only of bundled data is it asked that they use each term.
    section = run_check(name, read_context(sources, text, fault, bundled=name == "usage"), sources)
    found = "\n".join(str(finding) for finding in section.findings)
    assert messages
    assert [message for message in messages if message not in found] == [], found


@pytest.mark.parametrize("name", [name for name in CHECKS if name != "consistency"])
def test_sound_data_have_no_fault(name: str, sound_sources: list[Path], text: str):
    section = run_check(name, read_context(sound_sources, text), sound_sources)
    assert section.not_run is None
    assert section.findings == ()


def test_every_rule_has_a_fault_that_it_finds():
    rules = {query.name for query in read_catalogue(folder("queries") / "checks")}
    assert rules == {
        f"{fault.name}-violation" for fault in FAULTS if expectations(fault)[0] == "rules"
    }


def test_every_shape_has_a_fault_that_it_finds(ontology: Path):
    shapes = Graph().parse(ontology / "shapes.ttl")
    messages = {str(message) for message in shapes.objects(None, SH.message)}
    assert len(messages) > 70
    found = [re.sub(r"^(\S+: )*", "", text) for fault in FAULTS for text in expectations(fault)[1]]
    assert [m for m in messages if not any(m.startswith(text.rstrip(".")) for text in found)] == []


def test_without_java_the_dl_profile_counts_as_not_judged(
    monkeypatch: pytest.MonkeyPatch, sound_sources: list[Path], tmp_path: Path
):
    (tmp_path / "libjvm.so").write_bytes(b"")
    monkeypatch.setattr(dl_profile, "_java", lambda: {"JAVA_HOME": str(tmp_path)})
    section = run_check("dl-profile", read_context(sound_sources), sound_sources)
    assert section.prevented
    assert (section.not_run or "").startswith("the OWL API could not be asked: ")


def test_every_check_has_a_fault_that_it_finds():
    assert {expectations(fault)[0] for fault in FAULTS} == set(CHECKS)


def test_the_bundled_data_are_clean(bundled: Report):
    assert [str(f) for section in bundled.sections for f in section.errors] == []
    assert [s.name for s in bundled.sections if s.not_run is not None] == ["source-text"]


def test_the_only_warnings_are_about_what_the_text_itself_contradicts(bundled: Report):
    warnings = [f.message for section in bundled.sections for f in section.findings]
    assert len(warnings) == 1
    assert warnings[0].startswith("id:table-1-ineligibility: Interval and P value contradict")


def test_what_the_text_contradicts_itself_in_has_a_note_that_says_how(bundled: Report):
    nodes = [NamedNode(f.node or "") for section in bundled.sections for f in section.findings]
    descriptions = read_context().descriptions
    notes = [descriptions.text(node, SKG.curatorNote) for node in nodes]
    assert [note is not None and "does not go with" in note for note in notes] == [True]


def test_a_reason_for_a_term_without_use_keeps_it_from_being_found(
    sound_sources: list[Path], tmp_path: Path
):
    unused = (FAULTS[0].parent / "term-unused" / "ontology.ttl").read_text("utf-8")
    file = tmp_path / "ontology.ttl"
    file.write_text(f'{unused}\nskg:newRelation skg:unusedBecause "Soon."@en .\n', "utf-8")
    section = run_check("usage", read_context([*sound_sources, file], bundled=True))
    assert [f.node for f in section.findings if (f.node or "").endswith("#newRelation")] == []
    assert [f.node for f in section.findings if (f.node or "").endswith("#NewKind")]


def test_data_of_others_need_not_use_each_term(sound_sources: list[Path]):
    section = run_check("usage", read_context(sound_sources))
    assert section.findings == ()
    assert re.fullmatch(r"\d+ of \d+ terms are in use", section.summary)


def test_a_repair_that_says_what_is_printed_is_no_fault(sound_sources: list[Path], tmp_path: Path):
    repaired = (FAULTS[0].parent / "repair-without-print" / "fault.ttl").read_text("utf-8")
    (tmp_path / "repaired.ttl").write_text(
        repaired.replace('"Amphi', "\"Printed 'ligand'; amphi"), encoding="utf-8"
    )
    section = run_check("rules", read_context([*sound_sources, tmp_path]))
    assert [f.message for f in section.findings if f.rule == "repair-without-print-violation"] == []


def test_the_table_of_the_review_has_its_171_sentences(bundled: Report):
    assert bundled["sentences"].summary == "171 sentences of 1 document"


def test_a_file_that_cannot_be_read_keeps_checks_that_need_it_from_running(tmp_path: Path):
    file = tmp_path / "broken.ttl"
    file.write_text('<urn:a> <urn:b> "1"^^<urn:d> . <urn:a>', encoding="utf-8")
    report = check([file])
    assert not report["syntax"].passed
    assert not report["literals"].passed
    assert report["terms"].not_run is not None


@pytest.mark.skipif(SOURCE_TEXT is None, reason="SORAFENIB_KG_SOURCE_TEXT is not set")
def test_the_hashes_are_those_of_the_review():
    source_text = Path(SOURCE_TEXT or "").read_bytes().decode()
    section = run_check("source-text", read_context(None, source_text))
    assert section.findings == ()
    assert section.summary == "171 hashes and 78 pointers to references compared"


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ((1, 2), None),
        ((1,), "the number after the comma has no pointer"),
        ((2,), "the number before the comma has no pointer"),
    ],
    ids=str,
)
def test_of_a_superscript_each_number_has_a_pointer(
    tmp_path: Path, numbers: tuple[int, ...], message: str | None
):
    text = "Alphadrug works1,2."
    file = tmp_path / "pointers.ttl"
    file.write_text(
        "@prefix id: <https://w3id.org/sorafenib-kg/id/> . "
        "@prefix skg: <https://w3id.org/sorafenib-kg/ontology#> . "
        + "".join(
            f"id:ref-{n} a skg:Reference ; skg:referenceNumber {n} . "
            f"id:p{n} a skg:ReferencePointer ; skg:denotes id:ref-{n} ; "
            f"skg:startOffset {text.index(str(n))} ; skg:endOffset {text.index(str(n)) + 1} . "
            for n in numbers
        ),
        encoding="utf-8",
    )
    findings = run_check("source-text", read_context([file], text)).findings
    assert [f.message.split(": ", 1)[1] for f in findings] == ([] if message is None else [message])


def test_the_superscripts_of_the_review_number_its_references_as_they_first_come():
    # By the table of sentences and superscripts that was made with the text: 70 references and
    # 78 pointers to them, numbered in the order of first mention.
    about = read_context().descriptions
    pointers = sorted(
        (about.number(node, SKG.startOffset), about.number(reference, SKG.referenceNumber))
        for node in about.instances(SKG.ReferencePointer, RDF_TERMS.type)
        for reference in about.nodes(node, SKG.denotes)
    )
    assert len(pointers) == 78
    assert list(dict.fromkeys(number for _, number in pointers)) == list(range(1, 71))


def test_each_claim_is_listed_beside_its_sentence(sound_sources: list[Path], text: str):
    section = run_check("source-text", read_context(sound_sources, text), sound_sources)
    assert section.listing[1:3] == (
        "id:claim-S01-001 (supports, stated): Alphadrug inhibits kinase A.",
        "  S01 P1 s1 [0, 25): »Alphadrug blocks kinase A« and slows growth1.",
    )


def shacl(report: Report) -> Graph:
    return Graph().parse(data=as_shacl(report), format="turtle")


def test_the_report_in_shacl_has_a_result_for_each_finding(bundled: Report):
    graph = shacl(bundled)
    findings = [finding for section in bundled.sections for finding in section.findings]
    results = list(graph.subjects(RDF.type, SH.ValidationResult))
    assert len(results) == len(findings) == 1
    [focus] = graph.objects(results[0], SH.focusNode)
    assert str(focus).endswith("/id/table-1-ineligibility")
    assert graph.value(results[0], SH.resultSeverity) == SH.Warning
    assert "not run" in " ".join(graph.objects(None, RDFS.comment))


def test_each_result_has_what_shacl_asks_of_one(sound_sources: list[Path], text: str):
    sources = [*sound_sources, Path(__file__).parent / "faults" / "label-shared"]
    section = run_check("rules", read_context(sources, text), sources)
    graph = shacl(Report("1", (section, Section("syntax", "Syntax", findings=(Finding("x"),)))))
    [root] = graph.subjects(RDF.type, SH.ValidationReport)
    assert graph.value(root, SH.conforms).toPython() is False
    results = set(graph.objects(root, SH.result))
    assert len(results) == len(section.findings) + 1
    for result in results:
        for required in (SH.focusNode, SH.resultSeverity, SH.sourceConstraintComponent):
            assert len(list(graph.objects(result, required))) == 1
    sources = {str(source) for source in graph.objects(None, SH.sourceConstraintComponent)}
    assert any(source.endswith("/check/rules#label-shared-violation") for source in sources)


def test_what_could_not_be_judged_does_not_conform():
    graph = shacl(Report("1", (Section("x", "Judging", not_run="no Java", prevented=True),)))
    [conforms] = graph.objects(None, SH.conforms)
    assert conforms.toPython() is False
    [message] = graph.objects(None, SH.resultMessage)
    assert str(message) == "could not be made: no Java"


def test_without_findings_the_report_in_shacl_conforms():
    [conforms] = shacl(Report("1", (Section("syntax", "Syntax"),))).objects(None, SH.conforms)
    assert conforms.toPython() is True


def test_the_report_as_json_says_what_the_text_says(bundled: Report):
    content = json.loads(bundled.as_json())
    assert content["clean"] is True
    assert content["complete"] is True
    assert [section["name"] for section in content["sections"]] == list(CHECKS)
    assert all(section.title in bundled.as_text() for section in bundled.sections)
