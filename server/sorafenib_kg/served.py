"""What a server knows of its data by where they are: in memory, in a folder, or elsewhere."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from pyoxigraph import Literal

from sorafenib_kg.about import About, describe, headline
from sorafenib_kg.catalogue import Catalogue, read_catalogue
from sorafenib_kg.errors import RequestError
from sorafenib_kg.graph import Changes, GraphOfStore, UnreadGraph
from sorafenib_kg.manifest import Manifest
from sorafenib_kg.namespaces import OWL, SKG
from sorafenib_kg.places import Address, Folder, Memory, place_of
from sorafenib_kg.settings import Settings
from sorafenib_kg.store import Store

# The reasoner of the web process holds all triples as objects; this many take it some 200 MB.
LARGEST_READ = 200_000  # triples


@dataclass(frozen=True, slots=True)
class Served:
    """The data as the web process sees them, beside the store that answers queries."""

    graph: GraphOfStore | UnreadGraph
    describe: Callable[[Store], About]
    catalogue: Catalogue


def served(settings: Settings, store: Store, changes: Changes | None = None) -> Served:
    """Return what is known of the data that a store answers for, and of its changes.

    The bundled example queries are about the bundled data, so that other data come without them.
    """
    match place_of(settings.store):
        case Folder(path):
            return _from_folder(Manifest.read(path), store)
        case Address():
            return Served(
                UnreadGraph(store, "the data are in a store elsewhere"),
                headline,
                read_catalogue() if _holds_bundled(store) else Catalogue({}),
            )
        case Memory():
            triples = _number_of_triples(store)
            why = f"the data are {triples:,} triples, more than the {LARGEST_READ:,} that are read"
            followed = changes if settings.is_merge else None
            return Served(
                GraphOfStore(store, settings.entailment, followed)
                if triples <= LARGEST_READ
                else UnreadGraph(store, why),
                partial(describe, merge=settings.is_merge),
                Catalogue({}) if settings.empty or settings.data else read_catalogue(),
            )


def _number_of_triples(store: Store) -> int:
    """Return how many triples the default graph of a store has, which it knows at once."""
    ((number,),) = store.table("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").rows
    assert isinstance(number, Literal)  # noqa: S101 - a count
    return int(number.value)


def _holds_bundled(store: Store) -> bool:
    """Say whether a store elsewhere holds the data that the example queries are about."""
    try:
        return bool(
            store.table(f"ASK {{ <{SKG.NAMESPACE.rstrip('#')}> a {OWL.Ontology} }}").boolean
        )
    except RequestError:
        return False


def _from_folder(manifest: Manifest, store: Store) -> Served:
    about = manifest.about
    triples = (about.asserted or 0) + (about.inferred or 0)
    why = f"the store holds {triples:,} triples, more than the {LARGEST_READ:,} that are read"
    return Served(
        GraphOfStore(store, manifest.entailment)
        if triples <= LARGEST_READ
        else UnreadGraph(store, why),
        lambda store: about,
        read_catalogue() if manifest.is_bundled else Catalogue({}),
    )
