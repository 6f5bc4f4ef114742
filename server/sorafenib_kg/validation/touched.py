"""SHACL on what a change touches: the violations that are there after it and were not before.

A change can only turn the verdict on nodes from which its triples are within the reach of a
shape. Those nodes are validated by pySHACL on the part of the data that the shapes can see from
there, which takes milliseconds where the whole takes seconds. What reads further than that is
looked at by the checks of the whole: paths of any length and conditions written in SPARQL are
taken to look at the triples of their node.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pyoxigraph
import pyshacl
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple
from rdflib import SH, BNode, Graph, URIRef
from rdflib import Literal as RdflibLiteral
from rdflib.collection import Collection
from rdflib.term import Node

from sorafenib_kg.namespaces import RDF, RDFS

Resource = NamedNode | BlankNode
Focus = Resource | Literal  # what a property leads to may be one, by sh:targetObjectsOf

_NESTING = (SH.property, SH.node, SH.qualifiedValueShape, SH["not"])
_LISTS = (SH["and"], SH["or"], SH.xone)
_DEEPEST = 10
_KEPT = (
    SH.focusNode,
    SH.resultPath,
    SH.value,
    SH.resultMessage,
    SH.resultSeverity,
    SH.sourceConstraintComponent,
)


@dataclass(frozen=True, slots=True)
class Violation:
    """A result of validation by which data do not conform."""

    focus: Node
    path: str
    component: str
    message: str
    value: str
    triples: tuple[tuple[Node, Node, Node], ...]  # of the result, for the report

    @property
    def key(self) -> tuple[str, ...]:
        """Return what makes two violations the same, before and after a change."""
        return (str(self.focus), self.path, self.component, self.message, self.value)

    def __str__(self) -> str:
        """Return the violation in words."""
        shown = f" ({self.value})" if self.value else ""
        return f"{self.focus}: {self.message}{shown}"


class TouchedShapes:
    """Checks changes one after the other; the first is of the data that it was made with."""

    def __init__(self, shapes: Path, triples: Iterable[Triple]) -> None:
        """Read the shapes, and take the triples that were asserted."""
        self._shapes = Graph().parse(data=shapes.read_bytes(), format="turtle")
        self._inverse = {
            NamedNode(str(predicate))
            for term in (SH.inversePath, SH.targetObjectsOf)
            for predicate in self._shapes.objects(None, term)
            if isinstance(predicate, URIRef)
        }
        self._reach = max(
            (_reach(self._shapes, shape) for shape in _top_shapes(self._shapes)), default=1
        )
        self._store = pyoxigraph.Store()
        self._store.extend(_quad(triple) for triple in triples)

    def violations(
        self, removed: frozenset[Triple], added: frozenset[Triple]
    ) -> tuple[Violation, ...]:
        """Return the violations that the change of the merge of all graphs brings about.

        Of what is removed, nothing may be missing, and of what is added nothing be there.
        """
        touched = self._touched(removed | added)
        self.make(removed, added)
        try:
            touched |= self._touched(removed | added)
            found = self._validate(touched)
        finally:
            self.make(added, removed)
        if not found:
            return ()
        known = {violation.key for violation in self._validate(touched)}
        return tuple(violation for violation in found if violation.key not in known)

    def make(self, removed: Iterable[Triple], added: Iterable[Triple]) -> None:
        """Go on from the data after a change."""
        for triple in removed:
            self._store.remove(_quad(triple))
        self._store.extend(_quad(triple) for triple in added)

    def _touched(self, changed: Iterable[Triple]) -> set[Focus]:
        """Return the nodes on which the verdict may turn, in the data as they are now."""
        touched: set[Focus] = set()
        retyped: set[Focus] = set()
        for triple in changed:
            subject = cast(Resource, triple.subject)
            touched.add(subject)
            if triple.predicate in self._inverse:
                touched.add(cast(Focus, triple.object))
            if triple.predicate == RDF.type:
                retyped.add(subject)
            elif triple.predicate == RDFS.subClassOf:
                retyped |= self._instances(subject)
        touched |= retyped
        return touched | self._around(touched, self._reach - 1) | self._around(retyped, self._reach)

    def _around(self, nodes: set[Focus], steps: int) -> set[Focus]:
        """Return the nodes from which so many steps of paths lead to one of these."""
        found, edge = set(nodes), set(nodes)
        for _ in range(steps):
            edge = {node for reached in edge for node in self._referring(reached)} - found
            found |= edge
        return found

    def _referring(self, node: Focus) -> Iterator[Focus]:
        """Give the nodes that a step of a path leads from to this one."""
        for quad in self._store.quads_for_pattern(None, None, node, None):
            yield cast(Resource, quad.subject)
        if not isinstance(node, Literal):
            for predicate in self._inverse:
                for quad in self._store.quads_for_pattern(node, predicate, None, None):
                    yield cast(Focus, quad.object)

    def _instances(self, kind: Resource) -> set[Resource]:
        kinds, found = {kind}, [kind]
        while found:
            for quad in self._store.quads_for_pattern(None, RDFS.subClassOf, found.pop(), None):
                if quad.subject not in kinds:
                    kinds.add(cast(Resource, quad.subject))
                    found.append(cast(Resource, quad.subject))
        return {
            cast(Resource, quad.subject)
            for each in kinds
            for quad in self._store.quads_for_pattern(None, RDF.type, each, None)
        }

    def _validate(self, touched: set[Focus]) -> list[Violation]:
        if not touched:
            return []
        data = Graph()
        for triple in self._part(touched):
            data.add((_node(triple.subject), _node(triple.predicate), _node(triple.object)))
        _, results, _ = pyshacl.validate(data, shacl_graph=self._shapes, inference="none")
        nodes = {_node(node) for node in touched}
        # What stands at the edge of the part is there for the others, and not complete.
        return [found for found in _violations(cast(Graph, results)) if found.focus in nodes]

    def _part(self, touched: set[Focus]) -> set[Triple]:
        """Return the triples that the shapes can see from the nodes."""
        part: set[Triple] = set()
        edge, seen = set(touched), set(touched)
        for _ in range(self._reach):
            reached: set[Focus] = set()
            for node in edge:
                for quad in self._around_node(node):
                    part.add(quad.triple)
                    reached |= {cast(Focus, quad.subject), cast(Focus, quad.object)}
            edge = reached - seen
            seen |= edge
        kinds: set[Resource] = set()
        for node in seen:
            if isinstance(node, Literal):
                continue
            for quad in self._store.quads_for_pattern(node, RDF.type, None, None):
                part.add(quad.triple)
                if not isinstance(quad.object, Literal):
                    kinds.add(cast(Resource, quad.object))
        return part | self._above(kinds)

    def _around_node(self, node: Focus) -> Iterator[Quad]:
        """Give the triples that a step of a path may go by, from a node."""
        if not isinstance(node, Literal):
            yield from self._store.quads_for_pattern(node, None, None, None)
        for predicate in self._inverse:
            yield from self._store.quads_for_pattern(None, predicate, node, None)

    def _above(self, kinds: set[Resource]) -> set[Triple]:
        """Return the hierarchy above some classes."""
        found: set[Triple] = set()
        seen, todo = set(kinds), list(kinds)
        while todo:
            for quad in self._store.quads_for_pattern(todo.pop(), RDFS.subClassOf, None, None):
                found.add(quad.triple)
                if quad.object not in seen and not isinstance(quad.object, Literal):
                    seen.add(cast(Resource, quad.object))
                    todo.append(cast(Resource, quad.object))
        return found


def as_report(violations: Iterable[Violation]) -> str:
    """Return a ``sh:ValidationReport`` in N-Triples."""
    graph, root = Graph(), BNode()
    graph.add((root, URIRef(RDF.type.value), SH.ValidationReport))
    graph.add((root, SH.conforms, RdflibLiteral(False)))
    for violation in violations:
        for triple in violation.triples:
            graph.add(triple)
        graph.add((root, SH.result, violation.triples[0][0]))
    return graph.serialize(format="nt")


def _violations(results: Graph) -> Iterator[Violation]:
    for result in results.subjects(SH.resultSeverity, SH.Violation):
        focus = results.value(result, SH.focusNode)
        path = results.value(result, SH.resultPath)
        value = results.value(result, SH.value)
        triples: list[tuple[Node, Node, Node]] = [
            (result, URIRef(RDF.type.value), SH.ValidationResult)
        ]
        for predicate in _KEPT:
            triples += results.triples((result, predicate, None))
        parts = list(_structure(results, path))
        yield Violation(
            cast(Node, focus),
            " ".join(f"{p} {o}" for _, p, o in parts if not isinstance(o, BNode)) or str(path),
            str(results.value(result, SH.sourceConstraintComponent)),
            str(results.value(result, SH.resultMessage)),
            "" if value is None else str(value),  # a literal zero is false
            (*triples, *parts),
        )


def _structure(graph: Graph, node: Node | None) -> Iterator[tuple[Node, Node, Node]]:
    """Give the triples of a path that is no single predicate."""
    if isinstance(node, BNode):
        for triple in graph.triples((node, None, None)):
            yield triple
            yield from _structure(graph, triple[2])


def _top_shapes(shapes: Graph) -> set[Node]:
    targets = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
    found = {shape for target in targets for shape in shapes.subjects(target)}
    return found | set(shapes.subjects(URIRef(RDF.type.value), SH.NodeShape))


def _reach(shapes: Graph, shape: Node, above: int = 0) -> int:
    """Return how many steps from its node a shape looks, types of what it finds not counted."""
    if above >= _DEEPEST:
        return 1
    path = shapes.value(shape, SH.path)
    own = 0 if path is None else _steps(shapes, path)
    inner = [s for term in _NESTING for s in shapes.objects(shape, term)]
    for term in _LISTS:
        for items in shapes.objects(shape, term):
            inner += Collection(shapes, items)
    return own + max((_reach(shapes, each, above + 1) for each in inner), default=0)


def _steps(shapes: Graph, path: Node) -> int:
    if not isinstance(path, BNode):
        return 1
    if (path, URIRef(RDF.first.value), None) in shapes:
        return sum(_steps(shapes, part) for part in Collection(shapes, path))
    alternatives = shapes.value(path, SH.alternativePath)
    if alternatives is not None:
        return max((_steps(shapes, part) for part in Collection(shapes, alternatives)), default=1)
    for term in (SH.inversePath, SH.zeroOrOnePath, SH.zeroOrMorePath, SH.oneOrMorePath):
        inner = shapes.value(path, term)
        if inner is not None:
            return _steps(shapes, inner)
    return 1


def _quad(triple: Triple) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object)


def _node(term: pyoxigraph.NamedNode | BlankNode | Literal | Triple) -> Node:
    match term:
        case NamedNode():
            return URIRef(term.value)
        case BlankNode():
            return BNode(term.value)
        case Literal() if term.language:
            return RdflibLiteral(term.value, lang=term.language)
        case Literal():
            return RdflibLiteral(term.value, datatype=URIRef(term.datatype.value), normalize=False)
        case _:
            # rdflib knows no triple terms; no shape of it can look into one.
            return URIRef("urn:x-sorafenib-kg:triple")
