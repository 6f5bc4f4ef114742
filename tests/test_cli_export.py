"""``export``: claims in each form, each with its whole layer."""

import json
from pathlib import Path

import pytest

from commands import SMALL, run
from sorafenib_kg.exports import EXPORTS


def test_claims_are_exported_with_their_whole_layer():
    result = run("export", "claims", *SMALL)
    assert result.output.split("\n\n")[2] == (
        "claim-S01-002  Autophagy may make tumours resist alphadrug.\n"
        "    resistance by autophagy — confers resistance to — alphadrug (not asserted)\n"
        "    supports, suggested (“may”)\n"
        "    level: review, without reference; evidence: author statement without reference\n"
        "    S01 P2 s1 [45, 79); no reference\n"
    )


def test_an_exported_claim_has_its_references_at_the_places_where_they_stand():
    text = run("export", "claims", *SMALL).output
    assert "\n    S01 P1 s1 [0, 25) reference 1\n" in text
    content = json.loads(run("export", "claims", "--format", "json", *SMALL).output)
    assert [place["references"] for place in content["claims"][0]["places"]] == [[1]]


@pytest.mark.parametrize("form", EXPORTS["claims"].writers)
def test_an_export_has_every_claim_in_each_format(tmp_path: Path, sound: Path, form: str):
    out = tmp_path / "out"
    text = sound / "text.txt"
    arguments = ["--format", form, "--out", out, "--source-text", text]
    assert run("export", "claims", *arguments, *SMALL).exit_code == 0
    content = out.read_text(encoding="utf-8")
    for words in (
        "claim-S01-001",
        "claim-S01-002",
        "S01 P1 s1",
        "Resistance may come from autophagy",
    ):
        assert words in content


def exported_with(tmp_path: Path, form: str, more: str) -> str:
    """Return the claims in a form, where some Turtle says more of them."""
    extra = tmp_path / "extra.ttl"
    extra.write_text(
        "@prefix id: <https://w3id.org/sorafenib-kg/id/> . "
        f"@prefix skg: <https://w3id.org/sorafenib-kg/ontology#> . {more}",
        encoding="utf-8",
    )
    return run("export", "claims", "--format", form, *SMALL, "--data", extra).output


@pytest.mark.parametrize("form", EXPORTS["claims"].writers)
def test_an_export_says_how_far_a_claim_holds(tmp_path: Path, form: str):
    output = exported_with(
        tmp_path,
        form,
        'id:claim-S01-002 skg:qualifierAsPrinted "partially" .',
    )
    assert output.count("partially") == 1


@pytest.mark.parametrize("form", EXPORTS["claims"].writers)
def test_an_export_has_what_is_oddly_printed_and_how_it_is_read(tmp_path: Path, form: str):
    output = exported_with(
        tmp_path,
        form,
        'id:claim-S01-002 skg:oddPrint "autofagy" ; skg:probablyMeant "self-eating" .',
    )
    assert output.count("autofagy") == output.count("self-eating") == 1
    if form == "text":
        assert "    printed “autofagy”; probably “self-eating”\n" in output


def test_a_text_that_is_not_the_source_is_refused(tmp_path: Path):
    text = tmp_path / "other.txt"
    text.write_text("Another text.", encoding="utf-8")
    result = run("export", "claims", "--source-text", text, *SMALL)
    assert "this is not the text of the claims" in result.stderr
    assert result.exit_code == 2
