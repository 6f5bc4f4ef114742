"""The benchmarks: graphs that are the same each time, tables that say what was measured."""

import io
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture(scope="module", autouse=True)
def _benchmarks_on_the_path():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FOLDER))
        yield


def text_of(kind: str, count: int) -> str:
    import graphs

    file = io.StringIO()
    graphs.GRAPHS[kind](file, count)
    return file.getvalue()


@pytest.mark.parametrize(("kind", "count"), [("chain", 5), ("dag", 50), ("bio", 3), ("univ", 1)])
def test_a_graph_is_the_same_each_time(kind: str, count: int):
    assert text_of(kind, count) == text_of(kind, count)


def test_a_chain_of_n_steps_has_half_of_n_squared_pairs(tmp_path: Path):
    path, out = tmp_path / "chain.nt", tmp_path / "out.nt"
    path.write_text(text_of("chain", 20), encoding="utf-8")
    report = driven("own.py", path, out)
    assert report["triples"] == 2 + 20 * 21 // 2  # two triples declare the property
    assert len(out.read_text(encoding="utf-8").splitlines()) == report["triples"]
    assert list(report["laps"]) == ["load", "close", "write"]
    assert report["peak_memory"] > 2**20


def driven(driver: str, *arguments: Path) -> dict:
    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, FOLDER / "drivers" / driver, *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_a_graph_twice_as_large_has_a_closure_about_twice_as_large(tmp_path: Path):
    sizes = []
    for count in (120, 240):
        path = tmp_path / f"{count}.nt"
        path.write_text(text_of("bio", count), encoding="utf-8")
        sizes.append(driven("own.py", path)["triples"])
    assert 1.5 < sizes[1] / sizes[0] < 3


def test_a_program_for_nemo_has_the_facts_and_what_is_to_be_expected(tmp_path: Path):
    path, folder = tmp_path / "bio.nt", tmp_path / "program"
    path.write_text(text_of("bio", 5), encoding="utf-8")
    command = [sys.executable, FOLDER / "nemo_program.py", path, folder]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - likewise
    program = (folder / "program.rls").read_text(encoding="utf-8")
    expected = json.loads((folder / "predicates.json").read_text(encoding="utf-8"))
    facts = sum(len(file.read_text(encoding="utf-8").splitlines()) for file in folder.glob("*.csv"))
    assert facts == len(set(text_of("bio", 5).splitlines()))
    assert facts < sum(expected.values())
    assert all(f"@output {name} ." in program for name in expected)


def test_closures_are_compared_by_predicate(tmp_path: Path):
    from comparison import compare

    own, peer = tmp_path / "own.nt", tmp_path / "peer.nt"
    thing = "<http://www.w3.org/2002/07/owl#Thing>"
    same = "<http://www.w3.org/2002/07/owl#sameAs>"
    own.write_text("<a:a> <a:v#p> <a:b> .\n<a:a> <a:v#p> <a:c> .\n<a:a> <a:v#q> _:b .\n")
    peer.write_text(
        f"<a:a> <a:v#p> <a:b> .\n<a:a> <a:v#r> <a:b> .\n<a:a> <a:v#q> {thing} .\n"
        f"<a:a> {same} <a:a> .\n"
    )
    difference = compare(own, peer)
    assert difference.missing == Counter({"p": 1})
    assert difference.extra == Counter({"r": 1})


def test_what_fails_or_takes_too_long_is_told_and_not_run_again():
    from measure import Failure, Result, alternate, best, run

    broken = [sys.executable, "-c", "raise SystemExit('no such engine')"]
    slow = [sys.executable, "-c", "while True: pass"]
    assert run(broken, 60, 2**33) == Failure("failed: no such engine")
    assert run(slow, 0.5, 2**33) == Failure("over 0.5 s")
    results = [
        Result({"close": wall}, {"close": cpu}, memory, 5, {})
        for wall, cpu, memory in ((3.0, 1.0, 9), (2.0, 1.5, 7), (30.0, 20.0, 8))
    ]
    assert best(results[:2]) == Result({"close": 2.0}, {"close": 1.0}, 7, 5, {})
    calls: list[str] = []

    def once(name: str, result: Result | Failure):
        def call() -> Result | Failure:
            calls.append(name)
            return result

        return call

    runs = {
        "quick": once("quick", results[0]),
        "slow": once("slow", results[2]),
        "broken": once("broken", Failure("failed")),
    }
    found = alternate(runs, 2, 20.0)
    assert calls == ["quick", "slow", "broken", "quick"]
    assert found["broken"] == Failure("failed")


@pytest.mark.parametrize("seconds", [0.0, 100.0], ids=["each_run", "several_runs"])
def test_runs_hold_the_lock_and_give_it_away(tmp_path: Path, seconds: float):
    import fcntl

    from measure import Failure, Turns, alternate

    lock = tmp_path / "lock"

    def is_free() -> bool:
        with lock.open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
        return True

    turns = Turns(lock, seconds)
    free: list[bool] = []
    runs = {"engine": lambda: free.append(is_free()) or Failure("failed")}
    assert alternate(runs, 1, 20.0, turns.turn) == {"engine": Failure("failed")}
    assert free == [False]
    assert is_free() == (seconds == 0)
    turns.end()
    assert is_free()


def test_the_exponent_of_what_grows_by_n_squared_is_two():
    from pages import exponent

    assert exponent([10, 100, 1000], [3, 300, 30000]) == pytest.approx(2)


def test_the_tables_say_what_was_measured_and_which_bars_were_met():
    from comparison import Difference
    from engines import NEMO, OWN, SPARQ
    from measure import Failure, Result
    from pages import Measurements, tables

    def result(times: float, triples: int) -> Result:
        laps = {"load": times, "close": times, "write": times}
        return Result(laps, laps, 10**9, triples, {"quads": 1, "given": 885})

    measured = Measurements([OWN, SPARQ, NEMO])
    found = {
        OWN.name: result(0.1, 10**6),
        SPARQ.name: result(0.5, 10**6),
        NEMO.name: Failure("over 90 s"),
    }
    lacking = {SPARQ.name: Difference(Counter({"p": 3, "q": 1}), Counter())}
    measured.add("univ 9", found, lacking, whole=True)
    measured.review = Result({"loading": 0.7}, {"loading": 0.6}, 1, 5, {"quads": 4})
    text = tables(measured)
    assert "| univ 9 | 885 | 1,000,000 | 0.100 | 0.500 | over 90 s |" in text
    assert "| univ 9, sparq-rdf | 4: p 3, q 1 | none |" in text
    assert "| 5.0 times less | yes |" in text
    assert (
        "| the review ready in under 0.5 s of CPU | 0.60 s of CPU, 0.70 s on the clock | no |"
        in text
    )


def test_the_page_has_the_marks_that_the_tables_go_between():
    from reasoners import MARKS

    page = (FOLDER.parent / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert len(MARKS.findall(page)) == 1


def evidence_of(triples: int) -> str:
    import evidence

    file = io.StringIO()
    evidence.generate(file, triples)
    return file.getvalue()


def test_a_graph_of_evidence_is_the_same_each_time_and_about_as_large_as_wanted():
    text = evidence_of(5000)
    assert text == evidence_of(5000)
    lines = text.splitlines()
    assert len(lines) == len(set(lines))
    assert 4500 < len(lines) < 5500


def test_each_query_of_the_mix_has_an_answer():
    import pyoxigraph
    from query_mix import MIX, mix

    store = pyoxigraph.Store()
    store.load(evidence_of(10_000).encode(), pyoxigraph.RdfFormat.N_TRIPLES)
    answered = set()
    for number, query in enumerate(mix()):
        results = store.query(query.text)
        assert not isinstance(results, pyoxigraph.QueryBoolean)
        if next(iter(results), None) is not None:
            answered.add(list(MIX)[number % len(MIX)])
    assert answered == set(MIX)


def test_the_cpu_of_a_tree_counts_children_that_have_ended():
    import os

    from load import cpu_of_tree

    burn = "import time\nwhile time.process_time() < 0.5: pass"
    before = cpu_of_tree(os.getpid())
    subprocess.run([sys.executable, "-c", burn], check=True)  # noqa: S603 - our own code
    # Four counters of the kernel are rounded down to a tick of 10 ms, before and after.
    assert cpu_of_tree(os.getpid()) - before > 0.4


def test_the_tables_of_endpoints_give_ratios_and_tell_of_failures():
    from endpoint import LOOK_UP, REPEATED, tables
    from load import Load
    from servers import OWN, OX

    found = {
        (REPEATED.name, OWN): [Load(3000, 1.0, 0.1, 0.001, 0.002, 0)],
        (REPEATED.name, OX): [Load(1000, 1.0, 0.1, 0.001, 0.002, 0)],
        (LOOK_UP.name, OWN): [Load(100, 1.0, 0.1, 0.001, 0.002, 7)],
        (LOOK_UP.name, OX): [Load(1000, 1.0, 0.1, 0.001, 0.002, 0)],
    }
    text = tables(found, 1, 1)
    assert "| this project | 30,000 | 1,000 |" in text
    assert "| Oxigraph | 10,000 (3.00) | 10,000 (0.10) |" in text
    assert "| repeated look-up, Oxigraph | 1.5 | 3.00 | yes |" in text
    assert "| new look-up, Oxigraph | 0.42 | 0.10 | no |" in text
    assert "this project did not answer 7 of 100 requests of new look-up" in text


def test_the_page_on_endpoints_has_the_marks_that_the_tables_go_between():
    from endpoint import MARKS

    page = (FOLDER.parent / "docs" / "speed.md").read_text(encoding="utf-8")
    assert len(MARKS.findall(page)) == 1


def test_the_figures_of_starts_have_their_marks_and_their_bar():
    from start import MARKS, Start, tables

    page = (FOLDER.parent / "docs" / "speed.md").read_text(encoding="utf-8")
    assert len(MARKS.findall(page)) == 1
    starts = [Start(1.4, 2.0, 1.5), Start(0.9, 1.8, 1.6), Start(0.95, 1.9, 1.7)]
    text = tables(starts)
    assert "| first answer, clock | 0.90 | 0.95 | 1.40 |" in text
    assert "| first page, clock | 1.50 | 1.60 | 1.70 |" in text
    assert text.endswith("at most 1 s of the clock: yes.\n")
    assert tables(starts[:2]).endswith("no.\n")


@pytest.mark.parametrize("name", ["anchored union", "values", "count of everything"])
def test_the_variants_of_a_shape_have_its_answer(name: str):
    import evidence
    import hard_shapes
    import pyoxigraph

    file = io.StringIO()
    evidence.generate(file, 10_000)
    store = pyoxigraph.Store()
    store.load(file.getvalue(), format=pyoxigraph.RdfFormat.N_TRIPLES)
    named = pyoxigraph.Store()
    graph = pyoxigraph.NamedNode(evidence.BASE)
    named.load(file.getvalue(), format=pyoxigraph.RdfFormat.N_TRIPLES, to_graph=graph)
    answers = []
    for asked, texts in ((store, hard_shapes.variants), (named, hard_shapes.in_graphs)):
        for text in texts(name).values():
            found = asked.query(hard_shapes.PREFIXES + text)
            answers.append(Counter(frozenset(map(str, row)) for row in found))
    assert answers[0]
    assert all(answer == answers[0] for answer in answers)


def test_a_graph_of_evidence_is_written_by_the_name_of_its_file(tmp_path: Path):
    import evidence
    import pyoxigraph

    files = [tmp_path / "evidence.nt", tmp_path / "evidence.nq"]
    for file in files:
        evidence.write(file, 2_000)
    triples, quads = (list(pyoxigraph.parse(path=file)) for file in files)
    assert {quad.graph_name for quad in triples} == {pyoxigraph.DefaultGraph()}
    assert {quad.graph_name for quad in quads} == {pyoxigraph.NamedNode(evidence.BASE)}
    assert [quad.triple for quad in triples] == [quad.triple for quad in quads]


def test_the_readme_names_each_script():
    named = re.findall(r"`(\w+\.py)`", (FOLDER / "README.md").read_text(encoding="utf-8"))
    assert set(named) == {path.name for path in FOLDER.glob("*.py")}


def test_each_script_that_fills_a_page_has_its_place_in_one():
    filling = [path.name for path in FOLDER.glob("*.py") if "\nMARKS = " in path.read_text("utf-8")]
    pages = "".join(page.read_text("utf-8") for page in (FOLDER.parent / "docs").glob("*.md"))
    assert sorted(re.findall(r"^<!-- benchmarks/(\w+\.py) -->$", pages, re.M)) == sorted(filling)
