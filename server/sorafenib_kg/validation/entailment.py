"""Contradictions: those that our own rules find, and the verdict of a DL reasoner."""

from collections.abc import Sequence
from pathlib import Path

from sorafenib_kg.namespaces import graph_name
from sorafenib_kg.reasoning import Statement, check_consistency
from sorafenib_kg.sources import SourceFile, read_file
from sorafenib_kg.validation.context import Context
from sorafenib_kg.validation.report import Finding, Section, of_problem, prevented, section

# HermiT needs some ten seconds for the review on a slow machine.
TIMEOUT = 180.0


def check_clashes(context: Context) -> Section:
    """Report every clash of OWL 2 RL, and constructs that the rules do not cover."""
    closure = context.closure
    findings = [
        context.finding(
            clash.nodes[0],
            f"clash by {clash.rule}: {'; '.join(_shown(context, t) for t in clash.premises)}",
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


def check_dl(context: Context, files: Sequence[Path]) -> Section:
    """Have HermiT judge the data together with the DL module."""
    triples = context.dataset.asserted()
    findings: list[Finding] = []
    for path in files:
        shown = f"{path.parent.name}/{path.name}"
        parsed = read_file(SourceFile(path, shown, graph_name("ontology")))
        triples |= {quad.triple for quad in parsed.quads}
        findings += [of_problem(p) for p in parsed.problems]
    if findings:
        return section("", findings)
    verdict = check_consistency(triples, timeout=TIMEOUT)
    if verdict.consistent is None:
        return prevented(verdict.reason)
    findings = [Finding(note, severity="warning") for note in verdict.notes]
    findings += [
        context.finding(term, "the class can have no member") for term in verdict.unsatisfiable
    ]
    if not verdict.consistent:
        size = "a smallest set" if verdict.minimal else "a set"
        findings.append(
            Finding(f"inconsistent; at fault is {size} of {len(verdict.fault)} triples:")
        )
        findings += [context.finding(t.subject, _shown(context, t)) for t in verdict.fault]
    count = f"{len(triples)} triples with the DL module"
    return section(f"{verdict.outcome} by {verdict.reasoner}: {count}", findings)


def _shown(context: Context, triple: Statement) -> str:
    return " ".join(
        context.name(term) for term in (triple.subject, triple.predicate, triple.object)
    )
