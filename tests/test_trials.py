"""Studies and plots: figures as the source prints them, and marks where the axis says."""

import pytest
from pyoxigraph import NamedNode

from sorafenib_kg.namespaces import ID
from sorafenib_kg.presentation.plots import plots
from sorafenib_kg.presentation.reading import Reading
from sorafenib_kg.presentation.trials import studies


@pytest.fixture(scope="module")
def found(graph):
    return {study.node.value.removeprefix(ID): study for study in studies(Reading(graph).index)}


@pytest.fixture(scope="module")
def drawn(found):
    return {plot.name: plot for plot in plots(tuple(found.values()))}


def values(study, endpoint, months=None):
    return {
        study.arm(result.arm).short: (result.quantity.number, result.quantity.unit)
        for part in study.endpoints
        if part.endpoint.text == endpoint and part.months == months
        for result in part.results
    }


def test_the_results_of_sharp_are_those_of_the_source(found):
    sharp = found["sharp"]
    assert values(sharp, "overall survival") == {
        "sorafenib alone in advanced hepatocellular carcinoma": (10.7, "mo"),
        "placebo": (7.9, "mo"),
    }
    tests = {part.endpoint.text: {c.p for c in part.comparisons if c.p} for part in sharp.endpoints}
    assert tests["overall survival"] == {"P = 0.0006"}
    assert tests["time to progression"] == {"P = 0.000007"}
    assert [cell.text for cell in sharp.phase] == ["phase III"]
    assert sharp.enrolled == "602"
    assert "registry id" in [cell.text for cell in sharp.not_given]


def test_results_at_several_times_stay_apart(found):
    sun = found["sun-study"]
    assert sorted(values(sun, "survival rate", 6).values()) == [(61.2, "%"), (80.0, "%")]
    assert sorted(values(sun, "survival rate", 12).values()) == [(30.4, "%"), (53.3, "%")]


def test_a_value_at_most_reads_so(found):
    (part,) = [p for p in found["kuczynski-study"].endpoints if p.results]
    texts = {result.quantity.text for result in part.results}
    assert texts == {"up to 75%", "23.3%"}
    assert {result.spread for result in part.results} == {"610.9%", "610.3%"}


def test_the_hazard_ratio_is_plotted_at_its_place(drawn):
    plot = drawn["hazard-ratios"]
    (row,) = plot.rows
    assert row.printed[0].startswith("HR 1.586 (95% CI 1.200")
    low, high = row.interval
    (point,) = row.points
    # 1.2 and 2.096 lie about 1.586 on a logarithmic axis, and all above 1.
    assert plot.left < plot.reference < low < point.x < high < plot.right
    assert (point.x - low) == pytest.approx(high - point.x, rel=0.01)


def test_times_by_arm_stand_on_one_scale(drawn):
    plot = drawn["months"]
    rows = [row for row in plot.rows if not row.heading]
    scale = {text: x for x, text in plot.ticks}
    sharp = next(row for row in rows if row.printed[0].startswith("10.7 versus 7.9"))
    marks = {point.mark: point.x for point in sharp.points}
    unit = (scale["10"] - scale["0"]) / 10
    assert marks["experimental"] == pytest.approx(scale["0"] + 10.7 * unit)
    assert marks["comparator"] == pytest.approx(scale["0"] + 7.9 * unit)
    for row in rows:
        for point in row.points:
            assert plot.left <= point.x <= plot.right


def test_the_plots_hold_every_result_with_a_time_or_a_rate(found, drawn):
    given = sum(
        1
        for study in found.values()
        for part in study.endpoints
        for result in part.results
        if result.quantity and result.quantity.unit in ("mo", "d", "%")
    )
    shown = sum(
        len(row.points)
        for name, plot in drawn.items()
        if name != "hazard-ratios"
        for row in plot.rows
    )
    assert shown == given


def test_without_studies_there_are_no_plots():
    assert plots(()) == ()


def test_every_trial_of_the_graph_is_on_the_page(found, graph):
    rows = graph.store.table(
        "PREFIX skg: <https://w3id.org/sorafenib-kg/ontology#> "
        "SELECT DISTINCT ?s { { ?s a skg:Trial } UNION { ?s a skg:PreclinicalStudy } }"
    ).rows
    assert {node for (node,) in rows if isinstance(node, NamedNode)} <= {
        study.node for study in found.values()
    }
