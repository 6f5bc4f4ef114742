"""The journal: what was acknowledged is there, and nothing else."""

import errno
import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from sorafenib_kg.cli import main
from sorafenib_kg.errors import JournalError
from sorafenib_kg.journal import (
    FILE,
    Base,
    Journal,
    compacted,
    packed,
    parse,
    read,
    replayed,
    with_lasting_names,
)
from sorafenib_kg.store.difference import Difference

BASE = Base("the-data", "1.0")


def quad(number: int) -> Quad:
    return Quad(NamedNode("x:s"), NamedNode("x:p"), Literal(number), NamedNode("x:g"))


def change(number: int) -> Difference:
    """Add a number, and remove the one before the last."""
    removed = frozenset({quad(number - 2)}) if number > 2 else frozenset[Quad]()
    return Difference(removed, frozenset({quad(number)}))


def append(journal: Journal, number: int) -> int:
    return journal.append(change(number), time="2020-01-01", client="c", request_id=f"r{number}")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a journal with three changes, which is closed."""
    folder = tmp_path / "changes"
    journal = Journal.open(folder, BASE)
    assert [append(journal, number) for number in (1, 2, 3)] == [1, 2, 3]
    journal.close()
    return folder


def numbers(folder: Path) -> list[int]:
    return [entry.number for entry in read(folder).entries]


def test_changes_come_back_as_they_were_made(folder: Path):
    content = read(folder)
    assert content.base == BASE
    assert [entry.difference for entry in content.entries] == [change(n) for n in (1, 2, 3)]
    assert [entry.request_id for entry in content.entries] == ["r1", "r2", "r3"]
    assert set(replayed([quad(0)], content.entries)) == {quad(0), quad(2), quad(3)}


def test_a_change_that_is_not_whole_is_cut_off_wherever_it_ends(folder: Path):
    path = folder / FILE
    whole = path.read_bytes()
    assert packed(parse(whole, path)) == whole
    second = whole.index(b"TC 2\n") + len(b"TC 2\n")
    for length in range(second + 1, len(whole)):
        path.write_bytes(whole[:length])
        journal = Journal.open(folder, BASE)
        assert (journal.content.last, journal.content.torn) == (2, length - second)
        assert append(journal, 3) == 3
        journal.close()
        assert path.read_bytes() == whole


def test_damage_in_the_middle_is_told(folder: Path):
    path = folder / FILE
    whole = path.read_bytes()
    place = whole.index(b'"2"', whole.index(b"TC 1\n"))
    path.write_bytes(whole[:place] + b'"7"' + whole[place + 3 :])
    with pytest.raises(JournalError, match="number 1 is damaged"):
        Journal.open(folder, BASE)
    with pytest.raises(JournalError):
        read(folder)


def test_a_change_that_is_missing_is_told(folder: Path):
    path = folder / FILE
    text = path.read_bytes()
    start, end = text.index(b"TC 1\n") + 5, text.index(b"TC 2\n") + 5
    path.write_bytes(text[:start] + text[end:])
    with pytest.raises(JournalError, match="change 2 is missing"):
        read(folder)


@pytest.mark.parametrize("text", [b"", b"nonsense", b"{}\n", b'{"format": 99, "base": "x"}\n'])
def test_what_is_no_journal_is_told(folder: Path, text: bytes):
    (folder / FILE).write_bytes(text)
    with pytest.raises(JournalError, match="no journal of this program"):
        Journal.open(folder, BASE)


@pytest.mark.parametrize(
    ("base", "message"),
    [(Base("other", "1.0"), "of other data"), (Base("the-data", "2.0"), "version of the program")],
)
def test_another_base_is_refused_unless_it_is_to_be_the_new_one(
    folder: Path, base: Base, message: str
):
    with pytest.raises(JournalError, match=f"{message}.*--rebase"):
        Journal.open(folder, base)
    Journal.open(folder, base, rebase=True).close()
    assert read(folder).base == base
    assert numbers(folder) == [1, 2, 3]
    assert (folder / f"{FILE}.before-3").exists()
    Journal.open(folder, base).close()


@pytest.mark.parametrize("kind", ["removed", "added"])
def test_changes_of_nodes_without_names_are_not_taken_over_to_other_data(tmp_path: Path, kind: str):
    journal = Journal.open(tmp_path, BASE)
    (nameless,) = with_lasting_names([Quad(BlankNode("a"), NamedNode("x:p"), Literal(1))])
    difference = Difference(**{kind: frozenset({nameless})})
    journal.append(difference, time="", client="", request_id="")
    journal.close()
    with pytest.raises(JournalError, match="without names"):
        Journal.open(tmp_path, Base("other", "1.0"), rebase=True)
    # The names are those of the data, whatever the version of the program.
    Journal.open(tmp_path, Base("the-data", "2.0"), rebase=True).close()
    assert read(tmp_path).entries[0].difference == difference


def test_nodes_without_names_get_the_same_ones_each_time():
    def loaded(name: str) -> set[Quad]:
        quads = [
            Quad(BlankNode(name), NamedNode("x:p"), Literal(1)),
            Quad(BlankNode(f"{name}2"), NamedNode("x:p"), Literal(2)),
            quad(3),
        ]
        return set(with_lasting_names(quads))

    assert loaded("a") == loaded("b")


def test_one_process_writes(folder: Path):
    journal = Journal.open(folder, BASE)
    with pytest.raises(JournalError, match="another process"):
        Journal.open(folder, BASE)
    journal.close()
    Journal.open(folder, BASE).close()


def test_a_full_disk_leaves_nothing_of_a_change(folder: Path, monkeypatch: pytest.MonkeyPatch):
    journal = Journal.open(folder, BASE)
    before = (folder / FILE).read_bytes()
    write = os.write
    room = [50]

    def fill(descriptor: int, text: bytes) -> int:
        if not room[0]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        taken = write(descriptor, text[: room[0]])
        room[0] -= taken
        return taken

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", fill)
        with pytest.raises(JournalError, match="No space left"):
            append(journal, 4)
    assert (folder / FILE).read_bytes() == before
    assert append(journal, 4) == 4
    journal.close()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalError, match="cannot be written"):
        Journal.open(tmp_path / "file", BASE)


def test_one_change_in_place_of_all_comes_to_the_same(folder: Path):
    content = read(folder)
    (folder / FILE).write_bytes(packed(compacted(content, "2020-01-02")))
    after = read(folder)
    assert after.last == content.last
    assert [entry.number for entry in after.entries] == [3]
    start = {quad(0)}
    assert set(replayed(start, after.entries)) == set(replayed(start, content.entries))
    journal = Journal.open(folder, BASE)
    assert append(journal, 4) == 4
    journal.close()


def test_changes_that_come_to_nothing_leave_their_number(tmp_path: Path):
    journal = Journal.open(tmp_path, BASE)
    for difference in (change(1), change(1).inverse):
        journal.append(difference, time="", client="", request_id="")
    journal.close()
    (tmp_path / FILE).write_bytes(packed(compacted(read(tmp_path), "")))
    assert (read(tmp_path).last, read(tmp_path).entries) == (2, ())


def run(*arguments: str | Path) -> str:
    result = CliRunner().invoke(main, ["journal", *map(str, arguments)])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_command_shows_backs_up_restores_and_compacts(folder: Path, tmp_path: Path):
    assert [line.split("\t")[0] for line in run("show", folder).splitlines()] == ["1", "2", "3"]
    assert 'A <x:s> <x:p> "3"' in run("show", folder, "--patch")
    journal = Journal.open(folder, BASE)
    assert "up to number 3" in run("backup", folder, tmp_path / "copy")
    append(journal, 4)
    result = CliRunner().invoke(main, ["journal", "restore", str(tmp_path / "copy"), str(folder)])
    assert (result.exit_code, "another process" in result.output) == (2, True)
    journal.close()
    run("restore", tmp_path / "copy", folder)
    assert numbers(folder) == [1, 2, 3]
    assert "3 changes became one" in run("compact", folder)
    assert numbers(folder) == [3]
