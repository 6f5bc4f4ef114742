"""Terms of other vocabularies: used and related to, never declared anew or defined."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from sorafenib_kg.descriptions import Descriptions, Term
from sorafenib_kg.namespaces import BASE, OWL, RDF, RDFS, XSD, graph_name, shorten
from sorafenib_kg.parsing import FORMATS
from sorafenib_kg.sources import ParsedFile, SourceFile, read_file
from sorafenib_kg.validation.context import Context
from sorafenib_kg.validation.places import Places
from sorafenib_kg.validation.report import Finding, Section, section

ALIGNMENTS = "align"  # the folder of the files that may relate our terms to theirs by axioms

_LANGUAGES = (OWL.NAMESPACE, RDF.NAMESPACE, RDFS.NAMESPACE, XSD.NAMESPACE)
# OWL 2 Structural Specification, section 5.8.1: whoever uses an entity in an axiom declares it.
_KINDS = frozenset(
    {OWL.AnnotationProperty, OWL.Class, OWL.DatatypeProperty, OWL.ObjectProperty, RDFS.Datatype}
)
_AXIOMS = frozenset({RDFS.domain, RDFS.range, RDFS.subClassOf, RDFS.subPropertyOf})
_HEADERS = frozenset({OWL.imports, OWL.versionIRI})
# What is said of one end by these is said of the other as well.
_BOTH_WAYS = frozenset(
    {
        OWL.complementOf,
        OWL.disjointWith,
        OWL.equivalentClass,
        OWL.equivalentProperty,
        OWL.inverseOf,
        OWL.propertyDisjointWith,
        OWL.sameAs,
    }
)
_UNUSED = "is declared, though nothing uses it"


def check_vocabularies(context: Context, ontologies: Sequence[Path]) -> Section:
    """Find statements that declare or define a term of another vocabulary.

    What begins with the IRI of an ontology that is declared in the files is not foreign, nor is
    what begins with our own. A foreign term may be declared by its kind, once it is used. By
    axioms only the files of ``align/`` relate to it, and only in one direction. All files count,
    those of an ontology's folder that nothing imports as well.
    """
    files = [*context.parsed, *_not_imported(context, ontologies)]
    judge = _Judge([quad for file in files for quad in file.quads])
    findings = [f for file in files for f in _of_file(file, judge, context.bundled)]
    return section(
        f"{len(judge.foreign)} terms of other vocabularies, {len(files)} files", findings
    )


def _not_imported(context: Context, ontologies: Sequence[Path]) -> Iterator[ParsedFile]:
    read = {file.file.path.resolve() for file in context.parsed}
    for ontology in ontologies:
        for path in sorted(ontology.rglob("*")):
            if path.suffix.lower() in FORMATS and path.resolve() not in read:
                name = str(Path(ontology.name) / path.relative_to(ontology))
                yield read_file(SourceFile(path, name, graph_name("ontology")))


class _Judge:
    """Knows what is foreign, and what of it is a term that the files use."""

    def __init__(self, quads: Sequence[Quad]) -> None:
        self._own = (
            BASE,
            *(
                quad.subject.value
                for quad in quads
                if (quad.predicate, quad.object) == (RDF.type, OWL.Ontology)
                and isinstance(quad.subject, NamedNode)
            ),
        )
        used: set[Term] = set()
        for quad in quads:
            used.add(quad.predicate)
            if quad.predicate in _AXIOMS or quad.predicate == RDF.type:
                used.add(quad.object)
        self.foreign = {term for term in used if self.is_foreign(term) and not _is_built_in(term)}
        declared = {q.subject for q in quads if q.predicate == RDF.type and q.object in _KINDS}
        self._terms = self.foreign | {term for term in declared if self.is_foreign(term)}

    def is_foreign(self, term: Term) -> bool:
        return isinstance(term, NamedNode) and not term.value.startswith(self._own)

    def faults(self, quad: Quad, *, may_relate: bool) -> Iterator[tuple[Term, str]]:
        """Give the foreign term and what is wrong with a statement, if anything is."""
        subject, predicate, value = quad.subject, quad.predicate, quad.object
        axiom = predicate in _AXIOMS or predicate.value.startswith(OWL.NAMESPACE)
        if predicate in _HEADERS:
            return
        if self.is_foreign(subject):
            typed = predicate == RDF.type and value != OWL.NamedIndividual and _is_built_in(value)
            if typed and value in _KINDS:
                if subject not in self.foreign:
                    yield subject, _UNUSED
            elif axiom or typed or subject in self._terms or _is_built_in(subject):
                yield subject, f"is of another vocabulary, and {shorten(predicate)} is said of it"
        elif axiom and self.is_foreign(value) and not _is_built_in(value):
            if predicate in _BOTH_WAYS:
                yield (
                    value,
                    f"is of another vocabulary, and {shorten(predicate)} defines it as well",
                )
            elif not may_relate:
                message = f"{shorten(predicate)} leads to another vocabulary outside {ALIGNMENTS}/"
                yield value, message

    def in_lists(self, quads: Sequence[Quad]) -> Iterator[Term]:
        """Give foreign terms in the lists of axioms: chains, unions, disjoint classes."""
        about = Descriptions(quads)
        for quad in quads:
            if quad.predicate.value.startswith(OWL.NAMESPACE):
                for item in about.items(quad.object):
                    if self.is_foreign(item) and not _is_built_in(item):
                        yield item


def _is_built_in(term: Term) -> bool:
    """Say whether a term is one of the languages that ontologies are written in."""
    return isinstance(term, NamedNode) and term.value.startswith(_LANGUAGES)


def _of_file(file: ParsedFile, judge: _Judge, bundled: bool) -> Iterator[Finding]:
    alignment = file.file.path.parent.name == ALIGNMENTS
    # An ontology declares what its data use, and these may be other data.
    for_others = file.file.graph == graph_name("ontology") and not alignment and not bundled
    faults = [
        (term, message)
        for quad in file.quads
        for term, message in judge.faults(quad, may_relate=alignment)
        if not (for_others and message == _UNUSED)
    ]
    faults += [(term, "stands in a list of an axiom") for term in judge.in_lists(file.quads)]
    if not faults:
        return
    places = Places([file])
    for term, message in dict.fromkeys(faults):
        name = shorten(term) if isinstance(term, NamedNode) else str(term)
        _, line = places.described(term)
        iri = term.value if isinstance(term, NamedNode) else None
        yield Finding(f"{name}: {message}", file.file.name, line, node=iri)
