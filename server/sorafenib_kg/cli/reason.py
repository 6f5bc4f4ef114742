"""``reason``: close any RDF under the rules of OWL 2 RL."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import click
from pyoxigraph import Quad, RdfFormat

from sorafenib_kg.cli.console import Step, progress, tell_findings, write, write_figures
from sorafenib_kg.cli.options import with_axiomatic, with_stats
from sorafenib_kg.errors import SettingsError
from sorafenib_kg.loader import Dataset, load
from sorafenib_kg.namespaces import PREFIXES, RDF, SKG, graph_name
from sorafenib_kg.parsing import FORMATS
from sorafenib_kg.reasoning import (
    Closure,
    Dictionary,
    EncodedTriples,
    Keys,
    Names,
    Report,
    Stopwatch,
    close,
    decoded,
    read_triples,
    replacing,
    without_anonymous_classes,
    write_triples,
)
from sorafenib_kg.serialisation import serialise

ABOUT = """\b
Examples:
  sorafenib-kg reason family.ttl --out closed.nt
  sorafenib-kg reason schema.owl facts.nt --out closed.nt --no-anonymous --stats run.json
  sorafenib-kg reason ontology triples --out closed.trig
  sorafenib-kg reason people.nt --out closed.nt --names representatives

\b
Exit codes:
  0  written
  1  written, and the triples contradict each other: the clashes are on standard error
  2  nothing written: a wrong option, a file that cannot be read or written"""

_WITH_GRAPHS = (RdfFormat.N_QUADS, RdfFormat.TRIG)


@click.command(epilog=ABOUT, short_help="Add to any RDF what follows from it by OWL 2 RL.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the asserted and the inferred triples; the ending chooses the format. "
    "N-Quads and TriG keep the named graphs and put what is inferred into one of its own.",
)
@click.option(
    "--no-anonymous",
    is_flag=True,
    help="Leave out inferred triples that mention an anonymous class: a blank node that stands "
    "for a class expression.",
)
@click.option(
    "--names",
    type=click.Choice([names.value for names in Names]),
    default=Names.RESOURCES.value,
    show_default=True,
    help="Under which names of one thing an inferred triple is written: under all (resources), "
    "with every form of its literals too (all), or compactly under one, beside owl:sameAs from "
    "it to the others (representatives).",
)
@with_axiomatic
@with_stats(
    "Where to write, as JSON, how many triples were read, inferred and written, which rule "
    "gave how many, what no rule covers, seconds by phase, and the peak of memory in bytes."
)
@click.pass_context
def reason(
    context: click.Context,
    files: tuple[Path, ...],
    out: Path,
    no_anonymous: bool,
    names: str,
    axiomatic: bool,
    stats: Path | None,
) -> None:
    """Write what the files say together with what follows from it by OWL 2 RL.

    Files of N-Triples are read and written fastest. The file appears when it is complete.
    """
    _check(files, out, stats)
    watch = Stopwatch()
    with progress() as step:
        said = _read(files, out, watch, step)
        step("Reasoning")
        with watch.phase("encode"):
            dictionary, facts = _encoded(said)
        with watch.phase("reason"):
            closure = close(dictionary, facts, axiomatic=axiomatic, names=Names(names))
        inferred = without_anonymous_classes(closure) if no_anonymous else closure.inferred_keys()
        with watch.phase("write"):
            written = _write(out, said, closure, inferred, step)
    if stats is not None:
        write_figures(stats, Report(closure, watch, _count(said), written).as_json())
    statistics = closure.statistics
    write(
        f"{statistics.asserted:,} triples asserted, {statistics.inferred:,} inferred "
        f"in {statistics.rounds} rounds; {written:,} written to {out}"
    )
    tell_findings(closure.clashes, statistics.uncovered)
    context.exit(1 if closure.clashes else 0)


def _check(files: Sequence[Path], out: Path, stats: Path | None) -> None:
    if out.suffix.lower() not in FORMATS:
        raise SettingsError(f"{out}: its ending is not one of {' '.join(FORMATS)}")
    for path in (out, stats):
        if path is not None and path.resolve() in (file.resolve() for file in files):
            raise SettingsError(
                f"{path}: this is one of the files to read, and would be overwritten"
            )
    if stats is not None and stats.resolve() == out.resolve():
        raise SettingsError(f"{stats}: the triples are to be written there")


def _read(
    files: Sequence[Path], out: Path, watch: Stopwatch, step: Step
) -> EncodedTriples | Dataset:
    """Read in bulk if the files may be read one like another, else as a dataset.

    A dataset knows named graphs, catalogs of ontologies, and the triples that claims yield.
    """
    with_graphs = FORMATS[out.suffix.lower()] in _WITH_GRAPHS
    if not with_graphs and not any(file.is_dir() for file in files):
        triples = read_triples(
            files, watch=watch, progress=lambda done, total: step("Reading", done, total)
        )
        if not _has_claims(triples):
            return triples
    step("Reading")
    with watch.phase("parse"):
        return load(files)


def _has_claims(triples: EncodedTriples) -> bool:
    kind, claim = (triples.dictionary.find(term) for term in (RDF.type, SKG.Claim))
    if kind is None or claim is None:
        return False
    return bool(((triples.predicates == kind) & (triples.objects == claim)).any())


def _encoded(said: EncodedTriples | Dataset) -> tuple[Dictionary, Keys]:
    if isinstance(said, EncodedTriples):
        return said.dictionary, said.keys()
    dictionary = Dictionary()
    return dictionary, dictionary.encode(quad.triple for quad in said.quads)


def _count(said: EncodedTriples | Dataset) -> int:
    return len(said) if isinstance(said, EncodedTriples) else len(said.quads)


def _write(
    out: Path, said: EncodedTriples | Dataset, closure: Closure, inferred: Keys, step: Step
) -> int:
    """Write everything, and return how many triples or quads."""
    try:
        if isinstance(said, Dataset) and FORMATS[out.suffix.lower()] in _WITH_GRAPHS:
            step("Writing")
            return _write_quads(out, said, closure, inferred)
        return write_triples(
            out,
            closure.dictionary,
            [closure.facts, inferred],
            prefixes=PREFIXES,
            progress=lambda done, total: step("Writing", done, total),
        )
    except OSError as error:
        raise SettingsError(f"{out}: cannot be written: {error.strerror or error}") from error


def _write_quads(out: Path, said: Dataset, closure: Closure, inferred: Keys) -> int:
    graph = graph_name("inferred")
    more = [
        Quad(triple.subject, triple.predicate, triple.object, graph)
        for triple in decoded(closure.dictionary, [inferred])
    ]
    with replacing(out) as file:
        serialise(chain(said.quads, more), file, FORMATS[out.suffix.lower()], PREFIXES)
    return _count(said) + len(more)
