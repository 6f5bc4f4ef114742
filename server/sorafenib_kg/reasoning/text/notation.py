"""Terms in N-Triples' notation and back: one spelling a term, as the serialiser writes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from sorafenib_kg.reasoning.terms import Term

_BEFORE, _AFTER = b"<x:s> <x:p> ", b" .\n"


def write_term(term: Term) -> bytes:
    """Return a term in canonical N-Triples."""
    if isinstance(term, Triple):
        parts = (write_term(part) for part in (term.subject, term.predicate, term.object))
        return b"<<( " + b" ".join(parts) + b" )>>"
    return str(term).encode()


def read_term(text: bytes) -> Term:
    """Return the term of a text in canonical N-Triples. Raises ValueError if it is none."""
    if text.startswith(b"_:"):
        return BlankNode(text[2:].decode())
    if text.startswith(b"<") and not text.startswith(b"<<"):
        return NamedNode(text[1:-1].decode())
    if text.startswith(b'"') and b"\\" not in text:
        value, _, kind = text[1:].decode().rpartition('"')
        if not kind:
            return Literal(value)
        if kind.startswith("^^<"):
            return Literal(value, datatype=NamedNode(kind[3:-1]))
    terms = read_terms([text])
    if terms is None:
        raise ValueError(f"not a term of N-Triples: {text!r}")
    return terms[0]


def read_terms(texts: Sequence[bytes]) -> list[Term] | None:
    """Return the terms that texts are as objects of lines of N-Triples; None if one is none."""
    document = b"".join(_BEFORE + text + _AFTER for text in texts)
    try:
        terms = [quad.object for quad in parse(document, RdfFormat.N_TRIPLES)]
    except SyntaxError:
        return None
    # No line without an error holds less than one triple, so if the number is right all are.
    return terms if len(terms) == len(texts) else None


def relabel(term: Term, prefix: str) -> Term:
    """Return a term with a prefix before the labels of all blank nodes in it."""
    match term:
        case BlankNode():
            return BlankNode(prefix + term.value)
        case Triple():
            return Triple(
                _relabelled_subject(term.subject, prefix),
                term.predicate,
                relabel(term.object, prefix),
            )
    return term


def _relabelled_subject(
    subject: NamedNode | BlankNode | Triple, prefix: str
) -> NamedNode | BlankNode | Triple:
    relabelled = relabel(subject, prefix)
    assert not isinstance(relabelled, Literal)  # noqa: S101 - the kind of term stays
    return relabelled


def languages_and_datatypes(texts: Iterable[bytes]) -> Iterator[bytes]:
    """Give what stands behind the closing quote of literals without escapes, if anything does."""
    for text in texts:
        if text.startswith(b'"') and b"\\" not in text:
            suffix = text[text.rindex(b'"') + 1 :]
            if suffix:
                yield suffix
