"""Studies with their design, arms, results and comparisons, and what the source does not give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pyoxigraph import Literal, NamedNode

from sorafenib_kg.locators import Locators, Place
from sorafenib_kg.namespaces import RDF, RDFS, SKG
from sorafenib_kg.presentation.index import GraphIndex
from sorafenib_kg.results import Cell

_STUDIES = ("Trial", "PreclinicalStudy", "Study")
# UCUM's codes in words (ucum.org), those that results and doses use.
UNITS: Mapping[str, str] = MappingProxyType(
    {"mo": "months", "d": "days", "a": "years", "wk": "weeks", "%": "%", "/a": "a year"}
)
_COMPARATORS = {"<=": "up to ", ">=": "at least ", "<": "under ", ">": "over ", "~": "about "}


def _skg(name: str) -> NamedNode:
    return NamedNode(SKG.NAMESPACE + name)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, as it is shown and as it is printed in the source."""

    number: float
    unit: str  # by UCUM
    text: str
    printed: str | None


@dataclass(frozen=True, slots=True)
class Arm:
    """An arm of a study: what it receives, in which doses, how many it enrolled."""

    node: NamedNode
    name: Cell
    receives: tuple[Cell, ...]
    doses: tuple[str, ...]
    enrolled: str | None
    not_given: tuple[str, ...]

    @property
    def short(self) -> str:
        """Return what the arm received, or else its name."""
        return " + ".join(cell.text for cell in self.receives) or self.name.text


@dataclass(frozen=True, slots=True)
class Result:
    """The value of one endpoint in one arm; ``statistic`` where the source says one."""

    node: NamedNode
    name: Cell
    arm: NamedNode | None
    endpoint: NamedNode | None
    months: float | None  # after which it was measured, where that is said
    quantity: Quantity | None
    statistic: str | None
    spread: str | None
    odd: str | None
    note: str | None
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What one endpoint differs by between two arms, and how sure that is."""

    node: NamedNode
    name: Cell
    experimental: NamedNode | None
    comparator: NamedNode | None
    endpoint: NamedNode | None
    months: float | None
    hazard_ratio: float | None
    interval: tuple[float, float] | None
    level: str | None
    p: str | None
    significant: bool | None
    printed: str | None
    odd: str | None
    note: str | None
    not_given: tuple[str, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class EndpointResults:
    """All that a study gives of one endpoint, at one time where it is told of several."""

    endpoint: Cell
    months: float | None
    results: tuple[Result, ...]
    comparisons: tuple[Comparison, ...]

    @property
    def when(self) -> str:
        """Return the time in words, nothing where there is none."""
        return "" if self.months is None else f"at {self.months:g} months"


@dataclass(frozen=True, slots=True)
class Study:
    """A study as the source tells of it."""

    node: NamedNode
    name: Cell
    kind: Cell | None
    phase: tuple[Cell, ...]
    status: tuple[Cell, ...]
    design: tuple[Cell, ...]
    population: tuple[Cell, ...]
    models: tuple[Cell, ...]
    evaluates: tuple[Cell, ...]
    enrolled: str | None
    registry: tuple[str, ...]
    arms: tuple[Arm, ...]
    endpoints: tuple[EndpointResults, ...]
    not_given: tuple[Cell, ...]
    claims: int

    def arm(self, node: NamedNode | None) -> Arm | None:
        """Return one of the arms by its name."""
        return next((arm for arm in self.arms if arm.node == node), None)


def studies(index: GraphIndex) -> tuple[Study, ...]:
    """Return all studies: those with results first, then by their names."""
    kinds = {_skg(name) for name in _STUDIES}
    nodes = [n for n in index.things() if kinds & set(index.about.nodes(n, RDF.type))]
    found = (_study(index, node) for node in nodes)
    return tuple(sorted(found, key=lambda s: (not s.endpoints, not s.arms, s.name.text.casefold())))


def _study(index: GraphIndex, node: NamedNode) -> Study:
    about = index.about
    kind = index.kind(node)
    naming = index.namings.get(node, ())
    return Study(
        node=node,
        name=index.cell(node),
        kind=index.cell(kind) if kind is not None else None,
        phase=_cells(index, node, "hasPhase"),
        status=_cells(index, node, "hasStatus"),
        design=_cells(index, node, "hasDesignFeature"),
        population=_cells(index, node, "studiesPopulation"),
        models=_cells(index, node, "usesModel"),
        evaluates=_cells(index, node, "evaluates"),
        enrolled=about.text(node, _skg("enrolled")),
        registry=tuple(t.value for t in _literals(index, node, "registryId")),
        arms=tuple(_arm(index, arm) for arm in about.nodes(node, _skg("hasArm"))),
        endpoints=tuple(_endpoints(index, node)),
        not_given=tuple(map(index.cell, about.nodes(node, SKG.notGiven))),
        claims=len(
            {claim.iri for claim in index.claims_with.get(node, ())}
            | {claim.iri for n in naming if n.role == "studies" for claim in n.claims}
        ),
    )


def _arm(index: GraphIndex, node: NamedNode) -> Arm:
    about = index.about
    doses = []
    for regimen in about.nodes(node, _skg("hasRegimen")):
        drug = about.node(regimen, _skg("regimenOf"))
        printed = about.text(regimen, SKG.doseAsPrinted) or ""
        doses.append(f"{index.labels(drug)}: {printed}" if drug is not None else printed)
    return Arm(
        node,
        index.cell(node),
        _cells(index, node, "receives"),
        tuple(doses),
        about.text(node, _skg("enrolled")),
        _not_given(index, node),
    )


def _endpoints(index: GraphIndex, study: NamedNode) -> Iterator[EndpointResults]:
    """Give the results and comparisons of a study by endpoint, in the order they were written."""
    about = index.about
    named = about.nodes(study, _skg("hasResult"))
    results = [_result(index, n) for n in named if _is(index, n, "ArmResult")]
    comparisons = [_comparison(index, n) for n in named if _is(index, n, "ArmComparison")]
    keys = dict.fromkeys([(r.endpoint, r.months) for r in results])
    keys |= dict.fromkeys([(c.endpoint, c.months) for c in comparisons])
    for endpoint, months in keys:
        if endpoint is not None:
            key = (endpoint, months)
            yield EndpointResults(
                index.cell(endpoint),
                months,
                tuple(r for r in results if (r.endpoint, r.months) == key),
                tuple(c for c in comparisons if (c.endpoint, c.months) == key),
            )


def _result(index: GraphIndex, node: NamedNode) -> Result:
    about = index.about
    return Result(
        node=node,
        name=index.cell(node),
        arm=about.node(node, _skg("forArm")),
        endpoint=about.node(node, _skg("onEndpoint")),
        months=number(index, node, "timePoint"),
        quantity=quantity(index, node),
        statistic=about.text(node, _skg("statistic")),
        spread=about.text(node, SKG.spreadAsPrinted),
        odd=about.text(node, SKG.oddPrint),
        note=about.text(node, SKG.curatorNote),
        places=Locators(about).places(node, SKG.locatedAt),
    )


def _comparison(index: GraphIndex, node: NamedNode) -> Comparison:
    about = index.about
    lower, upper = (number(index, node, name) for name in ("confidenceLower", "confidenceUpper"))
    level = number(index, node, "confidenceLevel")
    p = about.text(node, _skg("pValue"))
    significant = about.text(node, _skg("significant"))
    return Comparison(
        node=node,
        name=index.cell(node),
        experimental=about.node(node, _skg("experimentalArm")),
        comparator=about.node(node, _skg("comparatorArm")),
        endpoint=about.node(node, _skg("onEndpoint")),
        months=number(index, node, "timePoint"),
        hazard_ratio=number(index, node, "hazardRatio"),
        interval=(lower, upper) if lower is not None and upper is not None else None,
        level=f"{level:g}%" if level is not None else None,
        p=f"P {about.text(node, _skg('pComparator')) or '='} {p}" if p is not None else None,
        significant=None if significant is None else significant == "true",
        printed=about.text(node, SKG.asPrinted),
        odd=about.text(node, SKG.oddPrint),
        note=about.text(node, SKG.curatorNote),
        not_given=_not_given(index, node),
        places=Locators(about).places(node, SKG.locatedAt),
    )


def quantity(index: GraphIndex, node: NamedNode) -> Quantity | None:
    """Return the value of a result with its unit; None if the source gives none."""
    value = number(index, node, "value")
    if value is None:
        return None
    unit = index.about.text(node, _skg("unit")) or ""
    word = UNITS.get(unit, unit.strip("{}").replace("_", " "))
    sign = _COMPARATORS.get(index.about.text(node, _skg("valueComparator")) or "", "")
    text = f"{sign}{value:g}{'' if word == '%' else ' '}{word}".strip()
    return Quantity(value, unit, text, index.about.text(node, SKG.asPrinted))


def number(index: GraphIndex, node: NamedNode, name: str) -> float | None:
    """Return the first value of a property as a number; None if there is none."""
    for term in _literals(index, node, name):
        try:
            return float(term.value)
        except ValueError:
            continue
    return None


def _cells(index: GraphIndex, node: NamedNode, name: str) -> tuple[Cell, ...]:
    """Return what a thing has by a property, said or inferred."""
    said = index.about.nodes(node, _skg(name)) or index.inferred.nodes(node, _skg(name))
    return tuple(map(index.cell, said))


def _literals(index: GraphIndex, node: NamedNode, name: str) -> list[Literal]:
    return [t for t in index.about.objects(node, _skg(name)) if isinstance(t, Literal)]


def _not_given(index: GraphIndex, node: NamedNode) -> tuple[str, ...]:
    return tuple(
        index.about.text(term, RDFS.label) or index.labels(term)
        for term in index.about.nodes(node, SKG.notGiven)
    )


def _is(index: GraphIndex, node: NamedNode, kind: str) -> bool:
    return _skg(kind) in index.about.nodes(node, RDF.type)
