"""The command line as tests run it, and data for it."""

from pathlib import Path

from click.testing import CliRunner, Result

from sorafenib_kg.cli import main

TESTS = Path(__file__).parent
# A small text with its triples, and the ontology.
SMALL = ["--data", str(TESTS.parent / "ontology"), "--data", str(TESTS / "sound" / "triples")]

CONTRADICTION = (
    "@prefix owl: <http://www.w3.org/2002/07/owl#> . "
    "<urn:A> owl:disjointWith <urn:B> . <urn:a> a <urn:A> , <urn:B> ."
)


def run(*arguments: str | Path, text: str | None = None) -> Result:
    """Run the program with these arguments, and a text on standard input."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=text)
