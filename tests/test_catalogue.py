"""The catalogue of example queries: headers that are read, and what is refused."""

from pathlib import Path

import pytest

from sorafenib_kg.catalogue import read_catalogue, read_query
from sorafenib_kg.errors import CatalogueError, UnknownNameError

HEADER = "#+ summary: What is it?\n#+ description: A row a thing.\n#+ tags: one, two\n"
QUERY = "SELECT * WHERE { ?s ?p ?o }\n"


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_query_has_the_values_of_its_header_and_its_text_without_it(tmp_path: Path):
    query = read_query(write(tmp_path, "what-is-it.rq", HEADER + QUERY))
    assert (query.name, query.summary) == ("what-is-it", "What is it?")
    assert (query.description, query.tags) == ("A row a thing.", ("one", "two"))
    assert query.text == QUERY


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        pytest.param("a.rq", QUERY, "the header has no summary", id="no_header"),
        pytest.param("a.rq", HEADER, "there is no query below the header", id="no_query"),
        pytest.param("a.rq", "", "there is no query below the header", id="empty"),
        pytest.param("a.rq", f"#+ colour: red\n{HEADER}{QUERY}", "line 1: unknown key", id="key"),
        pytest.param("a.rq", f"{HEADER}#+ tags: x\n{QUERY}", "line 4: the key tags", id="twice"),
        pytest.param("a.rq", f"#+ summary:\n{HEADER}{QUERY}", "line 1: expected", id="no_value"),
        pytest.param("What_Is.rq", HEADER + QUERY, "not in kebab-case", id="file_name"),
    ],
)
def test_a_bad_header_is_refused(tmp_path: Path, name: str, text: str, message: str):
    with pytest.raises(CatalogueError, match=message):
        read_query(write(tmp_path, name, text))


def test_problems_of_all_files_are_reported_together(tmp_path: Path):
    write(tmp_path, "one.rq", QUERY)
    write(tmp_path, "two.rq", HEADER)
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(tmp_path)
    assert {problem.file for problem in caught.value.problems} == {
        f"{tmp_path.name}/one.rq",
        f"{tmp_path.name}/two.rq",
    }


def test_queries_come_in_the_order_of_their_names():
    names = [query.name for query in read_catalogue()]
    assert names == sorted(names)


def test_an_unknown_name_is_an_error():
    with pytest.raises(UnknownNameError, match="there is no query called nonsense"):
        read_catalogue()["nonsense"]
