"""A knowledge graph of a review article, with a reasoner that gives proofs and a SPARQL server."""

__version__ = "0.1.0"
