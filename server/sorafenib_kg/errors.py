"""The errors that this package raises on purpose.

SorafenibKGError
├── JournalError               the journal of changes cannot be read, or not be written
├── SettingsError              a setting has a value that it cannot have
├── ProblemsError              carries every problem found, each with its place
│   ├── LoadError              data cannot be read
│   └── CatalogueError         files of queries/ lack what their header must say
├── UnknownNameError           a CURIE, a label or a file name stands for nothing
├── ReasoningError
│   ├── NotEntailedError       a derivation was asked for a triple that does not hold
│   ├── EntailedError          it was asked why a triple does not hold, and it does
│   ├── ProofError             a derivation does not prove its conclusion
│   ├── ClusterError           Spark is not there, or could not do what it was asked for
│   └── StoreError             a store elsewhere cannot be reached, or refuses what it is asked
└── RequestError               what a client asked for cannot be done as asked
    ├── ProtocolError          against the SPARQL 1.1 Protocol
    │   └── DocumentError      RDF that cannot be read; knows line and column
    ├── QuerySyntaxError       not SPARQL; knows line and column
    ├── QueryRefusedError      larger, deeper or further reaching than queries may be here
    │   └── SwitchedOffError   it would make this server ask another one
    ├── QueryEvaluationError   SPARQL, but the engine could not evaluate it
    ├── ResultTooLargeError    the answer is larger than answers may be here
    ├── TimeLimitError         it took longer than queries may take here
    ├── MemoryLimitError       it took more memory than queries may take here
    ├── RemoteError            another server that it asks for does not answer as it should
    ├── BusyError              more is asked at a time than can be answered
    ├── TooManyRequestsError   this client asks more often than clients may
    ├── CancelledError         somebody who may do so has ended it
    ├── ConflictError          the data stand against it: they would contradict themselves
    │   └── ViolationError     they would violate their shapes; carries the report
    ├── OverwrittenError       nothing is left of a change that is to be undone
    ├── RequestTooLargeError   so is what the client sent
    ├── NotAcceptableError     no representation that the client accepts
    ├── UnsupportedMediaTypeError
    ├── UnauthorizedError      it needs the token, and none was sent
    ├── ForbiddenError         it is not for this client
    ├── MisdirectedError       the server is not known by the name that it was called by
    ├── NotReadyError          the data are not loaded
    ├── FaultError             this server has failed at it, by no fault of the request
    └── UnreadError            it takes the whole graph, which stays in its store here
"""

from collections.abc import Sequence
from dataclasses import dataclass


class SorafenibKGError(Exception):
    """Anything that this package raises on purpose; its text is one line for the user."""


class SettingsError(SorafenibKGError):
    """A setting has a value that it cannot have."""


class JournalError(SorafenibKGError):
    """The journal of changes cannot be read, or not be written to."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where: line and column count from 1, and are None if unknown."""

    file: str
    message: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        """Return the problem in one line, ``triples/drugs.ttl: line 12, column 3: …``."""
        place = [self.file]
        if self.line is not None:
            at = f"line {self.line}"
            place.append(at if self.column is None else f"{at}, column {self.column}")
        return ": ".join([*place, self.message])


class ProblemsError(SorafenibKGError):
    """An error that reports everything that is wrong together, one problem a line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep the problems; their text is the error's text."""
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class LoadError(ProblemsError):
    """Data cannot be read."""


class CatalogueError(ProblemsError):
    """Files of ``queries/`` lack what their header must say."""


class UnknownNameError(SorafenibKGError):
    """A CURIE, a label or a file name stands for nothing."""


class ReasoningError(SorafenibKGError):
    """The reasoner could not do what it was asked for."""


class NotEntailedError(ReasoningError):
    """A derivation was asked for a triple that does not hold."""


class EntailedError(ReasoningError):
    """It was asked why a triple does not hold, and it does."""


class ProofError(ReasoningError):
    """A derivation does not prove its conclusion."""


class ClusterError(ReasoningError):
    """Spark is not there, or could not read, write or do what it was asked for."""


class StoreError(ReasoningError):
    """A store elsewhere cannot be reached, refuses what it is asked, or answers something else."""


class RequestError(SorafenibKGError):
    """What a client asked for cannot be done as asked."""

    query_id: str | None = None  # of the query that was tried
    query: str | None = None  # its text, for the log
    retry_after: int | None = None  # seconds after which it may be otherwise


class ProtocolError(RequestError):
    """A request that the SPARQL 1.1 Protocol does not allow."""


class DocumentError(ProtocolError):
    """RDF that cannot be read; line and column count from 1, and are None if unknown."""

    def __init__(
        self,
        message: str,
        line: int | None = None,
        column: int | None = None,
        excerpt: str | None = None,
    ) -> None:
        """Keep beside the message the place, and the line with a caret below it."""
        super().__init__(message)
        self.line = line
        self.column = column
        self.excerpt = excerpt

    @property
    def place(self) -> str:
        """Return line and column in words, as far as they are known."""
        return "" if self.line is None else f"line {self.line}, column {self.column}"


class QuerySyntaxError(RequestError):
    """A query that is not SPARQL; line and column count from 1, and are None if unknown."""

    def __init__(
        self,
        message: str,
        line: int | None = None,
        column: int | None = None,
        *,
        excerpt: str | None = None,
        hint: str | None = None,
    ) -> None:
        """Keep beside the message the place, the line with a caret below it, and a way out."""
        super().__init__(message)
        self.line = line
        self.column = column
        self.excerpt = excerpt
        self.hint = hint


class QueryRefusedError(RequestError):
    """A query that is larger, deeper or further reaching than queries may be here."""


class SwitchedOffError(QueryRefusedError):
    """A query or an update that would make this server ask another one."""


class QueryEvaluationError(RequestError):
    """A query that is SPARQL but that the engine could not evaluate."""


class ResultTooLargeError(RequestError):
    """The answer is larger than answers may be here."""


class RemoteError(RequestError):
    """Another server cannot be reached, or does not answer as it should."""


class TimeLimitError(RequestError):
    """A query took longer than queries may take here."""


class MemoryLimitError(RequestError):
    """A query took more memory than queries may take here."""


class BusyError(RequestError):
    """More is asked at a time than can be answered; later it may be otherwise."""


class TooManyRequestsError(RequestError):
    """A client asks more often than clients may."""


class CancelledError(RequestError):
    """Somebody who may do so has ended a running query."""


class ConflictError(RequestError):
    """A change that the data stand against.

    They would contradict themselves after it, or have the graph that it is to create.
    """


class ViolationError(ConflictError):
    """After a change the data would violate shapes that they do not violate now."""

    def __init__(self, message: str, report: str = "") -> None:
        """Keep beside the message the validation report of SHACL, in N-Triples."""
        super().__init__(message)
        self.report = report


class OverwrittenError(RequestError):
    """Nothing is left of a change that is to be undone: later ones have changed all of it."""


class RequestTooLargeError(RequestError):
    """The client sent more than is read here."""


class NotAcceptableError(RequestError):
    """There is no representation that the client accepts."""


class UnsupportedMediaTypeError(RequestError):
    """The client sent a body of a kind that is not read here."""


class UnauthorizedError(RequestError):
    """What was asked for needs the token, and none was sent."""


class ForbiddenError(RequestError):
    """What was asked for is not for this client."""


class MisdirectedError(RequestError):
    """The server is not known by the name that it was called by."""


class NotReadyError(RequestError):
    """The data are not loaded."""


class FaultError(RequestError):
    """Something has failed in this server that should not fail."""


class UnreadError(RequestError):
    """It takes the whole graph in memory, and here the graph stays in its store."""
