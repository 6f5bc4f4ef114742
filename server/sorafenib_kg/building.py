"""Making a store in a folder: all data, what follows from them, and the merge, in bulk.

What small files say is put together as for a server in memory. Large ones pass through, a part
at a time; to reason over them all triples go to the reasoner as numbers.
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import DefaultGraph, Quad, RdfFormat, parse

from sorafenib_kg import __version__
from sorafenib_kg.about import describe
from sorafenib_kg.errors import LoadError, Problem, SettingsError
from sorafenib_kg.graph import ask_hermit, close, computed_graphs, quads_of_default_graph
from sorafenib_kg.loader import Dataset, assemble, read_all
from sorafenib_kg.manifest import Manifest
from sorafenib_kg.namespaces import RDF, SKG, graph_name
from sorafenib_kg.parsing import FORMATS, follow
from sorafenib_kg.reasoning import Clash, read_triples, write_triples
from sorafenib_kg.reasoning import close as close_keys
from sorafenib_kg.settings import Settings
from sorafenib_kg.sources import (
    COMPUTED_GRAPHS,
    ParsedFile,
    SourceFile,
    in_computed_graph,
    read_file,
)
from sorafenib_kg.store.disk import Writer, new_folder
from sorafenib_kg.store.memory import MemoryStore

LARGE_FILE = 4 * 2**20  # bytes
_MOST_READ_WHOLE = 64 * 2**20  # bytes of all files
_REPORTED = 20_000  # quads between two reports of progress
_INFERRED = graph_name("inferred")
_MERGE = DefaultGraph()

Step = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class Built:
    """What came of it: the manifest, and where the data contradict themselves."""

    manifest: Manifest
    clashes: Sequence[Clash] = ()


@dataclass(slots=True)
class _Reader:
    """Reads small files and puts large ones off."""

    unnamed: bool
    large_file: int
    total: int = 0
    large: list[SourceFile] = field(default_factory=list)

    def __call__(self, file: SourceFile) -> ParsedFile:
        size = file.path.stat().st_size if file.path.is_file() else 0
        known = file.path.suffix.lower() in FORMATS
        # Of an ontology's folder the imports are followed, so all of it is read.
        if (
            known
            and file.graph != graph_name("ontology")
            and (size > self.large_file or self.total + size > _MOST_READ_WHOLE)
        ):
            self.large.append(file)
            return ParsedFile(file, (), {}, ())
        self.total += size
        return read_file(file, unnamed=self.unnamed)


def build(
    settings: Settings,
    folder: Path,
    step: Step = lambda text, done, total: None,
    *,
    large_file: int = LARGE_FILE,
) -> Built:
    """Make a store of the data that the settings name; the folder appears when it is complete.

    Raises SettingsError if there is something at its place or it cannot be written, LoadError
    with everything that is wrong with the data, ReasoningError if HermiT gives no classification.
    """
    with new_folder(folder) as part:
        step("Loading", 0, None)
        unnamed = settings.default_graph == "unnamed"
        reader = _Reader(unnamed, large_file)
        sources: Sequence[Path] | None = [] if settings.empty else settings.data or None
        parsed, problems = read_all(sources, dl=settings.dl != "none", read=reader)
        if problems:
            raise LoadError(problems)
        dataset = assemble(parsed)
        work = _Work(settings, part, dataset, step)
        clashes = work.of_large_files(reader.large) if reader.large else work.of_small_files()
        step("Finishing", 0, None)
        built = Built(work.finish(), clashes)
        # Closes the store, before it gets its name.
        del work
    return built


class _Work:
    """A store that is being made."""

    def __init__(self, settings: Settings, folder: Path, dataset: Dataset, step: Step) -> None:
        self._settings = settings
        self._folder = folder
        self._writer = Writer(folder)
        self._dataset = dataset
        self._step = step
        self._version = dataset.version

    def of_small_files(self) -> Sequence[Clash]:
        """Write what a server in memory would hold."""
        settings, dataset, step = self._settings, self._dataset, self._step
        if settings.infers:
            step("Reasoning", 0, None)
        closure = close(dataset, settings.entailment)
        found = ask_hermit(settings, dataset, closure, lambda text: step(text, 0, None))
        inferred = closure.inferred() if closure is not None else ()
        step("Storing", 0, None)
        self._writer.add(self._merged(quads_of_default_graph(settings, dataset, found)))
        self._writer.add(
            self._merged(Quad(t.subject, t.predicate, t.object, _INFERRED) for t in inferred)
        )
        self._writer.add(computed_graphs(settings, dataset, closure, found))
        return closure.clashes if closure is not None else ()

    def of_large_files(self, files: Sequence[SourceFile]) -> Sequence[Clash]:
        """Write what the files say, and what follows, without holding it all."""
        settings = self._settings
        for option, asked in (
            ("--what-if", settings.what_if),
            ("--derivations", settings.derivations),
            ("--dl", settings.dl != "none"),
        ):
            if asked:
                raise SettingsError(
                    f"{option} is for data that are read whole: {files[0].name} is too large"
                )
        self._writer.add(self._merged(self._dataset.quads))
        self._writer.add(self._merged(self._passing(files)))
        self._version = self._version_with(files)
        return self._infer() if settings.infers else ()

    def finish(self) -> Manifest:
        """Complete the store, and write down what it is."""
        settings, writer = self._settings, self._writer
        figures = writer.finish()
        store = MemoryStore.over(writer.engine, self._version, figures=lambda: figures)
        manifest = Manifest(
            self._version,
            "merged" if settings.is_merge else "unnamed",
            "rl" if settings.infers else "none",
            is_bundled=not (settings.empty or settings.data),
            about=describe(store, merge=settings.is_merge),
        )
        manifest.write(self._folder)
        return manifest

    def _merged(self, quads: Iterable[Quad]) -> Iterator[Quad]:
        """Give quads, and of those in named graphs the triples for the merge too."""
        is_merge = self._settings.is_merge
        for quad in quads:
            yield quad
            if is_merge and quad.graph_name != _MERGE:
                yield Quad(quad.subject, quad.predicate, quad.object)

    def _passing(self, files: Sequence[SourceFile]) -> Iterator[Quad]:
        """Give the quads of files as they are read; raise LoadError at the end."""
        sizes = [file.path.stat().st_size for file in files]
        problems: list[Problem] = []
        unnamed = self._settings.default_graph == "unnamed"
        for number, file in enumerate(files):
            try:
                with file.path.open("rb") as content:
                    parser = parse(
                        content,
                        FORMATS[file.path.suffix.lower()],
                        rename_blank_nodes=True,
                    )
                    for count, item in enumerate(follow(parser, file.name)):
                        if count % _REPORTED == 0:
                            self._step("Loading", sum(sizes[:number]) + content.tell(), sum(sizes))
                        quad = item
                        if isinstance(quad, Problem):
                            problems.append(quad)
                            continue
                        if isinstance(quad.graph_name, DefaultGraph) and not unnamed:
                            quad = Quad(quad.subject, quad.predicate, quad.object, file.graph)
                        problem = _unfit(file, quad)
                        if problem is not None:
                            problems.append(problem)
                            break
                        yield quad
            except OSError as error:
                problems.append(Problem(file.name, f"cannot be read: {error.strerror}"))
        if problems:
            raise LoadError(problems)

    def _version_with(self, files: Sequence[SourceFile]) -> str:
        """Return the version of the data: by the bytes of large files, not by their triples."""
        digest = hashlib.sha256(self._dataset.version.encode())
        for file in files:
            with file.path.open("rb") as content:
                digest.update(hashlib.file_digest(content, "sha256").digest())
        return f"{__version__}+{digest.hexdigest()[:8]}"

    def _infer(self) -> Sequence[Clash]:
        """Reason over the store, and write what follows."""
        engine = self._writer.engine
        # On the disk that has room for the store.
        with tempfile.TemporaryDirectory(dir=self._folder) as folder:
            asserted, inferred = Path(folder) / "asserted.nt", Path(folder) / "inferred.nt"
            graphs = [_MERGE, *([] if self._settings.is_merge else engine.named_graphs())]
            self._step("Reasoning", 0, None)
            with asserted.open("wb") as output:
                for graph in graphs:
                    engine.dump(output, RdfFormat.N_TRIPLES, from_graph=graph)
            triples = read_triples([asserted])
            closure = close_keys(triples.dictionary, triples.keys())
            asserted.unlink()
            write_triples(inferred, closure.dictionary, [closure.inferred_keys()])
            clashes = closure.clashes
            del triples, closure
            # parse keeps the names of blank nodes, which are those of the asserted triples.
            # What they say of literals they have from the engine.
            self._writer.add(self._merged(self._inferred_quads(inferred)), as_written=False)
        return clashes

    def _inferred_quads(self, path: Path) -> Iterator[Quad]:
        size = path.stat().st_size
        with path.open("rb") as content:
            for count, quad in enumerate(parse(content, RdfFormat.N_TRIPLES)):
                if count % _REPORTED == 0:
                    self._step("Storing", content.tell(), size)
                yield Quad(quad.subject, quad.predicate, quad.object, _INFERRED)


def _unfit(file: SourceFile, quad: Quad) -> Problem | None:
    """Return what is wrong with a quad of a large file."""
    if quad.graph_name in COMPUTED_GRAPHS:
        return in_computed_graph(file, quad)
    if quad.predicate == RDF.type and quad.object == SKG.Claim:
        return Problem(
            file.name,
            "has claims, and is too large to read whole, as they must be; "
            f"put them into files of at most {LARGE_FILE // 2**20} MiB",
        )
    return None
