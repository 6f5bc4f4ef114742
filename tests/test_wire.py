"""What goes through the sockets between the processes of a server."""

import os
import socket
import threading
from contextlib import suppress

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from sorafenib_kg.errors import DocumentError, QuerySyntaxError, TimeLimitError
from sorafenib_kg.processes.costs import Costs
from sorafenib_kg.processes.spool import Spool
from sorafenib_kg.processes.state import SharedVersion
from sorafenib_kg.processes.wire import (
    Ask,
    LostFileError,
    Replies,
    Reply,
    ReplyReader,
    pack_ask,
    pack_error,
    pack_term,
    receive_asks,
    receive_message,
    receive_part,
    receive_reply,
    send_message,
    unpack_error,
    unpack_reply,
    unpack_term,
)


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


@pytest.mark.parametrize(
    "term",
    [
        None,
        NamedNode("http://example.org/ä"),
        BlankNode("b1"),
        Literal("x"),
        Literal("x\ny", language="en"),
        Literal("1", datatype=NamedNode("http://example.org/d")),
        Triple(NamedNode("http://a/"), NamedNode("http://b/"), Literal(1)),
    ],
    ids=str,
)
def test_a_term_comes_out_as_it_went_in(term):
    assert unpack_term(pack_term(term)) == term


def test_an_error_comes_out_as_it_went_in():
    error = unpack_error(pack_error(TimeLimitError("too long")))
    assert (type(error), str(error)) == (TimeLimitError, "too long")
    error = unpack_error(pack_error(QuerySyntaxError("bad", 1, 2, excerpt="x\n^", hint="no")))
    assert isinstance(error, QuerySyntaxError)
    assert (error.line, error.column, error.excerpt, error.hint) == (1, 2, "x\n^", "no")
    error = unpack_error(pack_error(DocumentError("bad", 1, 2, "x\n^")))
    assert isinstance(error, DocumentError)
    assert (str(error), error.line, error.column, error.excerpt) == ("bad", 1, 2, "x\n^")


def send(connection: socket.socket, reply: Reply) -> None:
    replies = Replies(connection)
    replies.add(reply)
    replies.flush()


@pytest.mark.parametrize("size", [0, 10, 300_000])
def test_a_question_and_a_reply_arrive_whole(pair, size):
    ours, theirs = pair
    ask = Ask("answer", "ä" * size, ("http://g/",))
    reply = Reply(("answer", "solutions"), b"x" * size)

    def work() -> None:
        assert next(receive_asks(theirs)) == (1.5, ask, False)
        send(theirs, reply)

    thread = threading.Thread(target=work)
    thread.start()
    ours.sendall(pack_ask(ask, 1.5))
    got = receive_reply(ours)
    thread.join()
    assert got is not None
    assert (got.said, got.body) == (reply.said, reply.body)


def test_a_large_answer_comes_as_an_open_file(pair):
    ours, theirs = pair
    spool = Spool(inline=5)
    spool.write(b"0123")
    assert spool.file() is None
    assert spool.body == b"0123"
    spool.write(b"4567")
    send(theirs, Reply(("answer",), file=spool.file(), size=spool.size))
    spool.clear()
    got = receive_reply(ours)
    assert got is not None
    assert got.file is not None
    with os.fdopen(got.file, "rb") as file:
        assert (file.read(), got.size) == (b"01234567", 8)


def test_what_was_written_before_an_error_is_forgotten():
    spool = Spool(inline=5)
    spool.write(b"0123456789")
    spool.clear()
    assert (spool.file(), spool.body, spool.size) == (None, b"", 0)
    # The next answer begins in memory again.
    spool.write(b"0123")
    assert (spool.file(), spool.body, spool.size) == (None, b"0123", 4)


def test_the_end_of_the_other_side_is_no_message(pair):
    ours, theirs = pair
    theirs.close()
    assert receive_reply(ours) is None
    assert receive_message(ours) is None
    assert list(receive_asks(ours)) == []


def test_a_message_brings_open_files(pair, tmp_path):
    ours, theirs = pair
    path = tmp_path / "file"
    path.write_bytes(b"content")
    with path.open("rb") as file:
        send_message(theirs, ("worker", 7), [file.fileno()])
    got = receive_message(ours)
    assert got is not None
    message, files = got
    assert message == ("worker", 7)
    with os.fdopen(files[0], "rb") as file:
        assert file.read() == b"content"


def test_both_sides_see_the_version(tmp_path):
    path = tmp_path / "version"
    SharedVersion.create(path)
    writer, reader = SharedVersion.open(path, writable=True), SharedVersion.open(path)
    assert reader.number == 0
    writer.advance(7, 123.5)
    assert (reader.number, reader.changed) == (7, 123.5)


def test_questions_and_replies_that_come_together_are_told_apart(pair):
    ours, theirs = pair
    asks = [Ask("answer", text) for text in ("a", "bc", "")]
    ours.sendall(b"".join(pack_ask(ask, n) for n, ask in enumerate(asks)))
    ours.shutdown(socket.SHUT_WR)
    # With each whether another one is there already.
    expected = [(0, asks[0], True), (1, asks[1], True), (2, asks[2], False)]
    assert list(receive_asks(theirs)) == expected

    spool = Spool(inline=1)
    spool.write(b"large")
    replies = Replies(theirs)
    assert not replies.add(Reply(("answer", 0), b"another"))
    assert not replies.add(Reply(("answer", 1), b"first"))
    # A file is sent before the next answer needs its place.
    assert replies.add(Reply(("answer", 2), file=spool.file(), size=spool.size))
    replies.flush()
    spool.clear()
    replies.add(Reply(("answer", 3), b"third"))
    replies.flush()
    theirs.close()
    reader, found = ReplyReader(ours), []
    while (more := reader.read()) is not None:
        found += more
    assert [reply.said[1] for reply in found] == [0, 1, 2, 3]
    assert [reply.body for reply in found] == [b"another", b"first", b"", b"third"]
    assert found[2].file is not None
    with os.fdopen(found[2].file, "rb") as file:
        assert file.read() == b"large"


@pytest.mark.parametrize("piece", [1, 10, 5_000, 10**6])
def test_replies_that_come_in_pieces_are_put_together(pair, piece):
    ours, theirs = pair
    bodies = [b"first", bytes(range(256)) * 30, b"", b"last"]
    replies = Replies(theirs)
    for body in bodies:
        replies.add(Reply(("answer",), body, cpu=0.5))
    replies.flush()
    whole = ours.recv(2**20)
    ours.setblocking(False)
    reader, found = ReplyReader(ours), []
    for start in range(0, len(whole), piece):
        theirs.sendall(whole[start : start + piece])
        with suppress(BlockingIOError):
            while (more := reader.read()) is not None:
                found += more
    assert [(reply.said, reply.body, reply.cpu) for reply in found] == [
        (("answer",), body, 0.5) for body in bodies
    ]
    theirs.close()
    assert reader.read() is None


def test_a_file_behind_a_large_reply_is_not_lost(pair):
    ours, theirs = pair
    ours.setblocking(False)
    large = bytes(150_000)
    spool = Spool(inline=1)
    spool.write(b"in a file")
    replies = Replies(theirs)
    replies.add(Reply(("answer",), large))
    replies.add(Reply(("answer",), file=spool.file(), size=spool.size))
    sender = threading.Thread(target=replies.flush)
    sender.start()
    reader, found = ReplyReader(ours), []
    while len(found) < 2:
        with suppress(BlockingIOError):
            found += reader.read() or []
    sender.join()
    spool.clear()
    assert found[0].body == large
    assert found[1].file is not None
    with os.fdopen(found[1].file, "rb") as file:
        assert file.read() == b"in a file"


def test_a_file_for_which_there_was_no_room_ends_the_reading(pair):
    ours, theirs = pair
    spool = Spool(inline=1)
    spool.write(b"in a file")
    replies = Replies(theirs)
    replies.add(Reply(("answer",), file=spool.file(), size=spool.size))
    replies.flush()
    spool.clear()
    # As the system does it, where it cannot give another descriptor.
    bytes_alone = ours.recv(2**16)
    theirs.sendall(bytes_alone)
    with pytest.raises(LostFileError):
        ReplyReader(ours).read()


def test_replies_are_held_back_for_a_while_only(pair):
    _, theirs = pair
    replies = Replies(theirs)
    assert not replies.add(Reply(("answer", 1), b"first"))
    # Not beyond a size, nor behind much work, however many follow.
    assert replies.add(Reply(("answer", 2), bytes(2**17)))
    replies.flush()
    assert [replies.add(Reply(("answer", 3), cpu=0.0006)) for _ in range(2)] == [False, True]


def test_half_a_reply_is_none_yet():
    whole = b""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        send(theirs, Reply(("answer",), b"body"))
        whole, _ = receive_part(ours)
    assert all(unpack_reply(whole[:size], 0, []) is None for size in range(len(whole)))
    assert unpack_reply(whole, 0, []) is not None


def test_queries_that_differ_by_figures_cost_alike():
    costs = Costs(most=2)
    assert costs.expected(costs.shape("ASK { ?s ?p 1 }")) is None
    costs.learn(costs.shape("ASK { ?s ?p 1 }"), 0.5)
    assert costs.expected(costs.shape("ASK { ?s ?p 23 }")) == 0.5
    assert costs.expected(costs.shape("ASK { ?s ?q 1 }")) is None
    for shape in (b"a", b"b"):
        costs.learn(shape, 0.1)
    assert costs.expected(costs.shape("ASK { ?s ?p 1 }")) == 0.5
    for shape in (b"c", b"d"):
        costs.learn(shape, 0.1)
    assert costs.expected(costs.shape("ASK { ?s ?p 1 }")) is None
    assert costs.expected(b"c") == 0.1


def test_one_quick_query_does_not_make_a_slow_kind_quick():
    costs = Costs()
    costs.learn(b"shape", 1.0)
    costs.learn(b"shape", 0.001)
    assert costs.expected(b"shape") == 0.5
