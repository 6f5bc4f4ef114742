"""Ways through the site: of a physician who knows no SPARQL, and of whoever has only a keyboard."""

import re

import pytest
from playwright.sync_api import Page, expect

from browser.chromium import DESK, PHONE, shown

pytestmark = pytest.mark.slow

_MOST_STEPS = 400  # presses of Tab, before something counts as out of reach


@pytest.fixture(params=["script", "no_script"])
def tab(browser, server, request):
    with shown(browser, server.url, script=request.param == "script", viewport=PHONE) as (page, _):
        yield page


def test_two_steps_tell_what_counters_a_mechanism_and_on_what_evidence(tab: Page):
    tab.goto("/")
    tab.locator("#site-search").fill("autophagy")
    tab.get_by_role("button", name="Search").first.click()
    tab.locator("main a[href^='/id/mech-autophagy']").first.click()
    main = tab.locator("main")
    expect(main).to_contain_text(re.compile("counter", re.IGNORECASE))
    expect(main.locator(".certainty").first).to_be_visible()
    expect(main.locator("a[href^='/id/claim-']").first).to_be_visible()


def test_one_step_tells_what_counters_the_mechanisms(tab: Page):
    tab.goto("/")
    tab.get_by_role("link", name="What was shown, or is held possible, to counter").click()
    rows = tab.locator("main tbody tr")
    expect(rows.filter(has=tab.locator(".certainty")).first).to_be_visible()


def step_to(tab: Page, selector: str) -> None:
    """Press Tab until something that fits the selector has the focus."""
    for _ in range(_MOST_STEPS):
        tab.keyboard.press("Tab")
        if tab.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the keyboard does not come to {selector}")


def go_to(tab: Page, selector: str, address: str) -> None:
    """Step to a link or button and press it; it must lead to an address."""
    step_to(tab, selector)
    tab.keyboard.press("Enter")
    tab.wait_for_url(re.compile(address))


def test_the_keyboard_leads_through_search_entity_question_workbench_and_map(browser, server):
    with shown(browser, server.url, viewport=DESK) as (tab, watch):
        tab.goto("/")
        step_to(tab, "#site-search")
        tab.keyboard.type("sorafenb")
        tab.keyboard.press("Enter")
        tab.wait_for_url(re.compile(r"/search\?q=sorafenb"))
        go_to(tab, "main a[href='/id/sorafenib']", "/id/sorafenib$")
        go_to(tab, "nav a[href='/queries/']", "/queries/$")
        go_to(tab, "main a[href^='/queries/what-']", "/queries/what-")
        go_to(tab, "main a[href^='/workbench?query=']", r"/workbench\?query=")
        step_to(tab, ".cm-content")
        tab.keyboard.press("Control+Enter")
        expect(tab.locator("#status")).to_contain_text(" in ")
        # Out of the editor, and around by way of the page's end to its beginning.
        # The editor lets Tab leave for two seconds, which a busy machine may need for a key.
        tab.clock.set_fixed_time("2026-01-01T00:00:00Z")
        tab.keyboard.press("Escape")
        go_to(tab, "nav a[href='/map']", "/map$")
        step_to(tab, "main a[href^='/id/'], main summary")
        assert watch.complaints == []
