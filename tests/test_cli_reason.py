"""``reason``: what it writes for any RDF, where, and what it refuses."""

import json
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse

from commands import CONTRADICTION, run
from sorafenib_kg.namespaces import OWL, RDF, expand


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


def test_reason_does_not_write_over_what_it_reads(tmp_path: Path):
    file = tmp_path / "facts.ttl"
    text = "<urn:a> <urn:b> <urn:c> .\n"
    file.write_text(text, encoding="utf-8")
    result = run("reason", file, "--out", file)
    assert result.exit_code == 2
    assert "would be overwritten" in result.output
    assert file.read_text(encoding="utf-8") == text
