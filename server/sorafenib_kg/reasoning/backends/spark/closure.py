"""The closure of files by a cluster: from N-Triples or Parquet to N-Triples or Parquet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import MappingProxyType

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sql

from sorafenib_kg.errors import ClusterError
from sorafenib_kg.reasoning.backends.spark.clashes import Clashes
from sorafenib_kg.reasoning.backends.spark.files import exists, read_files, remove, write_files
from sorafenib_kg.reasoning.backends.spark.known import Known
from sorafenib_kg.reasoning.backends.spark.literals import TYPE
from sorafenib_kg.reasoning.backends.spark.report import ClusterReport, peak_heap
from sorafenib_kg.reasoning.backends.spark.rounds import Rounds
from sorafenib_kg.reasoning.backends.spark.ruleset import Ruleset
from sorafenib_kg.reasoning.backends.spark.session import java_message
from sorafenib_kg.reasoning.stopwatch import Stopwatch
from sorafenib_kg.rules import TYPES_WITHOUT_RULE, WITHOUT_RULE, iri

MOST_CLASHES = 1000


def materialise_spark(
    spark: SparkSession,
    inputs: Sequence[str],
    output: str,
    work: str | None = None,
    *,
    axiomatic: bool = False,
    most_clashes: int = MOST_CLASHES,
    step: Callable[[str], None] = lambda text: None,
) -> ClusterReport:
    """Write what some paths say together with what follows from it.

    A path that ends with ``.parquet`` is Parquet, any other N-Triples. ``output`` and ``work`` are
    folders that must not exist yet, and that all executors reach; ``work``, by default beside the
    output, holds what is found on the way and is removed at the end. At most ``most_clashes``
    are told of each rule. ``step`` is told how far it is. Raises ClusterError for what cannot be
    read, written or done.
    """
    work = f"{output.rstrip('/')}.work" if work is None else work
    with _told():
        for path in (output, work):
            if exists(spark, path):
                raise ClusterError(f"{path}: already exists")
        try:
            return _close(spark, inputs, output, work, axiomatic, most_clashes, step)
        finally:
            remove(spark, work)


def _close(
    spark: SparkSession,
    inputs: Sequence[str],
    output: str,
    work: str,
    axiomatic: bool,
    most_clashes: int,
    step: Callable[[str], None],
) -> ClusterReport:
    watch = Stopwatch()
    known = Known(spark, work, reflexive=axiomatic)
    rules = Ruleset(axiomatic)
    rounds = Rounds(spark, known, rules)
    with watch.phase("read"):
        step("Reading")
        read, asserted = _read(spark, inputs, known)
    with watch.phase("reason"):
        rounds.run(step)
    with watch.phase("clash"):
        step("Looking for clashes")
        clashes, more = Clashes(spark, known, rules, most_clashes).find()
    with watch.phase("write"):
        step("Writing")
        write_files(known.proper(), output)
    fired = known.fired()
    return ClusterReport(
        read=read,
        asserted=asserted,
        inferred=sum(fired.values()),
        rounds=rounds.count,
        clashes=clashes,
        more_clashes=more,
        fired=MappingProxyType(fired),
        uncovered=MappingProxyType(_uncovered(known.triples(), rules)),
        seconds=MappingProxyType(dict(watch.wall)),
        peak_memory=peak_heap(spark),
    )


def _read(spark: SparkSession, inputs: Sequence[str], known: Known) -> tuple[int, int]:
    """Take in the inputs; return how many triples were read, and how many different ones."""
    rows = read_files(spark, inputs).persist()
    faulty = rows.where("fault IS NOT NULL").select("fault").head()
    if faulty is not None:
        raise ClusterError(str(faulty[0]))
    asserted = known.assert_all(rows)
    read = rows.count()
    rows.unpersist()
    if not asserted:
        raise ClusterError(f"{', '.join(inputs)}: there is no triple")
    return int(read), asserted


def _uncovered(triples: DataFrame, rules: Ruleset) -> dict[str, int]:
    """Return how many triples use each construct that no rule is about."""
    kinds = [f"<{name}>" for name in TYPES_WITHOUT_RULE]
    names = [f"<{name}>" for name in WITHOUT_RULE]
    used = sql.when(sql.col("p") == TYPE, sql.col("o")).otherwise(sql.col("p")).alias("name")
    of_types = (sql.col("p") == TYPE) & sql.col("o").isin(*kinds)
    rows = triples.where(sql.col("p").isin(*names) | of_types).groupBy(used).count().collect()
    found = {f"owl:{row[0][1:-1].removeprefix(iri('owl:'))}": int(row[1]) for row in rows}
    return dict(sorted({**found, **rules.skipped}.items()))


@contextmanager
def _told() -> Iterator[None]:
    """Turn errors of Spark into one that says what it said, without the stacks of Java."""
    try:
        yield
    except (PySparkException, Py4JError) as error:
        raise ClusterError(f"Spark: {java_message(error)}") from error
