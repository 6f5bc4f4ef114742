"""Pictures of every page, for people: ``python tests/browser/screenshots.py FOLDER [NAME…]``.

Each on a phone and on a desk, light and dark; of the browser that SORAFENIB_KG_BROWSER names.
"""

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "server")]

from browser.chromium import DESK, PHONE, chromium, shown
from browser.pages import PAGES
from serving import serving


def main(folder: Path, names: list[str]) -> None:
    """Write the pictures of the pages of these names, of all without one."""
    folder.mkdir(parents=True, exist_ok=True)
    with serving(seconds=1200) as server, chromium() as browser:
        for scheme in ("light", "dark"):
            for size in (PHONE, DESK):
                with shown(browser, server.url, viewport=size, color_scheme=scheme) as (tab, _):
                    for page in PAGES:
                        if not names or page.name in names:
                            tab.goto(page.path, wait_until="networkidle")
                            file = f"{page.name}-{size['width']}-{scheme}.png"
                            tab.screenshot(path=folder / file, full_page=True)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), sys.argv[2:])
