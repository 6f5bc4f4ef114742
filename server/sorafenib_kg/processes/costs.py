"""What queries took that were like one another: what may be expected of the next."""

from collections import OrderedDict

_MOST_SHAPES = 2000
_LONGEST_SHAPE = 4000  # characters
_DIGITS = b"0123456789"


class Costs:
    """The seconds of CPU that the last query of each shape took.

    Those of one shape differ by figures only, as the queries of a program do that asks about one
    thing after the other.
    """

    def __init__(self, most: int = _MOST_SHAPES) -> None:
        """Know nothing yet; remember so many shapes, those that were seen last."""
        self._most = most
        self._seconds: OrderedDict[bytes, float] = OrderedDict()

    def shape(self, query: str) -> bytes:
        """Return what a query has in common with others like it."""
        text = query[:_LONGEST_SHAPE].encode("utf-8", "surrogatepass")
        return text.translate(None, _DIGITS)

    def expected(self, shape: bytes) -> float | None:
        """Return how many seconds a query of a shape will take; None if nobody knows."""
        return self._seconds.get(shape)

    def learn(self, shape: bytes, seconds: float) -> None:
        """Remember how long a query took."""
        known = self._seconds
        # Of two in a row the slower one, so that one that was quick by luck changes nothing yet.
        known[shape] = max(seconds, known.get(shape, 0.0) / 2)
        known.move_to_end(shape)
        if len(known) > self._most:
            known.popitem(last=False)
