"""The values of literals on a cluster: the rules of table 8, looked at where the literals are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from pyoxigraph import Literal
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as sql

from sorafenib_kg.reasoning.backends.spark.matching import TRIPLE
from sorafenib_kg.reasoning.text.notation import read_term
from sorafenib_kg.reasoning.values import Value, in_space, is_certain, value
from sorafenib_kg.rules import DATATYPES, iri

TYPE, SAME = f"<{iri('rdf:type')}>", f"<{iri('owl:sameAs')}>"

Pairs = Callable[[Iterable[tuple[str, ...]]], Iterator[tuple[str, ...]]]


def literals_of(triples: DataFrame) -> DataFrame:
    """Return the literals of triples, each once, as a column ``l``."""
    found = triples.where(sql.col("o").startswith('"')).select(sql.col("o").alias("l")).distinct()
    # What goes to Python goes there in as many parts as there are cores, not in as many as
    # Spark shuffles into.
    return found.coalesce(triples.sparkSession.sparkContext.defaultParallelism)


def equal_literals(spark: SparkSession, literals: DataFrame) -> DataFrame:
    """Return triples of owl:sameAs from one literal of each value to the others (`dt-eq`)."""
    pairs = spark.createDataFrame(literals.rdd.mapPartitions(_with_values), "l string, v string")
    first = pairs.groupBy("v").agg(sql.min("l").alias("s"), sql.count("l").alias("n"))
    others = pairs.join(first.where("n > 1"), "v").where("l != s")
    return others.select("s", sql.lit(SAME).alias("p"), sql.col("l").alias("o"), _rule("dt-eq"))


def typed_literals(spark: SparkSession, literals: DataFrame, datatypes: Iterable[str]) -> DataFrame:
    """Return triples of rdf:type for the literals in some datatypes (`dt-type2`)."""
    rows = literals.rdd.mapPartitions(_types_among(sorted(datatypes)))
    return spark.createDataFrame(rows, TRIPLE).withColumn("rule", _rule("dt-type2"))


def different_literals(spark: SparkSession, triples: DataFrame) -> DataFrame:
    """Return those triples of owl:sameAs whose literals have different values (`dt-diff`)."""
    both = (
        sql.col("s").startswith('"') & sql.col("o").startswith('"') & (sql.col("s") < sql.col("o"))
    )
    asked = triples.where((sql.col("p") == SAME) & both)
    return spark.createDataFrame(asked.rdd.mapPartitions(_different), asked.schema)


def misplaced_literals(spark: SparkSession, triples: DataFrame) -> DataFrame:
    """Return those triples of rdf:type whose literal is not in the datatype (`dt-not-type`)."""
    names = [f"<{name}>" for name in DATATYPES]
    asked = triples.where(
        sql.col("s").startswith('"') & (sql.col("p") == TYPE) & sql.col("o").isin(*names)
    )
    return spark.createDataFrame(asked.rdd.mapPartitions(_outside), asked.schema)


def value_of(text: str) -> Value | None:
    """Return the value of a literal in N-Triples; None if it has none."""
    term = read_term(text.encode())
    if not isinstance(term, Literal):
        raise TypeError(f"not a literal: {text}")
    return value(term)


def _rule(name: str) -> Column:
    return sql.lit(name).alias("rule")


def _with_values(rows: Iterable[tuple[str]]) -> Iterator[tuple[str, str]]:
    for (text,) in rows:
        meant = value_of(text)
        if meant is not None:
            yield text, repr(meant)


def _types_among(datatypes: list[str]) -> Pairs:
    def pairs(rows: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
        for (text,) in rows:
            meant = value_of(text)
            for datatype in datatypes:
                if in_space(meant, datatype[1:-1]):
                    yield text, TYPE, datatype

    return pairs


def _different(rows: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, str, str]]:
    for first, predicate, second in rows:
        values = value_of(first), value_of(second)
        if values[0] != values[1] and all(map(is_certain, values)):
            yield first, predicate, second


def _outside(rows: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, str, str]]:
    for text, predicate, datatype in rows:
        meant = value_of(text)
        if not in_space(meant, datatype[1:-1]) and (meant is None or is_certain(meant)):
            yield text, predicate, datatype
