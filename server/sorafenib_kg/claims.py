"""Claims: what the source is said to say, and the rule by which a claim yields a plain triple."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from pyoxigraph import Literal, NamedNode, Quad, Triple

from sorafenib_kg.descriptions import Descriptions, Term
from sorafenib_kg.locators import Locators, Place
from sorafenib_kg.namespaces import FOUND, RDF, SKG, STATED, SUPPORTS


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of the source with all that is said about it."""

    iri: NamedNode
    statement: str
    subject: NamedNode
    predicate: NamedNode
    object: NamedNode | Literal
    polarity: NamedNode
    certainty: NamedNode
    hedge: str | None = None
    qualifier: str | None = None
    odd_print: tuple[str, ...] = ()  # expressions that are damaged, wrong or in odd use
    probably_meant: tuple[str, ...] = ()  # the likely reading of them
    evidence_levels: tuple[NamedNode, ...] = ()
    evidence_types: tuple[NamedNode, ...] = ()
    systems: tuple[NamedNode, ...] = ()
    settings: tuple[NamedNode, ...] = ()
    studies: tuple[NamedNode, ...] = ()
    via: tuple[NamedNode, ...] = ()
    references: tuple[int, ...] = ()  # numbers that stand in a sentence of its places
    context_references: tuple[int, ...] = ()  # numbers taken from another sentence
    places: tuple[Place, ...] = ()  # each with those of the references that stand there
    context: tuple[Place, ...] = ()  # where the numbers from another sentence stand
    note: str | None = None

    @property
    def section(self) -> str:
        """Return the code of the section of its first place, ``S07``; empty if it has none."""
        return self.places[0].locator[:3] if self.places else ""

    @property
    def triple(self) -> Triple:
        """Return what is claimed, whether or not the graph asserts it."""
        return Triple(self.subject, self.predicate, self.object)

    @property
    def yields_triple(self) -> bool:
        """Say whether its triple is asserted: only if it is positive and not hedged."""
        return self.polarity == SUPPORTS and self.certainty in (STATED, FOUND)

    @property
    def is_hedged(self) -> bool:
        """Say whether it is positive, but not sure enough to yield its triple."""
        return self.polarity == SUPPORTS and not self.yields_triple


@dataclass(frozen=True, slots=True)
class ClaimIndex:
    """All claims of a dataset in the order they are written, and the places of definitions."""

    claims: tuple[Claim, ...] = ()
    by_iri: Mapping[NamedNode, Claim] = field(default_factory=lambda: MappingProxyType({}))
    by_triple: Mapping[Triple, tuple[Claim, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    defined_at: Mapping[Term, tuple[Place, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )

    def __iter__(self) -> Iterator[Claim]:
        """Give the claims in the order they are written."""
        return iter(self.claims)

    def __len__(self) -> int:
        """Return the number of claims."""
        return len(self.claims)

    def yielding(self, triple: Triple) -> tuple[Claim, ...]:
        """Return the claims that make a triple asserted; none if it has another ground."""
        return self.by_triple.get(triple, ())

    def hedged(self) -> tuple[Triple, ...]:
        """Return the triples that are claimed only with a hedge, each once."""
        found = dict.fromkeys(claim.triple for claim in self.claims if claim.is_hedged)
        return tuple(triple for triple in found if triple not in self.by_triple)

    def hedging(self, triple: Triple) -> tuple[Claim, ...]:
        """Return the claims that state a triple with a hedge."""
        return tuple(c for c in self.claims if c.is_hedged and c.triple == triple)

    def definitions(self, entity: Term) -> tuple[Place, ...]:
        """Return the places that an entity's definition is read from."""
        return self.defined_at.get(entity, ())


def read_claims(quads: Iterable[Quad]) -> ClaimIndex:
    """Return the claims that the quads describe.

    A claim that lacks one of subject, predicate, object, polarity, certainty or statement can
    yield nothing and is left out; the shapes report it.
    """
    descriptions = Descriptions(quads)
    locators = Locators(descriptions)
    claims = tuple(
        claim
        for node in descriptions.instances(SKG.Claim, RDF.type)
        if isinstance(node, NamedNode)
        and (claim := _claim(descriptions, locators, node)) is not None
    )
    by_triple: dict[Triple, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.yields_triple:
            by_triple[claim.triple].append(claim)
    return ClaimIndex(
        claims,
        MappingProxyType({claim.iri: claim for claim in claims}),
        MappingProxyType({triple: tuple(found) for triple, found in by_triple.items()}),
        MappingProxyType(
            {
                entity: places
                for entity in descriptions
                if (places := locators.places(entity, SKG.definedAt))
            }
        ),
    )


def plain_quads(claims: Iterable[Claim], quads: Iterable[Quad]) -> dict[Quad, Claim]:
    """Return the plain triples that claims yield, each in the graph that describes its claim.

    Of several such graphs it is the first by name.
    """
    graphs: dict[Term, NamedNode] = {}
    for quad in quads:
        graph = quad.graph_name
        if (quad.predicate, quad.object) == (RDF.type, SKG.Claim) and isinstance(graph, NamedNode):
            known = graphs.setdefault(quad.subject, graph)
            graphs[quad.subject] = min(known, graph, key=str)
    return {
        Quad(claim.subject, claim.predicate, claim.object, graphs[claim.iri]): claim
        for claim in claims
        if claim.yields_triple and claim.iri in graphs
    }


def _claim(descriptions: Descriptions, locators: Locators, node: NamedNode) -> Claim | None:
    subject = descriptions.node(node, SKG.claimSubject)
    predicate = descriptions.node(node, SKG.claimPredicate)
    values = descriptions.objects(node, SKG.claimObject) or descriptions.objects(
        node, SKG.claimValue
    )
    polarity = descriptions.node(node, SKG.polarity)
    certainty = descriptions.node(node, SKG.certainty)
    statement = descriptions.text(node, SKG.statement)
    if not (subject and predicate and values and polarity and certainty and statement):
        return None
    if not isinstance(values[0], NamedNode | Literal):
        return None
    references = locators.numbers(node, SKG.citesInSentence)
    context_references = locators.numbers(node, SKG.citesFromContext)
    places = locators.places(node, SKG.locatedAt, references)
    return Claim(
        iri=node,
        statement=statement,
        subject=subject,
        predicate=predicate,
        object=values[0],
        polarity=polarity,
        certainty=certainty,
        hedge=descriptions.text(node, SKG.hedgeAsPrinted),
        qualifier=descriptions.text(node, SKG.qualifierAsPrinted),
        odd_print=_texts(descriptions, node, SKG.oddPrint),
        probably_meant=_texts(descriptions, node, SKG.probablyMeant),
        evidence_levels=tuple(descriptions.nodes(node, SKG.evidenceLevel)),
        evidence_types=tuple(descriptions.nodes(node, SKG.evidenceType)),
        systems=tuple(descriptions.nodes(node, SKG.inSystem)),
        settings=tuple(descriptions.nodes(node, SKG.inSetting)),
        studies=tuple(descriptions.nodes(node, SKG.fromStudy)),
        via=tuple(descriptions.nodes(node, SKG.via)),
        references=references,
        context_references=context_references,
        places=places,
        context=locators.pointers(context_references, places[0].start if places else 0),
        note=descriptions.text(node, SKG.curatorNote),
    )


def _texts(descriptions: Descriptions, node: NamedNode, predicate: NamedNode) -> tuple[str, ...]:
    return tuple(v.value for v in descriptions.objects(node, predicate) if isinstance(v, Literal))
