"""The settings: one table that makes the options, the environment variables and their page."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

from sorafenib_kg.errors import ForbiddenError, SettingsError
from sorafenib_kg.fetching import Allowed
from sorafenib_kg.hosts import is_authority

# No option: what is given on a command line everybody on the machine can read.
TOKEN_VARIABLE = "SORAFENIB_KG_TOKEN"  # noqa: S105 - its name only

Entailment = Literal["rl", "none"]
DefaultGraph = Literal["merged", "unnamed"]
Kind = Literal["paths", "names", "path", "flag", "choice", "number", "text"]

# What a page may link to; a script would be one that an operator did not mean.
_LINKS = ("https://", "http://", "mailto:")
# RFC 3986, section 3; of the web, without query and fragment.
_URL = re.compile(
    r"https?://([^/?#]+)(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*)*", re.IGNORECASE
)
# As browsers write it (RFC 6454, section 6.2).
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://([^/A-Z]+)")
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"", "0", "false", "no", "off"}


@dataclass(frozen=True, slots=True)
class About:
    """What is said about a setting: its kind, its values, and one sentence for the user."""

    kind: Kind
    metavar: str
    help: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """A row of the table of settings."""

    name: str
    about: About
    default: object

    @property
    def option(self) -> str:
        """Return the option of the command line, ``--source-text``."""
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        """Return the environment variable, ``SORAFENIB_KG_SOURCE_TEXT``."""
        return f"SORAFENIB_KG_{self.name.upper()}"

    def parse(self, text: str) -> object:
        """Return the value that a text stands for; raise SettingsError if it stands for none."""
        match self.about.kind:
            case "paths":
                return tuple(Path(part) for part in text.split(os.pathsep) if part)
            case "names":
                return tuple(part for part in text.split(",") if part)
            case "path":
                return Path(text) if text else None
            case "flag":
                if text.lower() not in _TRUE | _FALSE:
                    raise SettingsError(f"{self.option}: {text!r} is neither true nor false")
                return text.lower() in _TRUE
            case "choice":
                if text not in self.about.choices:
                    allowed = " or ".join(self.about.choices)
                    raise SettingsError(f"{self.option}: {text!r} is not {allowed}")
                return text
            case "number":
                # isdecimal, for int() takes signs, spaces and underscores as well.
                if not text.isdecimal():
                    raise SettingsError(f"{self.option}: {text!r} is not a whole number")
                return int(text)
            case "text":
                return text or None


@dataclass(frozen=True, slots=True)
class Settings:
    """The values of all settings; the annotations of the fields are the table."""

    data: Annotated[
        tuple[Path, ...],
        About(
            "paths",
            "PATH",
            "An RDF file or folder to load instead of the bundled ones; may be given repeatedly.",
        ),
    ] = ()
    empty: Annotated[bool, About("flag", "", "Load nothing.")] = False
    store: Annotated[
        str,
        About(
            "text",
            "memory|DIR|URL",
            "Where the data are: in memory, in a folder that build has made, or in the SPARQL "
            "store at an address.",
        ),
    ] = "memory"
    store_cache: Annotated[
        int,
        About(
            "number",
            "SECONDS",
            "For how long answers of a store at an address may be given again; 0 keeps none.",
        ),
    ] = 0
    default_graph: Annotated[
        DefaultGraph,
        About(
            "choice",
            "merged|unnamed",
            "What the unnamed graph is: the merge of all others (merged), or one like them, for "
            "triples that are in no named one (unnamed).",
            ("merged", "unnamed"),
        ),
    ] = "merged"
    entailment: Annotated[
        Entailment,
        About(
            "choice",
            "rl|none",
            "Add what follows by the rules of OWL 2 RL (rl), or nothing (none).",
            ("rl", "none"),
        ),
    ] = "rl"
    what_if: Annotated[
        bool,
        About(
            "flag",
            "",
            "Add the graph what-if: what is claimed with a hedge only, and what would follow.",
        ),
    ] = False
    dl: Annotated[
        Literal["none", "named", "default"],
        About(
            "choice",
            "none|named|default",
            "Add what HermiT infers beyond these rules: to a named graph (named), to the default "
            "graph too (default), or nothing (none).",
            ("none", "named", "default"),
        ),
    ] = "none"
    dl_timeout: Annotated[
        int, About("number", "SECONDS", "How long HermiT may take for all that it is asked.")
    ] = 180
    dl_memory: Annotated[
        int, About("number", "MB", "How much memory HermiT may take, as the heap of Java.")
    ] = 1000
    derivations: Annotated[
        bool,
        About(
            "flag",
            "",
            "Add the graph derivations: each inferred triple, reified, with its rule and rank.",
        ),
    ] = False
    source_text: Annotated[
        Path | None,
        About("path", "FILE", "The text of the review, to hold each claim beside its sentence."),
    ] = None
    host: Annotated[str, About("text", "ADDRESS", "The address to listen on.")] = "127.0.0.1"
    port: Annotated[
        int, About("number", "NUMBER", "The port to listen on; 0 takes a free one.")
    ] = 7979
    public_url: Annotated[
        str | None,
        About(
            "text",
            "URL",
            "The absolute address that others reach the server by, for links and the service "
            "description.",
        ),
    ] = None
    report_url: Annotated[
        str | None,
        About(
            "text",
            "URL",
            "The address where readers can report an error in what is shown.",
        ),
    ] = None
    cors: Annotated[
        str | None,
        About(
            "text",
            "ORIGIN",
            "The web pages that may read answers: those of an origin, all (*), or none.",
        ),
    ] = "*"
    allowed_host: Annotated[
        tuple[str, ...],
        About(
            "names",
            "NAME",
            "A further name by which this machine may be called where that is checked; "
            "may be given repeatedly.",
        ),
    ] = ()
    trusted_proxy: Annotated[
        tuple[str, ...],
        About(
            "names",
            "NETWORK",
            "The address or network of a proxy whose X-Forwarded-For names the client; "
            "may be given repeatedly.",
        ),
    ] = ()
    rate_limit: Annotated[
        int,
        About(
            "number",
            "NUMBER",
            "How many requests a second a client may send on the average, but one on this "
            "machine; 0 for any number.",
        ),
    ] = 100
    rate_burst: Annotated[
        int,
        About("number", "NUMBER", "How many requests a client may send at once, within that."),
    ] = 500
    access_log: Annotated[
        str | None,
        About(
            "text",
            "FILE",
            "Where a line of JSON is written for each request: a file, standard error (-), or "
            "nowhere (none).",
        ),
    ] = "-"
    log_queries: Annotated[
        bool, About("flag", "", "Write the text of queries to that log too.")
    ] = False
    writable: Annotated[
        bool,
        About("flag", "", "Let those who have the token change the data."),
    ] = False
    allow_service: Annotated[
        tuple[str, ...],
        About(
            "names",
            "ORIGIN",
            "A server that queries may ask by SERVICE, as scheme, host and port; "
            "may be given repeatedly.",
        ),
    ] = ()
    allow_load: Annotated[
        tuple[str, ...],
        About(
            "names",
            "ORIGIN",
            "A server that updates may LOAD from, as scheme, host and port; "
            "may be given repeatedly.",
        ),
    ] = ()
    allow_private: Annotated[
        bool,
        About("flag", "", "Let those servers be on this machine and in private networks too."),
    ] = False
    journal: Annotated[
        Path | None,
        About("path", "DIR", "A folder where changes are written down, to last beyond the server."),
    ] = None
    rebase: Annotated[
        bool,
        About("flag", "", "Take the changes of the journal over to other data, or program."),
    ] = False
    threads: Annotated[
        int, About("number", "NUMBER", "How many requests are answered at a time.")
    ] = 64
    workers: Annotated[
        int,
        About(
            "number",
            "NUMBER",
            "How many queries are evaluated at a time, each in a process of its own.",
        ),
    ] = 4
    timeout: Annotated[
        int, About("number", "SECONDS", "How long a query may take, waiting included.")
    ] = 10
    memory_limit: Annotated[
        int, About("number", "MB", "How much memory a query may take beyond the data.")
    ] = 512

    def __post_init__(self) -> None:
        """Raise SettingsError for values that do not go together or are out of range."""
        if self.empty and self.data:
            raise SettingsError("--empty and --data exclude each other")
        if self.public_url is not None and not _names_host(_URL, self.public_url):
            raise SettingsError(
                f"--public-url: {self.public_url!r} is no absolute address of the web, such as "
                "https://kg.example.org/"
            )
        if self.cors not in (None, "*", "none") and not _names_host(_ORIGIN, self.cors):
            raise SettingsError(
                f"--cors: {self.cors!r} is no origin as browsers write it, such as "
                "https://example.org, and neither * nor none"
            )
        if self.report_url is not None and not self.report_url.startswith(_LINKS):
            raise SettingsError(f"--report-url: {self.report_url!r} is no web or mail address")
        try:
            self.allowed  # noqa: B018 - looked at for its error
        except ForbiddenError as error:
            raise SettingsError(f"--allow-service, --allow-load: {error}") from error
        for name in self.trusted_proxy:
            try:
                ip_network(name)
            except ValueError as error:
                raise SettingsError(
                    f"--trusted-proxy: {name!r} is neither an address nor a network"
                ) from error
        if self.default_graph == "unnamed" and self.writable and self.infers:
            raise SettingsError(
                "--default-graph unnamed and --writable go together with --entailment none only"
            )
        if self.port > 65535:
            raise SettingsError(f"--port: {self.port} is above 65535")
        for name, least in (
            ("dl_timeout", 1),
            ("dl_memory", 16),
            ("rate_burst", 1),
            ("threads", 4),
            ("workers", 2),
            ("timeout", 1),
            ("memory_limit", 16),
        ):
            if getattr(self, name) < least:
                raise SettingsError(f"--{name.replace('_', '-')}: at least {least}")

    @property
    def allowed(self) -> Allowed:
        """Return the servers that queries and updates may ask."""
        return Allowed.of(self.allow_service, self.allow_load, private=self.allow_private)

    @property
    def is_merge(self) -> bool:
        """Say whether the unnamed graph is the merge of the others."""
        return self.default_graph == "merged" and not self.empty

    @property
    def beside(self) -> tuple[str, ...]:
        """Return the names of the graphs that the rules fill and that stand beside the default."""
        asked = {"what-if": self.what_if, "derivations": self.derivations}
        return tuple(name for name, is_asked in asked.items() if is_asked)

    @property
    def infers(self) -> bool:
        """Say whether there is a graph with what follows."""
        return self.entailment == "rl" and not self.empty

    def as_environment(self) -> dict[str, str]:
        """Return the variables that give these settings to another process."""
        values = {name: getattr(self, name) for name in SETTINGS}
        return {SETTINGS[name].variable: _as_text(value) for name, value in values.items()}


def _names_host(pattern: re.Pattern[str], text: str) -> bool:
    """Say whether a text is as a pattern has it, and its first group a host."""
    found = pattern.fullmatch(text)
    return found is not None and is_authority(found[1])


_HINTS = get_type_hints(Settings, include_extras=True)
SETTINGS = {
    entry.name: Setting(entry.name, _HINTS[entry.name].__metadata__[0], entry.default)
    for entry in fields(Settings)
}


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings that the ``SORAFENIB_KG_…`` variables give, defaults for the rest."""
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {
        setting.name: setting.parse(environ[setting.variable])
        for setting in SETTINGS.values()
        if environ.get(setting.variable)
    }
    return Settings(**values)


def _as_text(value: object) -> str:
    if isinstance(value, tuple):
        separator = os.pathsep if any(isinstance(part, Path) for part in value) else ","
        return separator.join(map(str, value))
    return "" if value is None else str(value)


def as_markdown() -> str:
    """Return the table of all settings for the documentation."""
    rows = ["| option | variable | default | what it does |", "| --- | --- | --- | --- |"]
    for setting in SETTINGS.values():
        option = f"{setting.option} {setting.about.metavar}".strip().replace("|", "\\|")
        default = "" if setting.default in (None, (), False) else f"`{setting.default}`"
        rows.append(f"| `{option}` | `{setting.variable}` | {default} | {setting.about.help} |")
    return "\n".join(rows) + "\n"
