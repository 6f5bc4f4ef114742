"""The checks that are queries: any row of ``queries/checks/*-violation.rq`` is a violation."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pyoxigraph import NamedNode, QuerySolutions

from sorafenib_kg.catalogue import ExampleQuery, read_catalogue
from sorafenib_kg.descriptions import Term
from sorafenib_kg.errors import CatalogueError
from sorafenib_kg.namespaces import shorten
from sorafenib_kg.validation.context import Context
from sorafenib_kg.validation.report import Finding, Section, of_problem, section


def check_rules(context: Context, folder: Path) -> Section:
    """Run each query over the dataset with what follows from it."""
    try:
        catalogue = read_catalogue(folder)
    except CatalogueError as error:
        problems = [of_problem(p) for p in error.problems]
        return section("", problems)
    findings = [finding for query in catalogue for finding in violations(context, query)]
    return section(f"{len(catalogue)} rules", findings)


def violations(context: Context, query: ExampleQuery) -> Iterator[Finding]:
    """Give a finding for each row: its first column is at fault, the others say more."""
    try:
        solutions = context.store.query(query.text)
    except (SyntaxError, RuntimeError) as error:
        yield Finding(f"is not a query that can be run: {error}", f"{query.name}.rq")
        return
    if not isinstance(solutions, QuerySolutions):
        yield Finding("is not a SELECT query", f"{query.name}.rq")
        return
    names = [variable.value for variable in solutions.variables]
    for solution in solutions:
        row = [solution[name] for name in names]
        values = ", ".join(
            f"{name} {_shown(value)}"
            for name, value in zip(names[1:], row[1:], strict=True)
            if value
        )
        message = f"{query.summary.removesuffix('.')}{f' ({values})' if values else ''}."
        yield replace(context.finding(row[0], message), rule=query.name)


def _shown(term: Term) -> str:
    return shorten(term) if isinstance(term, NamedNode) else str(getattr(term, "value", term))
