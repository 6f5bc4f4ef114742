"""The checks of the data, all run together into one report."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sorafenib_kg.resources import folder
from sorafenib_kg.sources import CATALOG, shapes_of
from sorafenib_kg.validation.context import Context, read_context
from sorafenib_kg.validation.dl_profile import check_dl_profile
from sorafenib_kg.validation.entailment import check_clashes, check_dl
from sorafenib_kg.validation.identifiers import check_identifiers
from sorafenib_kg.validation.literals import check_literals
from sorafenib_kg.validation.profile import check_profile
from sorafenib_kg.validation.report import Finding, Report, Section, not_run, of_problem, section
from sorafenib_kg.validation.rules import check_rules
from sorafenib_kg.validation.sentences import check_sentences, check_source_text
from sorafenib_kg.validation.shacl_report import as_shacl
from sorafenib_kg.validation.shapes import check_shapes
from sorafenib_kg.validation.terms import check_terms
from sorafenib_kg.validation.usage import check_usage
from sorafenib_kg.validation.vocabularies import check_vocabularies

__all__ = [
    "CHECKS",
    "Finding",
    "Report",
    "Section",
    "as_shacl",
    "check",
    "run_check",
]


def _syntax(context: Context, ontologies: Sequence[Path]) -> Section:
    """Report what kept files from being read, and prefixes that do not mean the same everywhere."""
    findings = [of_problem(p) for p in context.problems]
    meaning: dict[str, tuple[str, str]] = {}
    for file in context.parsed:
        for prefix, iri in file.prefixes.items():
            known, where = meaning.setdefault(prefix, (iri, file.file.name))
            if known != iri:
                message = f"the prefix {prefix}: is <{iri}> here and <{known}> in {where}"
                findings.append(Finding(message, file.file.name))
    summary = f"{len(context.parsed)} files, {len(context.dataset.quads)} quads"
    return section(summary, findings)


def _shapes(context: Context, ontologies: Sequence[Path]) -> Section:
    files = shapes_of(ontologies)
    if not files:
        return not_run("the ontology that was given has no shapes.ttl")
    return check_shapes(context, files[0])


@dataclass(frozen=True, slots=True)
class _Check:
    title: str
    run: Callable[[Context, Sequence[Path]], Section]
    # A file that could not be read would drown these in false alarms.
    needs_all_files: bool = True


# In the order of the report: what others rest on comes first, what takes long comes last.
CHECKS = {
    "syntax": _Check("Syntax", _syntax, needs_all_files=False),
    "terms": _Check("Terms and individuals", lambda c, _: check_terms(c)),
    "usage": _Check("Terms in use", lambda c, _: check_usage(c)),
    "vocabularies": _Check("Terms of other vocabularies", check_vocabularies),
    "literals": _Check("Literals", lambda c, _: check_literals(c), needs_all_files=False),
    "identifiers": _Check(
        "External identifiers", lambda c, _: check_identifiers(c), needs_all_files=False
    ),
    "sentences": _Check("Table of sentences", lambda c, _: check_sentences(c)),
    "source-text": _Check("Source text", lambda c, _: check_source_text(c)),
    "profile": _Check("OWL 2 RL profile of the ontology", lambda c, _: check_profile(c)),
    "dl-profile": _Check("OWL 2 DL profile of the whole", check_dl_profile),
    "clashes": _Check("Clashes of OWL 2 RL", lambda c, _: check_clashes(c)),
    "rules": _Check("Rules as queries", lambda c, _: check_rules(c, folder("queries") / "checks")),
    "shapes": _Check("Shapes (SHACL)", _shapes),
    "consistency": _Check("Consistency (HermiT)", check_dl),
}


def check(
    sources: Sequence[Path] | None = None,
    source_text: str | None = None,
    progress: Callable[[str, int, int], None] = lambda name, done, total: None,
) -> Report:
    """Run all checks, and return all that they found.

    ``progress`` is told each check's title before it runs, with how many are done of how many.
    """
    # The bundled queries are about the bundled data, and name what stands there.
    queries = folder("queries") if sources is None else None
    context = read_context(sources, source_text, queries)
    sections: list[Section] = []
    for number, name in enumerate(CHECKS):
        progress(CHECKS[name].title, number, len(CHECKS))
        sections.append(run_check(name, context, sources))
    return Report(context.dataset.version, tuple(sections))


def run_check(name: str, context: Context, sources: Sequence[Path] | None = None) -> Section:
    """Run one check, unless files that it needs could not be read."""
    chosen = CHECKS[name]
    if context.problems and chosen.needs_all_files:
        # An error that is reported there already, so the report is no good either way.
        return Section(name, chosen.title, not_run="a file could not be read, see Syntax")
    given = [folder("ontology")] if sources is None else sources
    ontologies = [path for path in given if (path / CATALOG).is_file()]
    return replace(chosen.run(context, ontologies), name=name, title=chosen.title)
