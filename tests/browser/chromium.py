"""Debian's Chromium, and what is watched while it shows a page of the server."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

VARIABLE = "SORAFENIB_KG_BROWSER"
_AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
# WCAG 2.0 to 2.2, levels A and AA.
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_MILLISECONDS = 30_000
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


@contextmanager
def chromium(executable: str | None = None) -> Iterator[Browser]:
    """Start the browser that the variable names."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable or os.environ[VARIABLE],
            # Root, as in a container, gets no sandbox; only pages of our own are shown.
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        yield browser
        browser.close()


@dataclass
class Watch:
    """What came about while pages were shown that should not."""

    origin: str
    complaints: list[str] = field(default_factory=list)
    requests: list[Any] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Write down all complaints of a page from now on."""
        page.on("console", lambda message: self._complain(message.type, message.text))
        page.on("pageerror", lambda error: self._complain("error", str(error)))
        page.on("request", self._request)

    def _complain(self, kind: str, text: str) -> None:
        # Where the server answers with a status above 400 on purpose, Chromium says so.
        if kind in ("error", "warning") and "the server responded with a status of" not in text:
            self.complaints.append(f"{kind}: {text}")

    def _request(self, request: Any) -> None:
        self.requests.append(request)
        if not request.url.startswith((f"{self.origin}/", "data:", "blob:")):
            self.complaints.append(f"foreign request: {request.url}")

    def weight(self) -> int:
        """Return how many bytes the bodies of all answers had, as they were sent."""
        return sum(request.sizes()["responseBodySize"] for request in self.requests)


@contextmanager
def shown(
    browser: Browser, origin: str, *, script: bool = True, bundle: bool = True, **options: Any
) -> Iterator[tuple[Page, Watch]]:
    """Give a page of a fresh browser that has seen nothing, and what watches it.

    Without ``script`` the browser runs none at all; without ``bundle`` it does not get those of
    the server, but can run axe-core, which else waits for ever.
    """
    context: BrowserContext = browser.new_context(
        base_url=origin, java_script_enabled=script, **options
    )
    context.set_default_timeout(_MILLISECONDS)
    if not bundle:
        context.route("**/static/bundle/**", lambda route: route.abort())
    page = context.new_page()
    watch = Watch(origin)
    watch.watch(page)
    try:
        yield page, watch
    finally:
        context.close()


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


def violations(page: Page) -> list[str]:
    """Return what axe-core finds against WCAG, A and AA: the rule, and the elements."""
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", _RULES
    )
    return [
        f"{entry['id']}: {entry['help']}: {[node['html'][:200] for node in entry['nodes'][:3]]}"
        for entry in found["violations"]
    ]
