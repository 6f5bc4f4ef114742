"""Claims that a change touches: their plain triples come and go with them, as when files load.

A plain triple belongs to the claims that yield it: it goes with the last of them, and cannot be
removed before.
"""

from collections.abc import Iterable

import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode, Quad

from sorafenib_kg.claims import Claim, plain_quads, read_claims
from sorafenib_kg.errors import ForbiddenError
from sorafenib_kg.namespaces import RDF, SKG, shorten
from sorafenib_kg.store.difference import Difference
from sorafenib_kg.store.merges import DERIVED

_DEFAULT = DefaultGraph()


def with_plain_triples(store: pyoxigraph.Store, wanted: Difference, *, strict: bool) -> Difference:
    """Return the difference of the asserted graphs with what it means for plain triples.

    The store holds the state before; what becomes of it is of no use to anybody. What claims still
    yield stays; with ``strict`` it is an error to remove it, raised as ForbiddenError.
    """
    touched = {
        quad.subject
        for quads in (wanted.removed, wanted.added)
        for quad in quads
        if isinstance(quad.subject, NamedNode)
    }
    claims = _claims(store, touched)
    if not claims and not wanted.removed and not any(_says_claim(quad) for quad in wanted.added):
        return wanted
    before = _plain(store, claims)
    here = {quad for quad in before if quad in store}
    wanted.apply(store)
    after = _plain(store, _claims(store, touched))
    leaving = wanted.removed | (here - after.keys())
    kept = after | _plain(store, _claims(store, _claims_about(store, leaving)))
    if strict:
        for quad in wanted.removed:
            if quad in kept:
                raise ForbiddenError(
                    f"the claim {shorten(kept[quad].iri)} yields {quad.triple}: change that"
                )
    arriving = {quad for quad in after if quad not in store and quad not in leaving}
    return Difference(
        frozenset(leaving - kept.keys()),
        wanted.added | arriving,
        wanted.dropped,
        wanted.created,
    )


def _claims(store: pyoxigraph.Store, subjects: Iterable[NamedNode]) -> list[NamedNode]:
    """Return those that are claims."""
    return [
        subject
        for subject in subjects
        if any(store.quads_for_pattern(subject, RDF.type, SKG.Claim, None))
    ]


def _says_claim(quad: Quad) -> bool:
    return quad.predicate == RDF.type and quad.object == SKG.Claim


def _plain(store: pyoxigraph.Store, claims: Iterable[NamedNode]) -> dict[Quad, Claim]:
    """Return the plain triples that claims yield."""
    quads = [
        quad
        for claim in claims
        for quad in store.quads_for_pattern(claim, None, None, None)
        if quad.graph_name != _DEFAULT and quad.graph_name not in DERIVED
    ]
    return plain_quads(read_claims(quads), quads)


def _claims_about(store: pyoxigraph.Store, plain: Iterable[Quad]) -> set[NamedNode]:
    """Return what may be claims that yield these triples."""
    return {
        quad.subject
        for subject in {quad.subject for quad in plain if isinstance(quad.subject, NamedNode)}
        for quad in store.quads_for_pattern(None, SKG.claimSubject, subject, None)
        if isinstance(quad.subject, NamedNode)
    }
