"""From files of RDF to the dataset of asserted quads, each in its named graph."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Quad, Triple
from pyoxigraph import Dataset as QuadSet

from sorafenib_kg import __version__
from sorafenib_kg.claims import ClaimIndex, plain_quads, read_claims
from sorafenib_kg.errors import LoadError, Problem
from sorafenib_kg.sources import ParsedFile, Reader, read_file, read_sources


@dataclass(frozen=True, slots=True)
class Dataset:
    """What was written, and the plain triples that claims yield: all that is asserted."""

    quads: tuple[Quad, ...]
    version: str = __version__
    claims: ClaimIndex = field(default_factory=ClaimIndex)

    def asserted(self) -> set[Triple]:
        """Return the RDF merge of the graphs: each triple once."""
        return {quad.triple for quad in self.quads}


def load(
    sources: Sequence[Path] | None = None, *, dl: bool = False, unnamed: bool = False
) -> Dataset:
    """Load files and folders, the bundled ones by default; with ``dl`` their DL modules too.

    Triples that a file has in no graph go to a graph of the file; with ``unnamed`` they stay in
    the unnamed one. Raises LoadError with the problems of all files, if there are any.
    """
    parsed, problems = read_all(sources, dl=dl, read=partial(read_file, unnamed=unnamed))
    if problems:
        raise LoadError(problems)
    return assemble(parsed)


def read_all(
    sources: Sequence[Path] | None = None, *, dl: bool = False, read: Reader | None = None
) -> tuple[list[ParsedFile], list[Problem]]:
    """Read all sources as far as they can be read, and return what is wrong beside it."""
    parsed: list[ParsedFile] = []
    problems: list[Problem] = []
    for item in read_sources(sources, dl=dl, read=read):
        if isinstance(item, Problem):
            problems.append(item)
        else:
            parsed.append(item)
            problems.extend(item.problems)
    return parsed, problems


def assemble(parsed: Iterable[ParsedFile]) -> Dataset:
    """Put the quads of all files together with the plain triples that their claims yield.

    A plain triple goes into the graph of its claim.
    """
    written = dict.fromkeys(quad for file in parsed for quad in file.quads)
    claims = read_claims(written)
    yielded = dict.fromkeys(plain_quads(claims, written))
    quads = tuple(written | yielded)
    return Dataset(
        quads,
        f"{__version__}+{digest(quads)[:8]}",
        claims,
    )


def digest(quads: Iterable[Quad]) -> str:
    """Return the sha256 of the quads, whatever their order and the names of their blank nodes."""
    lines: list[str] = []
    unnamed = QuadSet()
    for quad in quads:
        if BlankNode in (type(quad.subject), type(quad.object), type(quad.graph_name)):
            unnamed.add(quad)
        else:
            lines.append(str(quad))
    # Canonical labels depend on the quads with blank nodes alone, so the rest is spared.
    unnamed.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    lines.extend(str(quad) for quad in unnamed)
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
