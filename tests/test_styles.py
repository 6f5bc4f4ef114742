"""The style sheets: each file has its layer, and no two kinds of page share a class by accident."""

import re
from collections import defaultdict
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "server" / "sorafenib_kg" / "static" / "css"
SHEETS = sorted(FOLDER.glob("*.css"))
LAYERS = re.findall(
    r"[\w-]+", re.search(r"@layer ([^;]*);", (FOLDER / "_layers.css").read_text())[1]
)


def without_comments(sheet: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_rule_is_in_a_layer(sheet: Path):
    text = without_comments(sheet)
    if sheet.name == "_layers.css":
        assert "{" not in text
        return
    depth, outside = 0, ""
    for character in text:
        depth += {"{": 1, "}": -1}.get(character, 0)
        outside += character if depth == 0 else ""
    assert depth == 0
    layers = re.findall(r"@layer ([\w-]+)", outside)
    assert layers
    assert set(layers) <= set(LAYERS)
    assert not re.sub(r"@layer [\w-]+|[\s}]", "", outside)


def test_each_class_is_laid_out_in_one_file():
    homes = defaultdict(set)
    for sheet in SHEETS:
        # On paper what is elsewhere is laid out anew.
        if sheet.name != "print.css":
            for name in re.findall(r"[{},]\s*\.([\w-]+)\s*(?=\{)", without_comments(sheet)):
                homes[name].add(sheet.name)
    assert {name: files for name, files in homes.items() if len(files) > 1} == {}


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_nothing_is_loaded_from_a_style_sheet(sheet: Path):
    assert not re.search(r"@import|url\(", without_comments(sheet))


def test_colours_are_named_once():
    for sheet in SHEETS:
        if sheet.name not in ("tokens.css", "print.css"):
            assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?=\s*[;,)])", without_comments(sheet)), sheet
