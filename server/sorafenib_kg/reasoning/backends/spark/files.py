"""Triples in files for Spark: N-Triples or Parquet, one file or a folder of parts.

Within Spark a triple is a row of three texts, ``s``, ``p`` and ``o``: terms in canonical N-Triples.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from pyoxigraph import RdfFormat, parse
from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sql

from sorafenib_kg.errors import ClusterError
from sorafenib_kg.reasoning.backends.spark.matching import TRIPLE
from sorafenib_kg.reasoning.text.notation import relabel, write_term

PARQUET = ".parquet"
COLUMNS = ("subject", "predicate", "object")

_LINES_AT_ONCE = 10_000
_LONGEST_LINE = 200


def is_parquet(path: str) -> bool:
    """Tell whether a path names Parquet: its ending says so."""
    return path.rstrip("/").endswith(PARQUET)


def read_files(spark: SparkSession, paths: Sequence[str]) -> DataFrame:
    """Return the triples of paths, each one graph with blank nodes of its own.

    Parquet has the columns subject, predicate and object, with terms as in N-Triples. Lines that
    are no triple come as rows with the message in the column ``fault``.
    """
    found: DataFrame | None = None
    for place, path in enumerate(paths):
        # The labels of one path are its own; with one path they can stay as they are.
        prefix = f"f{place}x" if len(paths) > 1 else ""
        lines = _lines(spark, path)
        rows = lines.rdd.mapPartitions(_Parser(path, prefix))
        frame = spark.createDataFrame(rows, f"{TRIPLE}, fault string")
        found = frame if found is None else found.union(frame)
    if found is None:
        raise ClusterError("there is nothing to read")
    return found


def exists(spark: SparkSession, path: str) -> bool:
    """Tell whether there is something at a path, in whatever file system it names."""
    place, system = _located(spark, path)
    return bool(system.exists(place))


def remove(spark: SparkSession, path: str) -> None:
    """Remove a folder and what is in it, if it is there."""
    place, system = _located(spark, path)
    system.delete(place, True)


def write_files(frame: DataFrame, path: str) -> None:
    """Write triples into a new folder."""
    if is_parquet(path):
        frame.select(*map(sql.col, "spo")).toDF(*COLUMNS).write.parquet(path)
    else:
        line = sql.concat(
            sql.col("s"), sql.lit(" "), sql.col("p"), sql.lit(" "), sql.col("o"), sql.lit(" .")
        )
        frame.select(line.alias("value")).write.text(path)


def _located(spark: SparkSession, path: str) -> tuple[Any, Any]:
    """Return a path and its file system as Hadoop has them."""
    context = spark.sparkContext
    # Spark reaches any file system of Hadoop's; from Python there is no way but this.
    place = context._jvm.org.apache.hadoop.fs.Path(path)
    return place, place.getFileSystem(context._jsc.hadoopConfiguration())


def _lines(spark: SparkSession, path: str) -> DataFrame:
    try:
        if not is_parquet(path):
            return spark.read.text(path)
        frame = spark.read.parquet(path)
    except AnalysisException as error:
        raise ClusterError(f"{path}: cannot be read: {error.getErrorClass()}") from error
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        raise ClusterError(f"{path}: there is no column {missing[0]}")
    return frame.select(sql.concat_ws(" ", *COLUMNS, sql.lit(".")).alias("value"))


class _Parser:
    """Turns lines into rows, in batches; a class, so that it can be sent to executors."""

    def __init__(self, path: str, prefix: str) -> None:
        self._path = path
        self._prefix = prefix

    def __call__(self, rows: Iterable[tuple[str]]) -> Iterator[tuple[str | None, ...]]:
        lines = (row[0] for row in rows)
        while batch := list(islice(lines, _LINES_AT_ONCE)):
            try:
                yield from self._rows("\n".join(batch))
            except SyntaxError:
                yield from self._one_by_one(batch)

    def _one_by_one(self, lines: Sequence[str]) -> Iterator[tuple[str | None, ...]]:
        for line in lines:
            try:
                yield from self._rows(line)
            except SyntaxError as error:
                said = str(error.msg).partition(": ")[2] or error.msg
                yield None, None, None, f"{self._path}: {line[:_LONGEST_LINE]}: {said}"

    def _rows(self, text: str) -> list[tuple[str | None, ...]]:
        found: list[tuple[str | None, ...]] = []
        for quad in parse(text, RdfFormat.N_TRIPLES):
            terms = (quad.subject, quad.predicate, quad.object)
            if self._prefix:
                terms = tuple(relabel(term, self._prefix) for term in terms)  # type: ignore[assignment]
            found.append((*(write_term(term).decode() for term in terms), None))
        return found
