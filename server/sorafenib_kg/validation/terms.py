"""Names of our own that are used but declared nowhere, or used as what they are not."""

import re
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import NamedNode

from sorafenib_kg.namespaces import ID, OWL, RDF, RDFS, SKG, shorten
from sorafenib_kg.validation.context import Context
from sorafenib_kg.validation.report import Finding, Section, section

PROPERTY_KINDS = frozenset(
    {
        OWL.AnnotationProperty,
        OWL.DatatypeProperty,
        OWL.ObjectProperty,
        RDF.Property,
    }
)
CLASS_KINDS = frozenset({OWL.Class, RDFS.Class, RDFS.Datatype})
_POINTS_TO_PROPERTY = frozenset({SKG.claimPredicate, SKG.notGiven})
_OWN_NAME = re.compile(r"(?<![\w:-])(skg|id):(\w(?:[\w.-]*[\w-])?)")


def check_terms(context: Context) -> Section:
    """Find undeclared ``skg:`` terms and ``id:`` individuals in the data and in the queries.

    A term is declared by its type, in any file; a property must be declared as one, and so must
    a class.
    """
    findings = [*_in_data(context)]
    summary = f"{len(_declared(context))} terms and individuals declared"
    if context.queries is not None:
        findings += _in_queries(context, context.queries)
    return section(summary, findings)


def _declared(context: Context) -> set[str]:
    return {
        subject.value
        for subject in context.descriptions
        if isinstance(subject, NamedNode)
        and subject.value.startswith((SKG.NAMESPACE, ID))
        and context.descriptions.objects(subject, RDF.type)
    }


def _in_data(context: Context) -> Iterator[Finding]:
    declared = _declared(context)
    unknown: dict[NamedNode, None] = {}
    as_property: dict[NamedNode, None] = {}
    as_class: dict[NamedNode, None] = {}
    for quad in context.dataset.quads:
        for term in (quad.subject, quad.predicate, quad.object):
            if not isinstance(term, NamedNode) or term.value in declared:
                continue
            if term.value.startswith((SKG.NAMESPACE, ID)):
                unknown[term] = None
        as_property[quad.predicate] = None
        if isinstance(quad.object, NamedNode):
            if quad.predicate in _POINTS_TO_PROPERTY:
                as_property[quad.object] = None
            elif quad.predicate == RDF.type:
                as_class[quad.object] = None
    for term in unknown:
        kind = "term" if term.value.startswith(SKG.NAMESPACE) else "individual"
        yield Finding(f"{shorten(term)} is no declared {kind}", *context.places.used(term))
    for terms, kinds, kind in (
        (as_property, PROPERTY_KINDS, "property"),
        (as_class, CLASS_KINDS, "class"),
    ):
        for term in terms:
            if term.value not in declared or not term.value.startswith((SKG.NAMESPACE, ID)):
                continue
            if kinds.isdisjoint(context.descriptions.nodes(term, RDF.type)):
                message = f"{shorten(term)} is used as a {kind} but not declared as one"
                yield Finding(message, *context.places.used(term))


def _in_queries(context: Context, queries: Path) -> Iterator[Finding]:
    """Find names in query files that no data declare: such a query silently finds nothing."""
    declared = _declared(context)
    namespace = {"skg": SKG.NAMESPACE, "id": ID}
    for path in sorted(queries.rglob("*.rq")):
        name = str(Path(queries.name) / path.relative_to(queries))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if line.lstrip().startswith("#"):
                continue
            for match in _OWN_NAME.finditer(line):
                if namespace[match[1]] + match[2] not in declared:
                    yield Finding(f"{match[0]} is not declared", name, number)
