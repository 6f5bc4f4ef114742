"""The map explored with a mouse, by its form and by ways; without a script it is a drawing."""

import pytest

from browser.chromium import DESK, shown, violations

pytestmark = pytest.mark.slow


def test_the_map_is_explored(browser, server):
    with shown(browser, server.url, viewport=DESK) as (tab, watch):
        tab.goto("/map", wait_until="networkidle")
        tab.get_by_role("button", name="Explore").click()
        tab.wait_for_selector(".map-box canvas")
        panel = tab.locator(".map-panel")
        assert "Choose a box or a line" in panel.inner_text()
        box = tab.locator(".map-box").bounding_box()
        # The whole is fitted into the box; somewhere along its middle line a click meets a part.
        for step in range(1, 60):
            x = box["x"] + box["width"] * step / 60
            tab.mouse.click(x, box["y"] + box["height"] / 2)
            if panel.locator("h3").count():
                break
        assert panel.locator("h3").count() == 1
        assert panel.locator("li").count() >= 1
        assert violations(tab) == []
        assert watch.complaints == []


def test_a_filter_changes_the_map_and_the_address(browser, server):
    with shown(browser, server.url, viewport=DESK) as (tab, _):
        tab.goto("/map", wait_until="networkidle")
        tab.get_by_role("button", name="Explore").click()
        tab.wait_for_selector(".map-box canvas")
        tab.get_by_text("Filter", exact=True).click()
        with tab.expect_response(lambda response: "/map.json" in response.url) as asked:
            tab.get_by_label("suggested").check()
        assert "certainty=suggested" in asked.value.url
        tab.wait_for_url("**certainty=suggested**")
        tab.reload()
        assert tab.get_by_label("suggested").is_checked()


def test_the_map_is_saved_as_a_picture(browser, server):
    with shown(browser, server.url, viewport=DESK) as (tab, _):
        tab.goto("/map", wait_until="networkidle")
        tab.get_by_role("button", name="Explore").click()
        tab.wait_for_selector(".map-box canvas")
        with tab.expect_download() as saved:
            tab.get_by_role("button", name="PNG").click()
        assert saved.value.suggested_filename == "resistance-map.png"


def test_the_keyboard_finds_a_way_without_scripts(browser, server):
    with shown(browser, server.url, script=False, viewport=DESK) as (tab, _):
        tab.goto("/map")
        tab.get_by_label("From").select_option("id:hypoxia")
        tab.get_by_label("To", exact=True).select_option("id:p-gp")
        tab.get_by_role("button", name="Find a way").focus()
        tab.keyboard.press("Enter")
        tab.wait_for_url("**from=**")
        assert tab.locator("ol.way li").count() == 3
        assert tab.locator("ol.way a[href='/id/claim-S12-024']").count() == 1


def test_what_counters_a_mechanism_is_three_clicks_from_the_start(browser, server):
    with shown(browser, server.url, script=False, viewport=DESK) as (tab, _):
        tab.goto("/")
        tab.get_by_role("link", name="Resistance map").first.click()
        tab.locator("svg a[href='/id/mech-autophagy']").click()
        tab.wait_for_url("**/id/mech-autophagy")
        text = tab.locator("#resistance").inner_text()
        # S10 P1 s4: two inhibitors and RNA interference, found in cells, by reference 38.
        for expected in ("countered by", "3-MA", "chloroquine", "found", "S10 P1 s4", "38"):
            assert expected in text
