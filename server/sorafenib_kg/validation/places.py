"""Where in the files a name stands, so that a finding can say file and line."""

import re
from collections.abc import Iterable

from pyoxigraph import RdfFormat

from sorafenib_kg.descriptions import Term
from sorafenib_kg.parsing import FORMATS
from sorafenib_kg.sources import ParsedFile

# An IRI or a prefixed name of Turtle. Names inside strings and comments match too: they only
# matter for a name that stands nowhere else.
_NAME = re.compile(
    r"<(?P<iri>[^<>\s]*)>|(?P<prefix>[A-Za-z][\w-]*)?:(?P<local>\w(?:[\w.-]*[\w-])?)"
)


class Places:
    """For each IRI the lines on which it stands, and the one on which it is described."""

    def __init__(self, parsed: Iterable[ParsedFile]) -> None:
        """Find all names in all files."""
        self._described: dict[str, tuple[str, int]] = {}
        self._used: dict[str, list[tuple[str, int]]] = {}
        for file in parsed:
            if FORMATS[file.file.path.suffix.lower()] in (RdfFormat.TURTLE, RdfFormat.TRIG):
                self._read(file)

    def _read(self, file: ParsedFile) -> None:
        text = file.file.path.read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(text.splitlines(), start=1):
            if line.lstrip().startswith(("#", "@prefix", "PREFIX")):
                continue
            for match in _NAME.finditer(line):
                iri = match["iri"]
                if iri is None:
                    namespace = file.prefixes.get(match["prefix"] or "")
                    if namespace is None:
                        continue
                    iri = namespace + match["local"]
                place = (file.file.name, number)
                self._used.setdefault(iri, []).append(place)
                # By the layout of our Turtle a subject starts its line.
                if match.start() == 0:
                    self._described.setdefault(iri, place)

    def described(self, term: Term | str) -> tuple[str | None, int | None]:
        """Return file and line where a node is a subject, else where it first stands."""
        iri = term if isinstance(term, str) else getattr(term, "value", "")
        return self._described.get(iri) or next(iter(self._used.get(iri, ())), (None, None))

    def used(self, term: Term | str) -> tuple[str | None, int | None]:
        """Return file and line where a node first stands."""
        iri = term if isinstance(term, str) else getattr(term, "value", "")
        return next(iter(self._used.get(iri, ())), (None, None))
