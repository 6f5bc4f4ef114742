"""The engines that are measured, each in an environment of its own."""

from __future__ import annotations

import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

from measure import Failure, Result, run

HERE = Path(__file__).parent
WORK = HERE.parent / "build" / "benchmarks"  # graphs, environments and closures; ignored by git
SECONDS = 90
MEMORY = 8 * 2**30


@dataclass(frozen=True, slots=True)
class Engine:
    """A reasoner: its driver, and the package to install if it is not this project.

    Of a package it is exactly one version: others have other figures.
    """

    name: str
    driver: str
    version: str | None = None

    @property
    def folder(self) -> Path:
        """Return where its environment is."""
        return WORK / "environments" / f"{self.name}-{self.version}"

    @property
    def python(self) -> Path:
        """Return the interpreter that it runs with."""
        return Path(sys.executable) if self.version is None else self.folder / "bin" / "python"

    def install(self) -> None:
        """Make its environment, if there is none."""
        if self.version is None or self.python.exists():
            return
        print(f"installing {self.name} {self.version}", file=sys.stderr)
        venv.create(self.folder, with_pip=True)
        command = [self.python, "-m", "pip", "install", "--quiet", f"{self.name}=={self.version}"]
        subprocess.run(command, check=True)  # noqa: S603 - our own words

    def run(self, *arguments: Path, seconds: float = SECONDS) -> Result | Failure:
        """Run its driver once, in a fresh process."""
        return run([self.python, HERE / "drivers" / self.driver, *arguments], seconds, MEMORY)


OWN = Engine("this project", "own.py")
SPARQ = Engine("sparq-rdf", "by_sparq.py", "0.1.6")
NEMO = Engine("nemo-python", "by_nemo.py", "0.10.1")
REASONABLE = Engine("reasonable", "by_reasonable.py", "0.4.4")
OWLRL = Engine("owlrl", "by_owlrl.py", "7.6.2")
ENGINES = (OWN, SPARQ, NEMO, REASONABLE, OWLRL)
