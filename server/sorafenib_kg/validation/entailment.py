"""Contradictions: those that our own rules find, and the verdict of a DL reasoner."""

from collections.abc import Sequence
from pathlib import Path

from sorafenib_kg.reasoning import Statement, dl
from sorafenib_kg.sources import DL_MODULE, ParsedFile, read_dl_module
from sorafenib_kg.validation.context import Context
from sorafenib_kg.validation.places import Places
from sorafenib_kg.validation.report import Finding, Section, of_problem, prevented, section

# HermiT needs some three seconds for the review; the rest is for a search for what is at fault.
LIMITS = dl.Limits(seconds=180)


def check_clashes(context: Context) -> Section:
    """Report every clash of OWL 2 RL, and constructs that the rules do not cover."""
    closure = context.closure
    findings = [
        context.finding(
            clash.nodes[0],
            f"clash by {clash.rule}: {'; '.join(_shown(context, t) for t in clash.told)}",
        )
        for clash in closure.clashes
    ]
    findings += [
        Finding(f"the rules do not cover {construct} ({count} triples)", severity="warning")
        for construct, count in closure.statistics.uncovered.items()
    ]
    summary = (
        f"{closure.statistics.asserted} triples asserted, "
        f"{closure.statistics.inferred} inferred in {closure.statistics.rounds} rounds"
    )
    return section(summary, findings)


def check_dl(context: Context, ontologies: Sequence[Path]) -> Section:
    """Have HermiT judge the data together with the DL modules of the ontologies."""
    modules = [
        read_dl_module(folder, Path(folder.name))
        for folder in ontologies
        if (folder / DL_MODULE).is_file()
    ]
    problems = [problem for module in modules for problem in module.problems]
    if problems:
        return section("", [of_problem(problem) for problem in problems])
    triples = context.dataset.asserted()
    triples |= {quad.triple for module in modules for quad in module.quads}
    verdict = dl.check_consistency(triples, limits=LIMITS)
    if verdict.consistent is None:
        return prevented(f"{verdict.outcome}: {verdict.reason}")
    notes = (*verdict.notes, *([verdict.reason] if verdict.reason else []))
    findings = [Finding(note, severity="warning") for note in notes]
    findings += [
        context.finding(term, "the class can have no member")
        for term in verdict.unsatisfiable or ()
    ]
    for justification in verdict.justifications:
        size = "a minimal set" if justification.minimal else "a set"
        count = len(justification.axioms)
        findings.append(Finding(f"inconsistent; at fault is {size} of {count} axioms:"))
        findings += [
            Finding(dl.as_manchester(axiom, context.name), *_place(context, modules, axiom))
            for axiom in justification.axioms
        ]
    summary = f"{verdict.outcome} by HermiT: {len(triples)} triples with the DL module"
    return section(summary, findings)


def _place(
    context: Context, modules: Sequence[ParsedFile], axiom: dl.Axiom
) -> tuple[str | None, int | None]:
    """Return file and line of an axiom, or of the claim that yields it."""
    for module in (*context.parsed, *modules):
        if not {quad.triple for quad in module.quads}.isdisjoint(axiom):
            terms = [term for t in axiom for term in (t.subject, t.predicate, t.object)]
            places = Places([module])
            for file, line in map(places.described, terms):
                if file is not None:
                    return file, line
            return module.file.name, None
    for claim in context.dataset.claims.yielding(axiom[0]):
        return context.places.described(claim.iri)
    return None, None


def _shown(context: Context, triple: Statement) -> str:
    return " ".join(
        context.name(term) for term in (triple.subject, triple.predicate, triple.object)
    )
