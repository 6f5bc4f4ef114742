"""The process that asks HermiT: run as a script by `process`, never imported.

Java lives in this process, by JPype, so that one Java answers any number of questions and ends
with the process, at any time. HermiT and the OWL API are those that owlready2 brings.

Requests and answers are JSON objects, one a line, on standard input and output. The first request
starts Java: ``jvm`` (path of its library), ``megabytes`` (largest heap) and ``limit`` (MB of data
of the whole process). The second gives ``declarations`` (triples) and ``axioms`` (lists of
triples). A triple is a list of three strings, or of five for a literal: value, datatype, language.
Then come questions:

    {"ask": "consistent", "axioms": [place, ...] or null, "also": [triple, ...]}
    {"ask": "classes"}
    {"ask": "individuals"}

Each request is answered by an object. It has the key ``unsupported`` with a reason where HermiT
does not take the axioms, and ``failed`` where it failed for another reason.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import jpype

NOTHING = "http://www.w3.org/2002/07/owl#Nothing"
THING = "http://www.w3.org/2002/07/owl#Thing"
STACK = 64 * 2**20  # bytes; some of the OWL API's and HermiT's methods recurse over the input
# What these say is about the axioms; any other exception is about HermiT.
OF_THE_INPUT = ("IllegalArgumentException", "UnsupportedDatatypeException", "LiteralException")


def hermit_folder() -> Path:
    """Return the folder of HermiT inside owlready2."""
    found = find_spec("owlready2")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("owlready2 is not installed")
    return Path(found.origin).parent / "hermit"


def name_and_version() -> str:
    """Return what HermiT's archive says of itself; HermiT's own methods return zeros here."""
    with ZipFile(hermit_folder() / "HermiT.jar") as archive:
        manifest = archive.read("META-INF/MANIFEST.MF").decode()
    said = dict(line.split(": ", 1) for line in manifest.splitlines() if ": " in line)
    return f"{said['Implementation-Title']} {said['Implementation-Version']}"


def start_java(jvm: str, megabytes: int, limit: int) -> None:
    """Start Java with HermiT, so that it ends itself where its memory does not suffice."""
    try:
        import resource
    except ImportError:
        pass  # Windows has no such limits; the heap's holds there too.
    else:
        resource.setrlimit(resource.RLIMIT_DATA, (limit * 2**20, limit * 2**20))
    # owlready2 corrects some classes of HermiT, which have to come first.
    hermit = hermit_folder()
    jpype.startJVM(
        f"-Xmx{megabytes}m",
        "-XX:+ExitOnOutOfMemoryError",
        "-XX:+UseSerialGC",
        "-XX:-UsePerfData",
        "-XX:ReservedCodeCacheSize=96m",
        "--enable-native-access=ALL-UNNAMED",
        jvmpath=jvm,
        classpath=[str(hermit), str(hermit / "HermiT.jar")],
        convertStrings=True,
    )


class Axioms:
    """The axioms of the second request, and HermiT's answers about any of them."""

    def __init__(self, declarations: list[list[str]], axioms: list[list[list[str]]]) -> None:
        """Keep the triples, and the classes of Java that are used."""
        self._declarations = declarations
        self._axioms = axioms
        java = jpype.JClass
        self._manager = java(
            "org.semanticweb.owlapi.apibinding.OWLManager"
        ).createOWLOntologyManager()
        # The OWL API's parsers all end in this consumer of triples. Its parser of Turtle would
        # lose the line ends of literals.
        self._consumer = java("org.coode.owlapi.rdfxml.parser.OWLRDFConsumer")
        self._format = java("org.semanticweb.owlapi.io.RDFXMLOntologyFormat")
        self._loading = java("org.semanticweb.owlapi.model.OWLOntologyLoaderConfiguration")
        self._reasoner = java("org.semanticweb.HermiT.Reasoner")
        self._inference = java("org.semanticweb.owlapi.reasoner.InferenceType")
        self._blank_nodes = _checker_of_blank_nodes()
        self._whole: Any = None

    def consistent(self, places: list[int] | None, also: list[list[str]]) -> dict[str, Any]:
        """Tell whether axioms, all or those at some places, have a model with some more triples."""
        if places is None and not also:
            return {"consistent": bool(self._reasoner_of_all().isConsistent())}
        chosen = self._axioms if places is None else [self._axioms[place] for place in places]
        ontology = self._read(chosen, also)
        reasoner = None
        try:
            reasoner = self._reasoner(ontology)
            return {"consistent": bool(reasoner.isConsistent())}
        finally:
            self._forget(ontology, reasoner)

    def classes(self) -> dict[str, Any]:
        """Return the classes that can have no member, and those above each other class."""
        reasoner = self._reasoner_of_all()
        reasoner.precomputeInferences(self._inference.CLASS_HIERARCHY)
        unsatisfiable = {_name(class_) for class_ in reasoner.getUnsatisfiableClasses()}
        subsumptions = []
        for class_ in reasoner.getRootOntology().getClassesInSignature():
            name = _name(class_)
            if name in unsatisfiable or name == THING:
                continue
            above = {
                _name(other)
                for nodes in (
                    reasoner.getSuperClasses(class_, False).getFlattened(),
                    reasoner.getEquivalentClasses(class_).getEntities(),
                )
                for other in nodes
            }
            subsumptions += [[name, other] for other in above - {name, THING}]
        return {
            "unsatisfiable": sorted(unsatisfiable - {NOTHING}),
            "subsumptions": subsumptions,
            "reasoner": name_and_version(),
        }

    def individuals(self) -> dict[str, Any]:
        """Return the classes of each named individual."""
        reasoner = self._reasoner_of_all()
        reasoner.precomputeInferences(self._inference.CLASS_ASSERTIONS)
        memberships = []
        for individual in reasoner.getRootOntology().getIndividualsInSignature():
            types = {_name(c) for c in reasoner.getTypes(individual, False).getFlattened()}
            memberships += [[_name(individual), class_] for class_ in types - {THING}]
        return {"memberships": memberships}

    def _reasoner_of_all(self) -> Any:
        if self._whole is None:
            self._whole = self._reasoner(self._read(self._axioms, []))
        return self._whole

    def _read(self, axioms: list[list[list[str]]], also: list[list[str]]) -> Any:
        ontology = self._manager.createOntology()
        consumer = self._consumer(ontology, self._blank_nodes, self._loading())
        consumer.setOntologyFormat(self._format())
        consumer.startModel("")
        for triple in chain(self._declarations, also, *axioms):
            if len(triple) == 3:
                consumer.statementWithResourceValue(*triple)
            else:
                subject, predicate, value, datatype, language = triple
                consumer.statementWithLiteralValue(
                    subject, predicate, value, language, None if language else datatype
                )
        consumer.endModel()
        return ontology

    def _forget(self, ontology: Any, reasoner: Any) -> None:
        if reasoner is not None:
            reasoner.dispose()
        self._manager.removeOntology(ontology)


def _checker_of_blank_nodes() -> Any:
    @jpype.JImplements("org.coode.owlapi.rdfxml.parser.AnonymousNodeChecker")
    class Checker:
        """Tells the consumer of triples which of its strings are blank nodes."""

        @jpype.JOverride  # type: ignore[untyped-decorator]
        def isAnonymousNode(self, node: Any) -> bool:  # noqa: N802 - Java's name
            return str(node).startswith("_:")

        @jpype.JOverride  # type: ignore[untyped-decorator]
        def isAnonymousSharedNode(self, node: Any) -> bool:  # noqa: N802 - Java's name
            return str(node).startswith("_:")

    return Checker()


def _name(entity: Any) -> str:
    return str(entity.toStringID())


def _failure(error: Any) -> dict[str, str]:
    """Return what an exception of Java says, without where in Java it happened."""
    kind = str(error.getClass().getSimpleName())
    message = str(error.getMessage() or "").strip()
    reason = " ".join(message.split()) or "no message"
    key = "unsupported" if kind.endswith(OF_THE_INPUT) else "failed"
    return {key: f"HermiT: {kind}: {reason}"}


def answer(request: dict[str, Any], axioms: Axioms) -> dict[str, Any]:
    """Answer a question about the axioms."""
    try:
        if request["ask"] == "consistent":
            return axioms.consistent(request["axioms"], request["also"])
        return axioms.classes() if request["ask"] == "classes" else axioms.individuals()
    except jpype.JException as error:
        return _failure(error)


def serve() -> None:
    """Answer requests until there are no more."""
    # What Java prints must not come between the answers.
    channel = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def say(message: dict[str, Any]) -> None:
        channel.write(json.dumps(message) + "\n")
        channel.flush()

    start_java(**json.loads(sys.stdin.readline()))
    say({})
    axioms = Axioms(**json.loads(sys.stdin.readline()))
    say({})
    for line in sys.stdin:
        say(answer(json.loads(line), axioms))


def main() -> None:
    """Serve in a thread with a large stack, and end the process with it, whatever Java does."""
    code = 1

    def run() -> None:
        nonlocal code
        serve()
        code = 0

    threading.stack_size(STACK)
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
