"""What HermiT can be asked for comes back as: outcomes, verdicts, justifications."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pyoxigraph import NamedNode, Triple

from sorafenib_kg.errors import ReasoningError
from sorafenib_kg.reasoning.dl.axioms import Axiom


class Outcome(StrEnum):
    """What came out; only the first two are answers, the others say why there is none."""

    CONSISTENT = "consistent"
    INCONSISTENT = "inconsistent"
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"
    UNSUPPORTED = "outside OWL 2 DL"
    NOT_RUN = "could not run"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much HermiT may take: seconds of wall time for all of a call, MB of Java's heap."""

    seconds: float = 180.0
    megabytes: int = 1000


class NoAnswerError(ReasoningError):
    """HermiT gave no answer; ``outcome`` is one of those that are none."""

    def __init__(self, outcome: Outcome, reason: str) -> None:
        """Keep the outcome beside the reason."""
        super().__init__(reason)
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class Justification:
    """Axioms that together contradict each other, or entail what was asked for.

    ``minimal`` tells whether it was shown that none of them can be left out.
    """

    axioms: tuple[Axiom, ...]
    minimal: bool

    @property
    def triples(self) -> tuple[Triple, ...]:
        """Return the triples of all axioms."""
        return tuple(triple for axiom in self.axioms for triple in axiom)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether axioms have a model.

    ``reason`` says why there is no answer, or why the search for justifications or unsatisfiable
    classes ended early. ``justifications`` are of an inconsistency, and ``complete`` tells
    whether they are all that there are. ``unsatisfiable`` are the classes of consistent axioms
    that can have no member, None where that was not found out. ``notes`` say what HermiT did not
    get to see.
    """

    outcome: Outcome
    reason: str = ""
    justifications: tuple[Justification, ...] = ()
    complete: bool = False
    unsatisfiable: tuple[NamedNode, ...] | None = None
    notes: tuple[str, ...] = ()

    @property
    def consistent(self) -> bool | None:
        """Return whether the axioms have a model, None if that was not found out."""
        return {Outcome.CONSISTENT: True, Outcome.INCONSISTENT: False}.get(self.outcome)


@dataclass(frozen=True, slots=True)
class Classification:
    """What HermiT infers of named classes and individuals.

    ``memberships`` (``rdf:type``) and ``subsumptions`` (``rdfs:subClassOf``) are those asked for,
    in order; a class that can have no member is below ``owl:Nothing`` and no other is listed for
    it. They are empty unless the outcome of ``verdict`` is consistent and ``finished`` is true.
    ``reasoner`` is HermiT's name and version.
    """

    verdict: Verdict
    finished: bool = False
    memberships: tuple[Triple, ...] = ()
    subsumptions: tuple[Triple, ...] = ()
    reasoner: str = ""

    @property
    def triples(self) -> tuple[Triple, ...]:
        """Return the memberships and then the subsumptions."""
        return self.memberships + self.subsumptions


@dataclass(frozen=True, slots=True)
class Entailment:
    """Whether axioms entail a triple, and which of them do.

    ``holds`` is None if that was not found out or if the axioms contradict each other, so that
    everything follows; ``reason`` says which. ``complete`` tells whether the justifications are
    all that there are.
    """

    holds: bool | None
    outcome: Outcome
    reason: str = ""
    justifications: tuple[Justification, ...] = ()
    complete: bool = False
    notes: tuple[str, ...] = ()
