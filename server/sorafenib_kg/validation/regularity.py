"""Regular property hierarchies: section 11.2 of the OWL 2 Structural Specification."""

from collections.abc import Iterator

from pyoxigraph import NamedNode

from sorafenib_kg.descriptions import Descriptions
from sorafenib_kg.namespaces import OWL, RDF, RDFS, shorten

# Marks that are for simple properties only: those that no chain leads to.
_FOR_SIMPLE = (
    OWL.AsymmetricProperty,
    OWL.FunctionalProperty,
    OWL.InverseFunctionalProperty,
    OWL.IrreflexiveProperty,
)

Edges = dict[NamedNode, set[NamedNode]]


def irregular_chains(
    axioms: Descriptions,
) -> tuple[dict[NamedNode, int], list[tuple[NamedNode, str]]]:
    """Return a rank for each property with a chain, and what keeps the hierarchy from one.

    A chain may use properties of lower rank, its own property twice (transitivity), or its own
    property once at either end. A property and its inverse are taken as one here, which is
    stricter than the specification and loses nothing that this ontology needs.
    """
    one = _inverses(axioms)
    below: Edges = {}
    above: Edges = {}
    messages: list[tuple[NamedNode, str]] = []
    for prop, chain in _chains(axioms):
        target = one.get(prop, prop)
        parts = [one.get(part, part) for part in chain]
        inner = parts
        if parts == [target, target]:
            continue
        if parts[0] == target:
            inner = parts[1:]
        elif parts[-1] == target:
            inner = parts[:-1]
        if target in inner:
            messages.append((prop, f"its chain ( {_names(chain)} ) has it in the middle or twice"))
        below.setdefault(target, set()).update(inner)
    for subject in axioms:
        if isinstance(subject, NamedNode):
            for predicate in (RDFS.subPropertyOf, OWL.equivalentProperty):
                for parent in axioms.nodes(subject, predicate):
                    above.setdefault(one.get(subject, subject), set()).add(one.get(parent, parent))
    lower = _closure(below)
    parents = _closure(above)
    for prop, used in lower.items():
        for part in used & (parents.get(prop, set()) | {prop}):
            message = f"its chains use {shorten(part)}, which has no lower rank"
            messages.append((prop, message))
    messages.extend(_marked_but_not_simple(axioms, one, parents))
    ranks = {} if messages else {prop: _rank(prop, below) for prop in below}
    return ranks, messages


def _inverses(axioms: Descriptions) -> dict[NamedNode, NamedNode]:
    return {
        inverse: subject
        for subject in axioms
        if isinstance(subject, NamedNode)
        for inverse in axioms.nodes(subject, OWL.inverseOf)
        if inverse != subject
    }


def _chains(axioms: Descriptions) -> Iterator[tuple[NamedNode, list[NamedNode]]]:
    for subject in axioms:
        if isinstance(subject, NamedNode):
            for chain in axioms.objects(subject, OWL.propertyChainAxiom):
                parts = [part for part in axioms.items(chain) if isinstance(part, NamedNode)]
                if parts:
                    yield subject, parts


def _closure(edges: Edges) -> Edges:
    """Return the transitive closure."""
    reached = {node: set(targets) for node, targets in edges.items()}
    changed = True
    while changed:
        changed = False
        for targets in reached.values():
            more = set().union(*(reached.get(target, set()) for target in targets)) - targets
            if more:
                targets |= more
                changed = True
    return reached


def _rank(prop: NamedNode, below: Edges) -> int:
    return 1 + max((_rank(part, below) for part in below.get(prop, ())), default=0)


def _marked_but_not_simple(
    axioms: Descriptions, one: dict[NamedNode, NamedNode], parents: Edges
) -> Iterator[tuple[NamedNode, str]]:
    composite = {
        one.get(subject, subject)
        for subject in axioms
        if isinstance(subject, NamedNode)
        and (
            axioms.objects(subject, OWL.propertyChainAxiom)
            or OWL.TransitiveProperty in axioms.nodes(subject, RDF.type)
        )
    }
    for prop in list(composite):
        composite |= parents.get(prop, set())
    for subject in axioms:
        if isinstance(subject, NamedNode) and one.get(subject, subject) in composite:
            for kind in axioms.nodes(subject, RDF.type):
                if kind in _FOR_SIMPLE:
                    yield subject, f"is {shorten(kind)}, but transitive or reached by a chain"


def _names(chain: list[NamedNode]) -> str:
    return " ".join(shorten(part) for part in chain)
