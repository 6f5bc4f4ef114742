"""Queries of which it is known that the engine may be asked them as they are.

Programs ask the same again and again about one thing after the other, in texts that differ by
figures only. To guard, repair and rewrite them takes as long as to answer them, and comes to the
same each time: no token begins or ends otherwise, and none is another keyword, where one figure
stands for another.
"""

from typing import Final

_LONGEST = 2000  # characters
_MOST = 2000
_FIGURES: Final = bytes.maketrans(b"123456789", b"0" * 9)


class PlainShapes:
    """The shapes of such queries: their texts, with 0 in the place of each figure."""

    def __init__(self) -> None:
        """Know none yet."""
        self._shapes: set[bytes] = set()

    def __len__(self) -> int:
        """Return how many are known."""
        return len(self._shapes)

    def __contains__(self, query: str) -> bool:
        """Say whether a query has the shape of one that was added."""
        return _shape(query) in self._shapes

    def add(self, query: str) -> None:
        """Add the shape of a query, unless figures may mean more in it than numbers and names."""
        shape = _shape(query)
        # In an escape they spell any other sign, and in an address they are another server.
        if (
            len(query) <= _LONGEST
            and shape is not None
            and b"\\" not in shape
            and b"service" not in shape.lower()
            and not may_reach_graphs(query)
        ):
            if len(self._shapes) >= _MOST:
                self._shapes.clear()
            self._shapes.add(shape)


def may_reach_graphs(query: str) -> bool:
    """Say whether a query may be about other graphs than the default graph.

    No other clause brings them in, and an escape could spell these.
    """
    upper = query.upper()
    return "GRAPH" in upper or "FROM" in upper or "\\" in query


def _shape(query: str) -> bytes | None:
    try:
        return query.encode().translate(_FIGURES)
    except UnicodeEncodeError:
        return None
