"""What queries took that were like one another: what may be expected of the next."""

_MOST_SHAPES = 2000
_LONGEST_SHAPE = 4000  # characters
_DIGITS = b"0123456789"


class Costs:
    """The seconds of CPU that the last query of each shape took.

    Those of one shape differ by figures only, as the queries of a program do that asks about one
    thing after the other.
    """

    def __init__(self, most: int = _MOST_SHAPES) -> None:
        """Know nothing yet; remember so many shapes at least, those that were seen last."""
        self._most = most
        self._seconds: dict[bytes, float] = {}
        self._former: dict[bytes, float] = {}  # of those that were not seen since

    def shape(self, query: str) -> bytes:
        """Return what a query has in common with others like it."""
        text = query[:_LONGEST_SHAPE].encode("utf-8", "surrogatepass")
        return text.translate(None, _DIGITS)

    def expected(self, shape: bytes) -> float | None:
        """Return how many seconds a query of a shape will take; None if nobody knows."""
        seconds = self._seconds.get(shape)
        return self._former.get(shape) if seconds is None else seconds

    def learn(self, shape: bytes, seconds: float) -> None:
        """Remember how long a query took."""
        # Of two in a row the slower one, so that one that was quick by luck changes nothing yet.
        self._seconds[shape] = max(seconds, (self.expected(shape) or 0.0) / 2)
        if len(self._seconds) >= self._most:
            self._former, self._seconds = self._seconds, {}
