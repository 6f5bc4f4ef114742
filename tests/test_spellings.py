"""The table of spellings: each string once, whatever the hashes are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sorafenib_kg.reasoning.text import spellings as module
from sorafenib_kg.reasoning.text.spans import Spans
from sorafenib_kg.reasoning.text.spellings import UNKNOWN, Spellings

STRINGS = st.one_of(
    st.text("ab", min_size=1, max_size=9).map(str.encode),
    st.binary(min_size=1, max_size=300),
    st.sampled_from([b"x" * length for length in (7, 8, 9, 15, 16, 17, 31, 32, 33, 4096)]),
)
BATCHES = st.lists(st.lists(STRINGS, max_size=40), max_size=5)
OWN = module._hashes
HASHES = {
    "own": OWN,
    "one for all": lambda blocks, lengths: np.ones(len(blocks), np.uint64),
    "few": lambda blocks, lengths: OWN(blocks, lengths) & np.uint64(3) | np.uint64(1),
    "last slots": lambda blocks, lengths: OWN(blocks, lengths) | np.uint64(0xFFFF << 48),
}


@pytest.mark.parametrize("hashes", HASHES.values(), ids=list(HASHES))
def test_each_string_has_one_number_and_each_number_its_string(hashes):
    @settings(max_examples=60, deadline=None)
    @given(BATCHES)
    def check(batches: list[list[bytes]]):
        table, numbers = Spellings(), {}
        for batch in batches:
            found, fresh = table.intern(Spans.of(batch))
            seen = set(numbers)
            assert fresh.tolist() == [
                place
                for place, string in enumerate(batch)
                if string not in seen and not seen.add(string)
            ]
            for string, number in zip(batch, found.tolist(), strict=True):
                assert numbers.setdefault(string, number) == number
        assert sorted(numbers.values()) == list(range(len(table)))
        for string, number in numbers.items():
            assert table.string(number) == string
            assert table.find(string) == number
        assert table.find(b"never put in") == UNKNOWN

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_hashes", hashes)
        check()


def test_a_table_that_outgrows_its_room_keeps_what_it_has():
    table = Spellings()
    strings = [f"<http://example.org/{number}>".encode() for number in range(50_000)]
    for start in range(0, len(strings), 1000):
        table.intern(Spans.of(strings[start : start + 1000]))
    found, fresh = table.intern(Spans.of(strings))
    assert found.tolist() == list(range(50_000))
    assert not len(fresh)


def test_strings_that_differ_in_single_bytes_of_several_words_have_hashes_of_their_own():
    # The last bytes of words are the ones that a mere multiplication would hardly spread.
    strings = [
        b".....%03d.....%03d.....%03d" % (first, second, third)
        for first in range(0, 1000, 20)
        for second in range(0, 1000, 20)
        for third in range(0, 1000, 20)
    ]
    spans = Spans.of(strings)
    hashes = module._hashes(spans.blocks(16), spans.lengths)
    assert len(np.unique(hashes)) == len(strings)
