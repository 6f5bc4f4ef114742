"""Coverage: every sentence carries a claim, or it is known why not."""

from pathlib import Path

import pytest

from commands import run
from sorafenib_kg.loader import load
from sorafenib_kg.validation.coverage import Uncovered, as_text, coverage


def test_each_sentence_of_the_review_has_a_claim_or_a_reason():
    found = coverage(load())
    assert found.complete
    assert sum(section.sentences for section in found.sections) == 171
    assert [section.code for section in found.sections] == [f"S{n:02}" for n in range(1, 17)]


def test_the_headings_without_text_have_no_sentences():
    empty = [section.code for section in coverage(load()).sections if not section.sentences]
    assert empty == ["S02", "S08"]


def test_a_claim_counts_once_in_the_section_of_its_first_place():
    dataset = load()
    assert sum(section.claims for section in coverage(dataset).sections) == len(
        dataset.claims.claims
    )


@pytest.fixture
def uncovered(tmp_path: Path) -> Path:
    """Return a file with a sentence that no claim is taken from."""
    file = tmp_path / "more.ttl"
    file.write_text(
        """@prefix id: <https://w3id.org/sorafenib-kg/id/> .
        @prefix skg: <https://w3id.org/sorafenib-kg/ontology#> .
        id:S01-P3-s2 a skg:Sentence ; skg:locator "S01 P3 s2" ; skg:inBlock id:S01-P3 .""",
        encoding="utf-8",
    )
    return file


def test_a_sentence_with_nothing_is_shown_as_not_covered(sound: Path, uncovered: Path):
    found = coverage(load([sound / "triples", uncovered]))
    assert not found.complete
    assert Uncovered("S01 P3 s2", None, ()) in found.sections[0].uncovered
    assert "S01 P3 s2: NOT COVERED" in as_text(found)


def test_the_command_fails_if_a_sentence_is_not_covered(sound: Path, uncovered: Path):
    arguments = ["check", "--coverage", "--data", str(sound / "triples")]
    assert run(*arguments).exit_code == 0
    assert run(*arguments, "--data", uncovered).exit_code == 1
