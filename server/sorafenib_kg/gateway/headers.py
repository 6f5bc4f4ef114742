"""The headers that hold for every answer."""

from sorafenib_kg.gateway.requests import Headers

# Nothing is loaded from elsewhere, and there is no script, so no page can be made to run one.
SECURITY_HEADERS: Headers = (
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'",
    ),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
)
VERSION_HEADER = "X-Dataset-Version"
_EXPOSED = f"{VERSION_HEADER}, X-Query-Diagnosis, X-Query-Id, ETag, Link, Retry-After"
METHODS = "GET, HEAD, POST, OPTIONS"


def cors_headers(origin: str | None) -> Headers:
    """Return what lets pages of an origin, of all (``*``), or of ``none`` read what is public."""
    if origin in (None, "", "none"):
        return ()
    varies = () if origin == "*" else (("Vary", "Origin"),)
    return (
        ("Access-Control-Allow-Origin", origin),
        ("Access-Control-Expose-Headers", _EXPOSED),
        *varies,
    )


def preflight_headers(origin: str | None) -> Headers:
    """Return what lets such pages ask in any way that reads."""
    if not cors_headers(origin):
        return ()
    return (
        ("Access-Control-Allow-Methods", METHODS),
        ("Access-Control-Allow-Headers", "Accept, Content-Type"),
        ("Access-Control-Max-Age", "86400"),
    )
