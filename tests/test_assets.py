"""What pages load, and what holds for the frame of every page."""

import json
import re
from pathlib import Path

import pytest

from sorafenib_kg.app import create_app
from sorafenib_kg.assets import read_assets
from sorafenib_kg.errors import SettingsError
from sorafenib_kg.gateway.headers import content_security_policy
from sorafenib_kg.graph import open_graph
from sorafenib_kg.settings import Settings
from sorafenib_kg.store.coding import CODINGS

BROWSER = {"Accept": "text/html"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "b.css").write_text("b {}")
    (tmp_path / "css" / "_a.css").write_text("a {}")
    (tmp_path / "icon.svg").write_text("<svg/>")
    return tmp_path


@pytest.fixture(scope="module")
def client():
    return create_app(Settings(empty=True)).test_client()


def test_the_style_sheet_is_all_files_of_its_folder_by_name(folder: Path):
    assets = read_assets(folder)
    assert assets.files[assets.paths["site.css"]].body == b"a {}\nb {}"


def test_a_name_changes_with_the_content(folder: Path):
    before = read_assets(folder).url("icon.svg")
    assert re.fullmatch(r"/static/icon-[0-9a-f]{12}\.svg", before)
    (folder / "icon.svg").write_text("<svg></svg>")
    assert read_assets(folder).url("icon.svg") != before


def test_without_a_bundle_there_are_no_scripts(folder: Path):
    assets = read_assets(folder)
    assert not assets.has_bundle
    assert assets.script("workbench") is None
    assert assets.preloads("workbench") == ()


def test_a_bundle_gives_each_entry_its_script_and_what_that_loads(folder: Path):
    bundle = folder / "bundle"
    bundle.mkdir()
    (bundle / "workbench-A1.js").write_text("import './chunk-B2.js'")
    (bundle / "chunk-B2.js").write_text("export {}")
    (bundle / "licences.txt").write_text("no script")
    manifest = {"workbench": ["workbench-A1.js", "chunk-B2.js"]}
    (bundle / "manifest.json").write_text(json.dumps(manifest))
    assets = read_assets(folder)
    assert assets.has_bundle
    assert assets.script("workbench") == "/static/bundle/workbench-A1.js"
    assert assets.preloads("workbench") == ("/static/bundle/chunk-B2.js",)
    assert assets.script("map") is None
    assert {path for path in assets.files if path.startswith("bundle/")} == {
        "bundle/workbench-A1.js",
        "bundle/chunk-B2.js",
    }


@pytest.mark.parametrize("coding", CODINGS)
def test_a_file_is_sent_packed_and_kept_for_ever(client, coding: str):
    url = read_assets().url("site.css")
    response = client.get(url, headers={"Accept-Encoding": coding})
    assert response.status_code == 200
    assert response.content_type == "text/css; charset=utf-8"
    assert response.headers["Content-Encoding"] == coding
    assert "immutable" in response.headers["Cache-Control"]
    assert "Accept-Encoding" in response.vary
    plain = client.get(url)
    assert "Content-Encoding" not in plain.headers
    assert len(response.data) < len(plain.data) / 2


@pytest.mark.parametrize(
    "path", ["site.css", "../app.py", "css/base.css", "bundle/manifest.json", "bundle/"]
)
def test_no_other_file_is_served(client, path: str):
    assert client.get(f"/static/{path}").status_code == 404


def test_a_nonce_lets_the_styles_of_one_page_through_and_nothing_else():
    assert "'nonce-abc'" in content_security_policy("abc")
    assert "unsafe" not in content_security_policy("abc")
    without_nonce = content_security_policy("abc").replace(" 'nonce-abc'", "")
    assert without_nonce == content_security_policy()


def test_pages_are_sent_packed(client):
    response = client.get("/report", headers={"Accept-Encoding": "gzip"} | BROWSER)
    assert response.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in response.vary


def test_only_pages_that_are_served_are_linked_to(client):
    navigation = re.search(r"<nav.*?</nav>", client.get("/report").text, re.DOTALL)[0]
    links = re.findall(r'href="([^"]*)"', navigation)
    assert "/queries/" in links
    for link in links:
        assert client.get(link, headers=BROWSER).status_code != 404


def test_the_page_that_is_shown_is_marked_in_the_navigation(client):
    for address in ("/queries/", "/queries/nothing"):
        text = client.get(address, headers=BROWSER).text
        assert re.findall(r'<a href="([^"]*)" aria-current="page">', text) == ["/queries/"]


@pytest.mark.parametrize(
    ("of", "shown"),
    [
        ("/id/tea?page=2", "http://localhost/id/tea?page=2"),
        ("//example.org/", None),
        ("/\\example.org/", None),
        ("https://example.org/", None),
        ("", None),
        ("/" + "x" * 3000, None),
    ],
)
def test_a_report_names_the_page_that_it_is_about(client, of: str, shown: str | None):
    text = client.get("/report", query_string={"of": of}).text
    assert re.findall("\nPage: (.*)\n|>Page: (.*)\n", text) == ([("", shown)] if shown else [])


def test_errors_are_reported_where_the_operator_says():
    app = create_app(Settings(empty=True, report_url="https://example.org/report?a=1&b=2"))
    text = app.test_client().get("/report").text
    assert 'href="https://example.org/report?a=1&amp;b=2"' in text


def test_without_such_an_address_none_is_made_up(client):
    text = client.get("/report").text
    assert "has named no address" in text
    assert "mailto:" not in text


@pytest.mark.parametrize("url", ["javascript:alert(1)", "example.org", "//example.org"])
def test_an_address_for_reports_can_be_followed(url: str):
    with pytest.raises(SettingsError, match="--report-url"):
        Settings(report_url=url)


def test_the_citation_is_that_of_the_data(ontology: Path):
    settings = Settings(data=(ontology,))
    text = create_app(settings, open_graph(settings)).test_client().get("/cite?of=/map").text
    assert "To cite a claim, name its IRI" in text
    assert "http://localhost/map</pre>" in text
