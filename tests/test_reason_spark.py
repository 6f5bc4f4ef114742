"""The rules on Spark, in a cluster of two executor processes, against the engine's closure.

Spark takes seconds for the smallest graph, so many go in one, each with names of its own.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse, serialize

from random_graphs import GRAPHS
from sorafenib_kg.errors import ClusterError
from sorafenib_kg.graph import KnowledgeGraph
from sorafenib_kg.reasoning import Clash, Names, materialise
from sorafenib_kg.reasoning.values import value
from sorafenib_kg.rules import RULES, iri
from turtle_texts import PREFIXES

SWITCH = "SORAFENIB_KG_TEST_SPARK"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(SWITCH not in os.environ, reason=f"{SWITCH} is not set"),
    # py4j leaves its sockets to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

MASTER = "local-cluster[2,1,1024]"
# Short runs do not gain by Java's second compiler what it takes.
SETTINGS = {
    f"spark.{process}.extraJavaOptions": "-XX:TieredStopAtLevel=1"
    for process in ("driver", "executor")
}
ROOT = Path(__file__).parents[1]
CASES = sorted((Path(__file__).parent / "entailment").iterdir())
ENTAILMENTS = [case for case in CASES if (case / "conclusions.ttl").exists()]
CLASHES = [case for case in CASES if (case / "clash.ttl").exists()]
NAMES = {rule.name for rule in RULES}
EXAMPLE = "https://example.org/"
# Literals of different values that are the same are told by the rule on what is different.
VALUES = {"dt-diff"}


@pytest.fixture(scope="module")
def spark() -> Iterator[object]:
    from sorafenib_kg.reasoning.backends.spark.session import start_session

    session = start_session(MASTER, SETTINGS)
    yield session
    session.stop()


@dataclass(frozen=True)
class Outcome:
    triples: set[Triple]
    inferred: int
    clashes: tuple[Clash, ...]

    def within(self, prefix: str) -> set[Triple]:
        """Return the triples whose subject has a name with a prefix, with usual names."""
        usual = renamer(prefix, EXAMPLE)
        return {usual(t) for t in self.triples if f"<{prefix}" in str(t.subject)}


@pytest.fixture
def reasoned(spark, tmp_path: Path) -> Callable[..., Outcome]:
    """Return a function that has the cluster reason over triples."""
    from sorafenib_kg.reasoning.backends.spark.closure import materialise_spark

    def reason(triples: Sequence[Triple], axiomatic: bool = False) -> Outcome:
        source, out = tmp_path / "in.nt", tmp_path / "out"
        source.write_bytes(serialize(triples, format=RdfFormat.N_TRIPLES))
        report = materialise_spark(
            spark, [str(source)], str(out), str(tmp_path / "work"), axiomatic=axiomatic
        )
        found = read_parts(out)
        assert report.asserted == len(set(triples))
        assert report.asserted + report.inferred == len(found)
        return Outcome(set(found), report.inferred, report.clashes)

    return reason


def read_parts(folder: Path) -> list[Triple]:
    parts = sorted(folder.glob("part-*"))
    return [q.triple for part in parts for q in parse(path=part, format=RdfFormat.N_TRIPLES)]


def read(path: Path) -> list[Triple]:
    return [quad.triple for quad in pyoxigraph.parse(path=path, rename_blank_nodes=True)]


def renamer(old: str, new: str) -> Callable[[Triple], Triple]:
    """Return a function that puts one beginning of names in the place of another."""

    def name(term):
        if isinstance(term, NamedNode) and term.value.startswith(old):
            return NamedNode(new + term.value.removeprefix(old))
        if isinstance(term, Literal) and term.datatype.value.startswith(old):
            return Literal(term.value, datatype=name(term.datatype))
        return term

    return lambda t: Triple(name(t.subject), name(t.predicate), name(t.object))


def apart(prefix: str, triples: Sequence[Triple]) -> list[Triple]:
    return list(map(renamer(EXAMPLE, prefix), triples))


def told(clashes: Iterable[Clash], triples: set[Triple]) -> set[tuple[str, frozenset[str]]]:
    """Return rule and premises of clashes, by whatever names of what is the same."""
    first: dict[str, str] = {}
    for triple in triples:
        if triple.predicate.value == iri("owl:sameAs"):
            subject, other = str(triple.subject), str(triple.object)
            first[subject] = min(first.get(subject, subject), other)

    def name(term) -> str:
        meant = value(term) if isinstance(term, Literal) else None
        return first.get(str(term), str(term)) if meant is None else str(meant)

    found = set()
    for clash in clashes:
        premises = {tuple(map(name, premise)) for premise in clash.premises}
        same = f"<{iri('owl:sameAs')}>"
        kept = {" ".join(p) for p in premises if p[1] != same or p[0] != p[2]}
        found.add((clash.rule, frozenset(kept)))
    return found


def place(kind: str, case: Path) -> str:
    return f"urn:{kind}:{case.name}:"


def test_more_than_one_process_does_the_work(spark):
    context = spark.sparkContext
    processes = context.parallelize(range(8), 8).map(lambda _: os.getppid()).distinct().collect()
    assert len(processes) == 2
    assert os.getpid() not in processes


def test_each_rule_gives_its_conclusions_and_finds_its_clashes(reasoned):
    plain = [case for case in ENTAILMENTS if case.name in NAMES and case.name != "eq-ref"]
    given = [t for case in plain for t in apart(place("case", case), read(case / "premises.ttl"))]
    for case in CLASHES:
        given += apart(place("clash", case), read(case / "premises.ttl"))
        given += apart(place("sound", case), read(case / "consistent.ttl"))
    outcome = reasoned(given)
    for case in plain:
        found = outcome.within(place("case", case))
        assert set(read(case / "conclusions.ttl")) <= found, case.name
        assert set(read(case / "nonconclusions.ttl")).isdisjoint(found), case.name
    closure = materialise(given, names=Names.ALL)
    assert outcome.triples == {*given, *closure.inferred()}
    assert told(outcome.clashes, outcome.triples) == told(closure.clashes, outcome.triples)
    assert {clash.rule for clash in outcome.clashes} >= {case.name for case in CLASHES} - VALUES


def test_each_axiomatic_rule_gives_its_conclusions(reasoned):
    cases = [case for case in ENTAILMENTS if case.name not in NAMES or case.name == "eq-ref"]
    # Their premises are few and their conclusions about everything, so they can share names.
    outcome = reasoned([t for case in cases for t in read(case / "premises.ttl")], axiomatic=True)
    for case in cases:
        assert set(read(case / "conclusions.ttl")) <= outcome.triples, case.name
        assert set(read(case / "nonconclusions.ttl")).isdisjoint(outcome.triples), case.name


def test_random_graphs_have_the_engine_s_closure(reasoned):
    graphs: list[list[Triple]] = []

    @settings(
        max_examples=60,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(GRAPHS)
    def collect(lines: list[str]) -> None:
        found = parse(PREFIXES + "\n".join(lines), format=RdfFormat.TURTLE)
        graphs.append(apart(f"urn:graph:{len(graphs)}:", [quad.triple for quad in found]))

    collect()
    triples = [triple for graph in graphs for triple in graph]
    outcome = reasoned(triples)
    closure = materialise(triples, names=Names.ALL)
    assert outcome.triples == {*triples, *closure.inferred()}
    assert {clash.rule for clash in outcome.clashes} == {c.rule for c in closure.clashes}


def test_a_university_and_the_review_have_the_engine_s_closure(
    spark, tmp_path: Path, graph: KnowledgeGraph
):
    from sorafenib_kg.reasoning.backends.spark.closure import materialise_spark

    university, review = tmp_path / "university.nt", tmp_path / "review.parquet"
    script = [sys.executable, str(ROOT / "benchmarks" / "graphs.py"), "univ", "1", str(university)]
    subprocess.run(script, check=True, capture_output=True)  # noqa: S603 - our own program
    triples = [quad.triple for quad in graph.dataset.quads]
    rows = [(str(t.subject), str(t.predicate), str(t.object)) for t in triples]
    spark.createDataFrame(rows, "subject string, predicate string, object string").write.parquet(
        str(review)
    )
    out = tmp_path / "closed.parquet"
    report = materialise_spark(
        spark, [str(university), str(review)], str(out), str(tmp_path / "work")
    )
    given = [*labelled("f0x", read_lines(university)), *labelled("f1x", triples)]
    closure = materialise(given, names=Names.ALL)
    expected = {tuple(map(str, t)) for t in (*given, *closure.inferred())}
    written = spark.read.parquet(str(out))
    assert written.columns == ["subject", "predicate", "object"]
    assert {tuple(row) for row in written.collect()} == expected
    assert report.inferred == closure.statistics.inferred > 100_000
    assert report.clashes == closure.clashes == ()


def read_lines(path: Path) -> list[Triple]:
    return [quad.triple for quad in parse(path=path)]


def labelled(prefix: str, triples: Sequence[Triple]) -> list[Triple]:
    """Put a prefix before the labels of blank nodes."""

    def name(term):
        return BlankNode(prefix + term.value) if isinstance(term, BlankNode) else term

    return [Triple(name(t.subject), t.predicate, name(t.object)) for t in triples]


def test_a_line_that_is_no_triple_is_named(spark, tmp_path: Path):
    from sorafenib_kg.reasoning.backends.spark.closure import materialise_spark

    source = tmp_path / "in.nt"
    source.write_text("<urn:a> <urn:p> <urn:b> .\n<urn:a> <urn:p> nothing .\n")
    with pytest.raises(ClusterError, match=r"in\.nt: <urn:a> <urn:p> nothing \.: "):
        materialise_spark(spark, [str(source)], str(tmp_path / "out"), str(tmp_path / "work"))
    assert not (tmp_path / "out").exists()


def test_a_path_that_is_not_there_is_named(spark, tmp_path: Path):
    from sorafenib_kg.reasoning.backends.spark.closure import materialise_spark

    with pytest.raises(ClusterError, match=r"gone\.nt: cannot be read: PATH_NOT_FOUND"):
        materialise_spark(
            spark, [str(tmp_path / "gone.nt")], str(tmp_path / "out"), str(tmp_path / "work")
        )


def test_a_table_without_the_columns_is_refused(spark, tmp_path: Path):
    from sorafenib_kg.reasoning.backends.spark.closure import materialise_spark

    path = str(tmp_path / "in.parquet")
    spark.createDataFrame([("<urn:a>",)], "subject string").write.parquet(path)
    with pytest.raises(ClusterError, match="there is no column predicate"):
        materialise_spark(spark, [path], str(tmp_path / "out"), str(tmp_path / "work"))


def test_nothing_is_overwritten(spark, tmp_path: Path):
    from sorafenib_kg.reasoning.backends.spark.closure import materialise_spark

    source, out = tmp_path / "in.nt", tmp_path / "out"
    source.write_text("<urn:a> <urn:p> <urn:b> .\n")
    out.mkdir()
    with pytest.raises(ClusterError, match=r"out.* already exists"):
        materialise_spark(spark, [str(source)], str(out), str(tmp_path / "work"))
    assert list(out.iterdir()) == []


def test_the_command_line_reasons_on_spark(tmp_path: Path):
    source, out, figures = tmp_path / "in.nt", tmp_path / "out", tmp_path / "stats.json"
    turtle = "@prefix : <urn:> . @prefix owl: <http://www.w3.org/2002/07/owl#> . "
    turtle += ":p a owl:TransitiveProperty . :a :p :b . :b :p :c . :c a owl:Nothing ."
    triples = [quad.triple for quad in parse(turtle, format=RdfFormat.TURTLE)]
    source.write_bytes(serialize(triples, format=RdfFormat.N_TRIPLES))
    command = [
        *(sys.executable, "-m", "sorafenib_kg", "reason-spark", str(source)),
        *("--out", str(out), "--stats", str(figures), "--master", MASTER),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    assert "4 triples asserted, 1 inferred" in done.stdout
    assert "clash by cls-nothing2" in done.stderr
    assert done.returncode == 1
    stats = json.loads(figures.read_text())
    assert stats["triples"] == {"read": 4, "asserted": 4, "inferred": 1, "written": 5}
    assert stats["fired"] == {"prp-trp": 1}
    assert stats["clashes"] == 1
    assert set(stats["seconds"]) == {"read", "reason", "clash", "write"}
    assert not list(tmp_path.glob("*.work"))
    assert Triple(NamedNode("urn:a"), NamedNode("urn:p"), NamedNode("urn:c")) in read_parts(out)
