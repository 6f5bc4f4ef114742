"""Which files are read, into which named graph each goes, and what each of them says."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from pyoxigraph import DefaultGraph, NamedNode, Quad, parse

from sorafenib_kg.errors import Problem
from sorafenib_kg.namespaces import GRAPHS_BESIDE, OWL, graph_name
from sorafenib_kg.parsing import FORMATS, UNKNOWN_ENDING, follow
from sorafenib_kg.resources import folder

CATALOG = "catalog-v001.xml"  # the name that Protégé looks for
SHAPES = "shapes.ttl"  # beside it
DL_MODULE = "dl.ttl"  # what of an ontology is for a DL reasoner only

_CATALOG_ENTRY = "{urn:oasis:names:tc:entity:xmlns:xml:catalog}uri"
_OWN_GRAPH = {"trials", "mappings"}
COMPUTED_GRAPHS = GRAPHS_BESIDE | {graph_name("inferred")}
_NOT_TO_BE_LOADED = (
    "triples of it would go to <{}>, which is for what the reasoner infers alone; "
    "give the file another name or its triples another graph, or leave them out"
)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read: where it is, how it is called in messages, and where its triples go."""

    path: Path
    name: str
    graph: NamedNode


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """What a file says, as far as it could be read, and what kept the rest from being read."""

    file: SourceFile
    quads: tuple[Quad, ...]
    prefixes: dict[str, str]
    problems: tuple[Problem, ...]


Reader = Callable[[SourceFile], ParsedFile]


@dataclass(frozen=True, slots=True)
class Catalog:
    """The files of an ontology by the IRI that imports them; the first entry is the root."""

    name: str
    files: dict[str, Path]

    @property
    def root(self) -> Path | None:
        """Return the file that the others are imported by."""
        return next(iter(self.files.values()), None)


def shapes_of(sources: Sequence[Path]) -> list[Path]:
    """Return the files of shapes that stand beside the ontologies among the sources."""
    ontologies = (source for source in sources if (source / CATALOG).is_file())
    return [path for source in ontologies if (path := source / SHAPES).is_file()]


def read_sources(
    sources: Sequence[Path] | None = None, *, dl: bool = False, read: Reader | None = None
) -> Iterator[ParsedFile | Problem]:
    """Read all files of the sources, the bundled ones by default, and give what is wrong too.

    With ``dl`` the DL modules of ontologies are read as parts of them. ``read`` reads a file, in
    place of `read_file`.
    """
    read = read or read_file
    for source in [folder("ontology"), folder("triples")] if sources is None else sources:
        base = Path(source.name) if sources is None else source
        if not source.exists():
            yield Problem(str(base), "there is no such file or folder")
        elif not source.is_dir():
            yield read(SourceFile(source, str(source), _graph_of(source, source.stem)))
        elif (source / CATALOG).is_file():
            yield from read_ontology(source, base, read=read)
            if dl and (source / DL_MODULE).is_file():
                yield read_dl_module(source, base)
        else:
            yield from _read_folder(source, base, read)


def read_file(file: SourceFile, *, unnamed: bool = False) -> ParsedFile:
    """Parse a file to its end, past what is wrong in it.

    Triples that it has in no graph go to the graph of the file; with ``unnamed`` they stay.
    """
    quads: dict[Quad, None] = {}
    problems: list[Problem] = []
    if file.path.suffix.lower() not in FORMATS:
        return ParsedFile(file, (), {}, (Problem(file.name, UNKNOWN_ENDING),))
    try:
        content = file.path.read_bytes()
    except OSError as error:
        problem = Problem(file.name, f"cannot be read: {error.strerror}")
        return ParsedFile(file, (), {}, (problem,))
    parser = parse(content, format=FORMATS[file.path.suffix.lower()], rename_blank_nodes=True)
    for item in follow(parser, file.name):
        if isinstance(item, Problem):
            problems.append(item)
            continue
        quad = item
        if isinstance(quad.graph_name, DefaultGraph) and not unnamed:
            quad = Quad(quad.subject, quad.predicate, quad.object, file.graph)
        if quad.graph_name in COMPUTED_GRAPHS:
            problems.append(in_computed_graph(file, quad))
            break
        quads[quad] = None
    return ParsedFile(file, tuple(quads), parser.prefixes, tuple(problems))


def in_computed_graph(file: SourceFile, quad: Quad) -> Problem:
    """Return what is wrong with a quad that would go where only computed ones are."""
    return Problem(file.name, _NOT_TO_BE_LOADED.format(getattr(quad.graph_name, "value", "")))


def read_dl_module(source: Path, base: Path) -> ParsedFile:
    """Parse the DL module in an ontology's folder."""
    return read_file(SourceFile(source / DL_MODULE, str(base / DL_MODULE), graph_name("ontology")))


def read_catalog(path: Path, name: str) -> Catalog | Problem:
    """Read an OASIS XML catalog."""
    try:
        # The file is the user's own, beside the ontology that is about to be loaded.
        tree = ElementTree.parse(path)  # noqa: S314
    except OSError as error:
        return Problem(name, f"cannot be read: {error.strerror}")
    except ElementTree.ParseError as error:
        line, column = error.position
        return Problem(name, str(error), line, column + 1)
    return Catalog(
        name,
        {
            entry.get("name", ""): path.parent / entry.get("uri", "")
            for entry in tree.iter(_CATALOG_ENTRY)
        },
    )


def read_ontology(
    source: Path, base: Path, root: Path | None = None, *, read: Reader | None = None
) -> Iterator[ParsedFile | Problem]:
    """Read the root of an ontology's folder and what it imports, by the folder's catalog.

    Nothing is fetched: an import that the catalog does not map to a file is a problem.
    """
    catalog = read_catalog(source / CATALOG, str(base / CATALOG))
    if isinstance(catalog, Problem):
        yield catalog
        return
    root = root or catalog.root
    if root is None:
        yield Problem(catalog.name, "the catalog is empty")
        return
    graph = graph_name("ontology")
    waiting, seen = [root], {root}
    while waiting:
        path = waiting.pop(0)
        inside = path.relative_to(source) if path.is_relative_to(source) else path
        parsed = (read or read_file)(SourceFile(path, str(base / inside), graph))
        yield parsed
        for quad in parsed.quads:
            if quad.predicate != OWL.imports or not isinstance(quad.object, NamedNode):
                continue
            imported = catalog.files.get(quad.object.value)
            if imported is None:
                message = f"imports <{quad.object.value}>, which {catalog.name} does not map"
                yield Problem(parsed.file.name, message)
            elif imported not in seen:
                seen.add(imported)
                waiting.append(imported)


def _read_folder(source: Path, base: Path, read: Reader) -> Iterator[ParsedFile | Problem]:
    paths = [path for path in sorted(source.rglob("*")) if path.suffix.lower() in FORMATS]
    if not paths:
        yield Problem(str(base), "the folder holds no RDF file")
    for path in paths:
        stem = "entities" if source.name == "triples" else path.stem
        name = str(base / path.relative_to(source))
        yield read(SourceFile(path, name, _graph_of(path, stem)))


def _graph_of(path: Path, otherwise: str) -> NamedNode:
    """Return the graph of a file: claims by section, trials and mappings have their own."""
    if path.stem in _OWN_GRAPH:
        return graph_name(path.stem)
    name = path.stem.removeprefix("claims-") if _is_claims(path) else otherwise
    return graph_name(quote(name, safe=""))  # a file may be called what no IRI can be


def _is_claims(path: Path) -> bool:
    return path.stem.startswith("claims-")
