"""A store in a folder: written once, in bulk, and from then on only read."""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import chain, islice
from pathlib import Path

import pyoxigraph
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat

from sorafenib_kg.errors import NotReadyError, SettingsError
from sorafenib_kg.fetching import NOTHING, Allowed
from sorafenib_kg.namespaces import RDF, RDFS, SKOS
from sorafenib_kg.store.figures import Figures
from sorafenib_kg.store.forms import Forms
from sorafenib_kg.store.interface import Term
from sorafenib_kg.store.memory import MemoryStore

# The engine sorts a part in memory, several times over: one of this size takes it 600 MB.
_PART = 500_000  # quads
_QUADS, _NAMES, _FIGURES, _FORMS = "quads", "names.txt", "figures.nq", "forms.nq"
_MOST_NAMES = 20_000
# Each worker has them in memory, shared with the others.
_MOST_FORMS = 100_000


class Writer:
    """A new store in a folder, to which quads are added in parts that memory can hold."""

    def __init__(self, folder: Path) -> None:
        """Begin in a folder that is there and empty; raise OSError."""
        self._folder = folder
        self.engine = pyoxigraph.Store(str(folder / _QUADS))
        self._forms: Forms | None = Forms()

    def add(self, quads: Iterable[Quad], *, as_written: bool = True) -> None:
        """Add quads, of which any number may be the same; raise OSError.

        Unless they are ``as_written``, the forms of their literals mean nothing.
        """
        remaining = iter(quads)
        while (first := next(remaining, None)) is not None:
            part: Iterable[Quad] = chain([first], islice(remaining, _PART - 1))
            if as_written and self._forms is not None:
                part = self._forms.learning(part, self._holds)
            self.engine.bulk_extend(part)
            if self._forms is not None and len(self._forms) > _MOST_FORMS:
                # Only all of them would be right.
                self._forms = None

    def _holds(self, literal: Literal) -> bool:
        return any(True for _ in self.engine.quads_for_pattern(None, None, literal))

    def finish(self) -> Figures:
        """Bring the store into the form that is read fastest, and count it; raise OSError."""
        self.engine.flush()
        self.engine.optimize()
        figures = Figures.of(self.engine)
        with (self._folder / _FIGURES).open("wb") as file:
            pyoxigraph.serialize(figures.to_quads(), file, RdfFormat.N_QUADS)
        with (self._folder / _FORMS).open("wb") as file:
            quads = () if self._forms is None else self._forms.to_quads()
            pyoxigraph.serialize(quads, file, RdfFormat.N_QUADS)
        names = "".join(f"{node.value}\n" for node in _names(self.engine, figures))
        (self._folder / _NAMES).write_text(names, encoding="utf-8")
        return figures


def kept_forms(folder: Path) -> Forms:
    """Return in which forms the literals of a store were written; raise NotReadyError."""
    try:
        with (folder / _FORMS).open("rb") as file:
            return Forms.from_quads(pyoxigraph.parse(file, RdfFormat.N_QUADS))
    except OSError as error:
        raise NotReadyError("the folder of the store cannot be opened") from error


def opened(
    folder: Path, version: str, *, allowed: Allowed = NOTHING, forms: Forms | None = None
) -> MemoryStore:
    """Return the store in a folder, to be read only; raise NotReadyError.

    ``forms`` are those of `kept_forms`, where they are known already.
    To be called in the process that asks it, for the engine's threads do not survive a fork.
    """
    try:
        engine = pyoxigraph.Store.read_only(str(folder / _QUADS))
    except OSError as error:
        raise NotReadyError("the folder of the store cannot be opened") from error
    return MemoryStore.over(
        engine,
        version,
        allowed=allowed,
        names=_kept_names(folder / _NAMES),
        figures=lambda: _kept_figures(folder / _FIGURES),
        forms=kept_forms(folder) if forms is None else forms,
    )


def _kept_figures(path: Path) -> Figures:
    with path.open("rb") as file:
        return Figures.from_quads(pyoxigraph.parse(file, RdfFormat.N_QUADS))


def _names(engine: pyoxigraph.Store, figures: Figures) -> Iterator[NamedNode]:
    """Give the names that people write in queries: of predicates, classes, and what has a label."""
    yield from islice(_once(chain(*_named_in(engine, figures))), _MOST_NAMES)


def _named_in(engine: pyoxigraph.Store, figures: Figures) -> Iterator[Iterable[Term]]:
    yield figures.predicates(DefaultGraph()) | figures.predicates(None)
    for pattern in (
        f"?s {RDF.type} ?x",
        f"?x {RDFS.label} ?label",
        f"?x {SKOS.prefLabel} ?label",
    ):
        # Often all of them are in the unnamed graph, so that the others only repeat them.
        for query in (
            f"SELECT DISTINCT ?x {{ {pattern} }}",
            f"SELECT DISTINCT ?x {{ GRAPH ?g {{ {pattern} }} }}",
        ):
            rows = engine.query(query)
            assert isinstance(rows, pyoxigraph.QuerySolutions)  # noqa: S101 - a SELECT of ours
            yield (row["x"] for row in rows)


def _once(terms: Iterable[Term]) -> Iterator[NamedNode]:
    seen: set[NamedNode] = set()
    for term in terms:
        if isinstance(term, NamedNode) and term not in seen:
            seen.add(term)
            yield term


def _kept_names(path: Path) -> Callable[[str], list[NamedNode]]:
    @cache
    def every() -> list[str]:
        try:
            return [name for name in path.read_text(encoding="utf-8").split("\n") if name]
        except OSError:
            return []

    def within(namespace: str) -> list[NamedNode]:
        return [NamedNode(name) for name in every() if name.startswith(namespace)]

    return within


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Give a folder beside the one that it becomes at the end; raise SettingsError."""
    target = folder.resolve()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise SettingsError(
            f"{folder}: is there already; name another folder, or remove this one, for a store "
            "is made once and then only read"
        )
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    _remove_broken_off(target)
    try:
        part.mkdir()
        yield part
        _sync(part)
        part.rename(target)
        _sync(target.parent)
    except OSError as error:
        raise SettingsError(f"{folder}: cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _remove_broken_off(target: Path) -> None:
    """Remove what earlier attempts have left whose processes were killed."""
    for left in target.parent.glob(f".{target.name}.*.part"):
        number = left.name.removesuffix(".part").rpartition(".")[2]
        if number.isdecimal() and not _is_running(int(number)):
            shutil.rmtree(left, ignore_errors=True)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
