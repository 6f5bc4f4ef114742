"""Which endings of files stand for which format of RDF, and reading on past what is wrong."""

import re
from collections.abc import Iterator

from pyoxigraph import Quad, QuadParser, RdfFormat

from sorafenib_kg.errors import Problem

FORMATS = {
    ".jsonld": RdfFormat.JSON_LD,
    ".nq": RdfFormat.N_QUADS,
    ".nt": RdfFormat.N_TRIPLES,
    ".owl": RdfFormat.RDF_XML,
    ".rdf": RdfFormat.RDF_XML,
    ".trig": RdfFormat.TRIG,
    ".ttl": RdfFormat.TURTLE,
}
UNKNOWN_ENDING = f"its ending is not one of those that are read: {' '.join(FORMATS)}"
# Enough to mend a file in one go, and an end for one that is no RDF at all.
MOST_PROBLEMS_OF_A_FILE = 25

_PARSER_PLACE = re.compile(r"^Parser error (?:at|between) .*?: ")


def follow(parser: QuadParser, name: str, lines: int = 0) -> Iterator[Quad | Problem]:
    """Give what a parser reads to the end of a file, and what is wrong on the way.

    ``lines`` is how many lines of the file come before what the parser was given.
    """
    problems = 0
    while problems < MOST_PROBLEMS_OF_A_FILE:
        # The parser goes on behind the statement that it could not read.
        try:
            yield next(parser)
        except StopIteration:
            return
        except SyntaxError as error:
            message = _PARSER_PLACE.sub("", error.msg or str(error))
            line = None if error.lineno is None else error.lineno + lines
            yield Problem(name, message, line, error.offset)
            problems += 1
