"""The pages that every page leads to."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask, request

# A page that is not served, for other data or in a test, is not linked to.
_PAGES = (
    ("/queries/", "Questions"),
    ("/map", "Resistance map"),
    ("/trials", "Trials"),
    ("/controversies", "Controversies"),
    ("/gaps", "Gaps"),
    ("/ontology", "Ontology"),
    ("/workbench", "Workbench"),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the navigation; current on its own page, and on those below it."""

    path: str
    text: str
    current: bool


def register(app: Flask) -> None:
    """Give templates ``navigation()``, and ``is_served(path)`` for a page that may be missing."""

    def is_served(path: str) -> bool:
        return any(rule.rule == path for rule in app.url_map.iter_rules())

    def navigation() -> Iterator[Link]:
        for path, text in _PAGES:
            if is_served(path):
                at = path.rstrip("/")
                here = request.path == path or request.path.startswith((f"{at}/", f"{at}."))
                yield Link(path, text, here)

    app.jinja_env.globals.update(navigation=navigation, is_served=is_served)
