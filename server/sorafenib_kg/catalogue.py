"""The example queries: files of ``queries/`` with the headers that say what each is for."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sorafenib_kg.errors import CatalogueError, Problem, UnknownNameError
from sorafenib_kg.resources import folder

REQUIRED = ("summary", "description", "tags")

# The header lines of grlc, flat, one line each.
_HEADER_LINE = re.compile(r"#\+ *([a-z_]+) *: *(.*?) *$")
_KEBAB_CASE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class ExampleQuery:
    """A query with its name, the question that it answers, and its text without the header."""

    name: str
    summary: str
    description: str
    tags: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All example queries, by name, in the order of their names."""

    queries: Mapping[str, ExampleQuery]

    def __iter__(self) -> Iterator[ExampleQuery]:
        """Give the queries in the order of their names."""
        return iter(self.queries.values())

    def __len__(self) -> int:
        """Return the number of queries."""
        return len(self.queries)

    def __contains__(self, name: object) -> bool:
        """Say whether there is a query of that name."""
        return name in self.queries

    def __getitem__(self, name: str) -> ExampleQuery:
        """Return the query of that name, or raise UnknownNameError."""
        if name not in self.queries:
            raise UnknownNameError(f"there is no query called {name}")
        return self.queries[name]


def read_catalogue(path: Path | None = None) -> Catalogue:
    """Read the queries of a folder, the bundled one by default; its sub-folders are not read.

    Raises CatalogueError with everything that is wrong in any file.
    """
    path = folder("queries") if path is None else path
    queries: dict[str, ExampleQuery] = {}
    problems: list[Problem] = []
    for file in sorted(path.glob("*.rq")):
        try:
            queries[file.stem] = read_query(file, f"{path.name}/{file.name}")
        except CatalogueError as error:
            problems.extend(error.problems)
    if problems:
        raise CatalogueError(problems)
    return Catalogue(queries)


def read_query(file: Path, name: str | None = None) -> ExampleQuery:
    """Read one file; a header that lacks a key, repeats one or has an unknown one is an error."""
    shown = name or str(file)
    header: dict[str, str] = {}
    problems: list[Problem] = []
    if not _KEBAB_CASE.fullmatch(file.stem):
        problems.append(Problem(shown, "the name of the file is not in kebab-case"))
    lines = file.read_text(encoding="utf-8").splitlines()
    number = 0
    for number, line in enumerate(lines, start=1):
        if not line.startswith("#+"):
            break
        match = _HEADER_LINE.fullmatch(line)
        if match is None or not match[2]:
            problems.append(Problem(shown, "expected '#+ key: value'", number))
        elif match[1] not in REQUIRED:
            problems.append(Problem(shown, f"unknown key {match[1]}", number))
        elif match[1] in header:
            problems.append(Problem(shown, f"the key {match[1]} stands twice", number))
        else:
            header[match[1]] = match[2]
    problems.extend(
        Problem(shown, f"the header has no {key}") for key in REQUIRED if key not in header
    )
    text = "\n".join(lines[number - 1 :]).strip() + "\n" if lines else ""
    if not text.strip() or text.startswith("#+"):
        problems.append(Problem(shown, "there is no query below the header"))
    if problems:
        raise CatalogueError(problems)
    tags = tuple(tag.strip() for tag in header["tags"].split(",") if tag.strip())
    return ExampleQuery(file.stem, header["summary"], header["description"], tags, text)
