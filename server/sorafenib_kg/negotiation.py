"""Content negotiation: which of the representations on offer a client is given."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sorafenib_kg.errors import NotAcceptableError, ProtocolError
from sorafenib_kg.store import FORMATS, Formats, Kind, formats_of
from sorafenib_kg.store.coding import CODINGS

HTML = ("text/html", "application/xhtml+xml")
PROBLEM = "application/problem+json"
# A longer list of types is read up to here.
_MOST_RANGES = 100
# Clients send few different headers, and each takes longer to read than a small query to answer.
_HEADERS_KEPT = 128


@dataclass(frozen=True, slots=True)
class MediaRange:
    """An entry of an Accept header: ``text/*``, ``*/*`` or a media type, without parameters."""

    media_type: str
    quality: float

    @property
    def specificity(self) -> int:
        """Return 2 for a media type, 1 for all of a kind, 0 for all."""
        return 0 if self.media_type == "*/*" else 1 if self.media_type.endswith("/*") else 2

    def covers(self, media_type: str) -> bool:
        """Say whether a media type is in the range."""
        return (
            self.specificity == 0
            or self.media_type == media_type
            or (self.specificity == 1 and media_type.startswith(self.media_type[:-1]))
        )


@dataclass(frozen=True, slots=True)
class Offer:
    """A media type that can be given; an alias is given to those who name it only."""

    media_type: str
    by_name_only: bool = False


def parse_accept(header: str | None) -> tuple[MediaRange, ...]:
    """Return the ranges of an Accept header, ``*/*`` if it says nothing."""
    ranges = []
    for entry in (header or "").split(",")[:_MOST_RANGES]:
        media_type, *parameters = (part.strip().lower() for part in entry.split(";"))
        quality = _quality(parameters)
        if "/" in media_type and quality is not None:
            ranges.append(MediaRange(media_type, quality))
    return tuple(ranges) or (MediaRange("*/*", 1.0),)


def _quality(parameters: Iterable[str]) -> float | None:
    """Return the value of ``q``, 1 if there is none, None if it is no quality."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                quality = float(value)
            except ValueError:
                return None
            return quality if 0 <= quality <= 1 else None
    return 1.0


def choose(ranges: Sequence[MediaRange], offers: Iterable[Offer]) -> str | None:
    """Return the media type that the client likes best, None if it accepts none.

    The most specific range decides about a type (RFC 9110, 12.5.1), so that a wildcard does not
    revive what was excluded by name. Of equals, one that was named is taken before one that is
    covered by a wildcard, then the one offered first.
    """
    best: tuple[float, int] = (0.0, -1)
    chosen = None
    for offer in offers:
        covering = [
            entry
            for entry in ranges
            if entry.covers(offer.media_type) and (entry.specificity == 2 or not offer.by_name_only)
        ]
        if covering:
            decisive = max(covering, key=lambda entry: entry.specificity)
            rating = (decisive.quality, decisive.specificity)
            if decisive.quality > 0 and rating > best:
                best, chosen = rating, offer.media_type
    return chosen


def offers_of(kind: Kind) -> tuple[Offer, ...]:
    """Return what can be offered of a kind of answer."""
    return tuple(
        Offer(media_type, by_name_only=media_type != entry.media_type)
        for entry in formats_of(kind)
        for media_type in entry.media_types
    )


_NONE = Formats(None, None, None)


def accepted_formats(
    accept: str | None, output: str | None = None, kind: Kind | None = None
) -> Formats:
    """Return the media types of answers, by the parameter ``format`` or else by Accept.

    Raise NotAcceptableError if no kind of answer can be given, and ProtocolError for a name of
    a format that is not known; these name what there is for the kind of the answer, if that is
    known.
    """
    formats = _named(output) if output else _negotiated(accept)
    if formats == _NONE:
        there = FORMATS if kind is None else formats_of(kind)
        if output:
            names = ", ".join(dict.fromkeys(entry.name for entry in there))
            raise ProtocolError(f"there is no format {output}; there are {names}")
        offered = ", ".join(entry.media_type for entry in there)
        raise NotAcceptableError(f"none of the types in Accept can be had; there are {offered}")
    return formats


@lru_cache(_HEADERS_KEPT)
def _negotiated(accept: str | None) -> Formats:
    ranges = parse_accept(accept)
    return Formats(
        solutions=choose(ranges, offers_of("solutions")),
        boolean=choose(ranges, offers_of("boolean")),
        graph=choose(ranges, offers_of("graph")),
    )


def _named(output: str) -> Formats:
    name = output.strip().lower()

    def media_type(kind: Kind) -> str | None:
        for entry in formats_of(kind):
            if name == entry.name or name in entry.short_names or name in entry.media_types:
                return entry.media_type
        return None

    return Formats(media_type("solutions"), media_type("boolean"), media_type("graph"))


@lru_cache(_HEADERS_KEPT)
def accepted_coding(header: str | None) -> str | None:
    """Return the content coding for a client by its Accept-Encoding, None for none."""
    if not header:
        return None
    qualities: dict[str, float] = {}
    for entry in header.split(",")[:_MOST_RANGES]:
        coding, *parameters = (part.strip().lower() for part in entry.split(";"))
        quality = _quality(parameters)
        if quality is not None:
            qualities[{"x-gzip": "gzip"}.get(coding, coding)] = quality
    others = qualities.get("*", 0.0)
    best = max(CODINGS, key=lambda coding: qualities.get(coding, others))
    rated = qualities.get(best, others)
    return best if rated > 0 and rated >= qualities.get("identity", 0.0) else None


def prefers_html(accept: str | None, instead_of: Iterable[Offer]) -> bool:
    """Say whether a client is a browser: it names HTML, and no other type that it likes as much.

    A wildcard is no wish for HTML: programs send it too, and cannot read a page.
    """
    html = tuple(Offer(media_type, by_name_only=True) for media_type in HTML)
    return choose(parse_accept(accept), (*instead_of, *html)) in HTML


def prefers_problem(accept: str | None) -> bool:
    """Say whether a client reads JSON, so that an error may come as problem+json."""
    return any(
        entry.quality > 0 and (entry.media_type.endswith(("+json", "/json")))
        for entry in parse_accept(accept)
    )


@lru_cache
def content_type(media_type: str) -> str:
    """Return the value of Content-Type: the media type, with its charset where it has one."""
    with_charset = media_type.startswith("text/") or any(
        entry.charset for entry in FORMATS if entry.media_type == media_type
    )
    return f"{media_type}; charset=utf-8" if with_charset else media_type
