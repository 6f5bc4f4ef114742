"""Every page, with and without scripts, on a phone and on a desk."""

import pytest

from browser.chromium import DESK, PHONE, overflow, shown, violations
from browser.pages import PAGES, Page
from sorafenib_kg.assets import has_bundle

pytestmark = pytest.mark.slow

FIRST_PAGE = 150_000  # bytes, packed
WORKBENCH = 250_000


def test_the_scripts_were_built(executable: str):
    assert has_bundle()


@pytest.mark.parametrize("width", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_sound(browser, server, page: Page, width: dict[str, int]):
    with shown(browser, server.url, viewport=width) as (tab, watch):
        response = tab.goto(page.path, wait_until="networkidle")
        assert response.status == page.status
        assert overflow(tab) == 0
        assert violations(tab) == []
        if width is DESK:
            tab.emulate_media(color_scheme="dark")
            assert violations(tab) == []
        assert watch.complaints == []


@pytest.mark.parametrize("width", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_sound_without_scripts(browser, server, page: Page, width: dict[str, int]):
    with shown(browser, server.url, script=False, viewport=width) as (tab, watch):
        assert tab.goto(page.path, wait_until="networkidle").status == page.status
        assert overflow(tab) == 0
        assert watch.complaints == []
    with shown(browser, server.url, bundle=False, viewport=width) as (tab, _):
        tab.goto(page.path)
        assert violations(tab) == []


@pytest.mark.parametrize(
    ("path", "largest"), [("/", FIRST_PAGE), ("/workbench", WORKBENCH)], ids=["start", "workbench"]
)
def test_a_page_is_light(browser, server, path: str, largest: int):
    with shown(browser, server.url) as (tab, watch):
        tab.goto(path, wait_until="networkidle")
        assert 1000 < watch.weight() < largest


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_keyboard_reaches_the_content_first(browser, server, page: Page):
    with shown(browser, server.url) as (tab, _):
        tab.goto(page.path)
        tab.keyboard.press("Tab")
        assert tab.evaluate("document.activeElement.textContent") == "Skip to the content"
        tab.keyboard.press("Enter")
        assert tab.evaluate("document.activeElement.id") == "main"
