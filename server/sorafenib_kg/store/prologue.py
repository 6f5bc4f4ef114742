"""The prologue of a query (section 4.1.1), and the IRIs that its names stand for."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pyoxigraph import NamedNode

from sorafenib_kg.store.lexer import Token

# Dots between strokes are taken out where there is a base.
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:(?!.*/\.)", re.DOTALL)
RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


@dataclass(frozen=True, slots=True)
class Prologue:
    """The namespaces that a query declares; it makes no attempt at relative IRIs."""

    prefixes: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, found: Iterable[Token]) -> "Prologue":
        """Read the declarations at the beginning of a query."""
        prefixes: dict[str, str] = {}
        prefix = ""
        for token in found:
            if token.kind == "name":
                prefix = token.text[:-1]
            elif token.kind == "iri":
                prefixes[prefix] = token.text[1:-1]
            elif token.text.upper() not in ("PREFIX", "BASE"):
                break
            else:
                # What BASE names gets a key that no name has.
                prefix = " "
        return cls(prefixes)

    def iri(self, token: Token) -> str | None:
        """Return the IRI that a token stands for; None if it is no absolute one, or no IRI."""
        if token.kind == "iri":
            iri = token.text[1:-1]
        elif token.kind == "name":
            prefix, _, local = token.text.partition(":")
            if prefix not in self.prefixes:
                return None
            iri = self.prefixes[prefix] + local.replace("\\", "")
        elif token.text == "a":
            return RDF_TYPE.value
        else:
            return None
        return iri if _ABSOLUTE.match(iri) else None

    def node(self, token: Token) -> NamedNode | None:
        """Return what a token stands for, as `iri` does."""
        iri = self.iri(token)
        try:
            return None if iri is None else NamedNode(iri)
        except ValueError:
            return None
