"""The workbench in the browser: a query is typed, run, shared by a link, sorted and cancelled."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from browser.chromium import DESK, PHONE, shown, violations
from browser.pages import PAGES
from serving import Server, serving, wait_until

pytestmark = pytest.mark.slow

# Nobody waits for all of it; --timeout is far off.
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?p ?o . ?b ?q ?u . ?c ?r ?v . ?d ?s ?w }"


@pytest.fixture
def tab(browser, server):
    with shown(browser, server.url, viewport=DESK) as (page, watch):
        yield page
    assert watch.complaints == []


def write(tab: Page, text: str) -> None:
    """Put a text in the place of the query."""
    tab.locator(".cm-content").click()
    tab.keyboard.press("ControlOrMeta+a")
    tab.keyboard.insert_text(text)


def query_of(tab: Page) -> str:
    return tab.locator("#query").input_value()


def path_of(name: str) -> str:
    return next(page.path for page in PAGES if page.name == name)


def test_a_query_is_typed_run_and_shared_by_its_link(browser, server, tab):
    tab.goto("/workbench")
    write(
        tab, "SELECT ?name WHERE { <https://w3id.org/sorafenib-kg/id/sorafenib> rdfs:label ?name }"
    )
    expect(tab.locator(".cm-content")).to_contain_text("?name")
    tab.keyboard.press("Control+Enter")
    problem = tab.locator("#problem")
    expect(problem).to_contain_text("the prefix rdfs: is not declared")
    write(tab, 'SELECT ("a < b" AS ?name) {}')
    tab.get_by_role("button", name="Run").click()
    expect(tab.locator("#answer td")).to_have_text("a < b")
    expect(problem).to_be_empty()
    expect(tab.locator("#status")).to_contain_text("1 row in")
    with shown(browser, server.url, script=False) as (other, watch):
        other.goto(tab.url)
        assert "a < b" in other.locator("#answer td").inner_text()
        assert watch.complaints == []


def test_a_step_to_the_content_asks_nothing_again(tab):
    for path in ("/workbench", path_of("workbench-rows")):
        tab.goto(path, wait_until="networkidle")
        requests = []
        tab.on("request", lambda request, requests=requests: requests.append(request.url))
        tab.evaluate("window.isTheSamePage = true")
        tab.keyboard.press("Tab")
        tab.keyboard.press("Enter")
        expect(tab.locator("#main")).to_be_focused()
        assert tab.evaluate("window.isTheSamePage")
        # The picture of the tab comes when the browser likes.
        assert [url for url in requests if "/static/" not in url] == []


def test_the_keyboard_is_enough(tab):
    tab.goto("/workbench")
    tab.locator("#site-search").focus()
    while tab.evaluate("!document.activeElement.closest('.cm-editor')"):
        tab.keyboard.press("Tab")
    tab.keyboard.press("ControlOrMeta+a")
    tab.keyboard.type("ASK {")
    tab.keyboard.press("Control+Enter")
    expect(tab.locator("#answer .answer")).to_have_text("Yes")
    # The editor lets Tab leave for two seconds, which a busy machine may need for a key.
    tab.clock.set_fixed_time("2026-01-01T00:00:00Z")
    tab.keyboard.press("Escape")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Run"


def test_a_property_is_completed_by_the_class_and_its_prefix_is_declared(tab):
    with tab.expect_response(re.compile("/workbench/terms")):
        tab.goto("/workbench")
    write(tab, "")
    tab.keyboard.type("SELECT * WHERE { ?drug a skg:Drug ; inhib")
    first = tab.locator(".cm-tooltip-autocomplete li").first
    expect(first).to_contain_text("with skg:Drug")
    expect(first).to_contain_text("skg:inhibits")
    expect(tab.locator(".cm-completionInfo")).to_contain_text("Relates")
    assert violations(tab) == []
    tab.keyboard.press("Enter")
    tab.keyboard.type(" ?target")
    expect(tab.locator("#query")).to_have_value(
        "PREFIX skg: <https://w3id.org/sorafenib-kg/ontology#>\n\n"
        "SELECT * WHERE { ?drug a skg:Drug ; skg:inhibits ?target}"
    )


def test_an_individual_is_completed_by_its_label(tab):
    with tab.expect_response(re.compile("/workbench/terms")):
        tab.goto("/workbench")
    write(tab, "")
    tab.keyboard.type("SELECT * WHERE { ?drug ?inhibits soraf")
    first = tab.locator(".cm-tooltip-autocomplete li").first
    expect(first).to_contain_text("id:sorafenib")
    first.click()
    assert "id:sorafenib" in query_of(tab)
    assert query_of(tab).startswith("PREFIX id: <https://w3id.org/sorafenib-kg/id/>\n")


def test_an_error_stands_at_its_place_and_is_put_right_by_its_button(tab):
    with tab.expect_response(re.compile("/workbench/terms")):
        tab.goto("/workbench")
    write(tab, "SELECT * {\n  ?s skos:notation 7\n}")
    tab.keyboard.press("Control+Enter")
    mark = tab.locator(".cm-lintRange-error")
    expect(mark).to_have_text("skos:notation")
    mark.hover()
    tab.get_by_role("button", name="Declare skos:").click()
    assert query_of(tab).startswith("PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n")
    tab.keyboard.press("Control+Enter")
    expect(tab.locator("#answer")).to_contain_text("No rows.")
    expect(mark).to_have_count(0)


def test_what_leaves_no_rows_is_marked_in_the_query(tab):
    tab.goto("/workbench")
    write(tab, "SELECT * {\n  ?s ?p ?o .\n  FILTER(?o = 'nothing at all')\n}")
    tab.keyboard.press("Control+Enter")
    expect(tab.locator("#answer .finding")).to_contain_text("FILTER(?o = 'nothing at all')")
    expect(tab.locator(".cm-lintRange-warning")).to_have_text("FILTER")
    assert violations(tab) == []


def test_an_answer_is_sorted_and_turned_without_leaving_the_page(tab):
    tab.goto(path_of("workbench-rows"))
    tab.evaluate("window.isTheSamePage = true")
    heading = tab.get_by_role("link", name="certainty", exact=True)
    heading.click()
    expect(tab.locator("th[aria-sort=ascending]")).to_contain_text("certainty")
    cells = tab.locator("tbody tr td:first-child").all_inner_texts()
    assert cells == sorted(cells, key=str.casefold)
    # Whoever sorts by the keyboard stays where they are.
    assert tab.evaluate("document.activeElement.dataset.key") == "sort-certainty"
    tab.keyboard.press("Enter")
    expect(tab.locator("th[aria-sort=descending]")).to_contain_text("certainty")
    tab.go_back()
    expect(tab.locator("th[aria-sort=ascending]")).to_contain_text("certainty")
    assert tab.evaluate("window.isTheSamePage")
    assert parse_qs(urlsplit(tab.url).query)["sort"] == ["certainty"]


def test_the_chart_is_reached_by_the_keyboard_without_scripts(browser, server):
    with shown(browser, server.url, script=False, viewport=PHONE) as (tab, watch):
        tab.goto(path_of("workbench-rows"))
        tab.get_by_role("radio", name="Table").focus()
        tab.keyboard.press("ArrowRight")
        assert tab.locator(".chart").is_visible()
        assert not tab.locator("#answer tbody").is_visible()
        assert watch.complaints == []


def test_triples_are_drawn_when_that_is_asked_for(tab):
    tab.goto(path_of("workbench-graph"), wait_until="networkidle")
    with tab.expect_response(re.compile("/static/bundle/part-")):
        tab.get_by_role("button", name="Draw these triples").click()
    drawing = tab.get_by_role("img", name=re.compile(r"Drawing of \d+ triples"))
    expect(drawing.locator("canvas").first).to_be_visible()
    assert violations(tab) == []


def test_queries_that_were_run_are_listed_chosen_and_forgotten(tab):
    tab.goto("/workbench")
    past = tab.locator("#history")
    expect(past).to_be_hidden()
    for number in (1, 2):
        write(tab, f"SELECT ({number} AS ?x) {{}}")
        tab.keyboard.press("Control+Enter")
        expect(tab.locator("#answer td")).to_have_text(str(number))
    expect(past.locator("li")).to_have_count(2)
    past.get_by_role("button", name="SELECT (1 AS ?x) {}").click()
    assert query_of(tab) == "SELECT (1 AS ?x) {}"
    tab.reload()
    expect(past.locator("li")).to_have_count(2)
    past.get_by_role("button", name="Forget these").click()
    expect(past).to_be_hidden()


def test_a_query_is_cancelled_on_the_server(browser):
    with (
        serving("--timeout", "1000") as patient,
        shown(browser, patient.url, viewport=DESK) as (tab, watch),
    ):
        tab.goto("/workbench")
        write(tab, ENDLESS)
        tab.keyboard.press("Control+Enter")
        expect(tab.locator("#status")).to_have_text("Running")
        assert ENDLESS in running(patient)
        tab.get_by_role("button", name="Cancel").click()
        expect(tab.locator("#problem")).to_contain_text("the query was cancelled")
        expect(tab.get_by_role("button", name="Cancel")).to_have_count(0)
        # It is gone in a moment, or else the server is ended by its own test.
        wait_until(lambda: ENDLESS not in running(patient))
        assert watch.complaints == []


def running(server: Server) -> list[str]:
    listed = json.loads(server.ask("GET", "/running").body)["running"]
    return [entry["query"] for entry in listed]
