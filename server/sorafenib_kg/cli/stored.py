"""``serve`` and ``query`` over a store that is there already."""

from sorafenib_kg.errors import RequestError, SettingsError
from sorafenib_kg.fetching.credentials import Credentials
from sorafenib_kg.manifest import Manifest
from sorafenib_kg.places import Address, Folder
from sorafenib_kg.settings import SETTINGS, Settings
from sorafenib_kg.store import Store, disk
from sorafenib_kg.store.remote import RemoteStore

_OF_LOADING = ("data", "empty", "what_if", "dl", "derivations", "source_text")
_OF_WRITING = ("writable", "journal", "rebase")


def manifest_of(place: Folder, settings: Settings) -> Manifest:
    """Return the manifest of a folder; raise SettingsError if other settings do not fit it."""
    require_nothing_else(settings, "the store is made with such options by sorafenib-kg build")
    found = Manifest.read(place.path)
    for name, made, default in (
        ("entailment", found.entailment, "rl"),
        ("default_graph", found.default_graph, "merged"),
    ):
        given = getattr(settings, name)
        if given not in (made, default):
            raise SettingsError(
                f"{SETTINGS[name].option} {given}: {place.path} was built with {made}"
            )
    return found


def stored(place: Folder | Address, settings: Settings) -> Store:
    """Return the store at a place, to be asked by this process; raise SettingsError."""
    if isinstance(place, Address):
        return reached(place, settings)
    manifest = manifest_of(place, settings)
    return disk.opened(place.path, manifest.version)


def reached(place: Address, settings: Settings) -> RemoteStore:
    """Return the store at an address once it has answered; raise SettingsError."""
    require_nothing_else(settings, "the data are those of the store")
    if settings.allow_service:
        raise SettingsError("--allow-service does not go with a store at an address")
    store = RemoteStore(place.url, Credentials.from_environment())
    try:
        store.table("ASK { ?s ?p ?o }")
    except RequestError as error:
        raise SettingsError(f"--store {place.url}: {error}") from error
    return store


def require_nothing_else(settings: Settings, way_out: str) -> None:
    """Raise SettingsError for a setting that is only for a store in memory."""
    for name in (*_OF_LOADING, *_OF_WRITING):
        if getattr(settings, name) != SETTINGS[name].default:
            reason = (
                "it is only read; changes are for --store memory"
                if name in _OF_WRITING
                else way_out
            )
            raise SettingsError(
                f"{SETTINGS[name].option} does not go with --store {settings.store}: {reason}"
            )
