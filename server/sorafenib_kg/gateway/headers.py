"""The headers that hold for every answer."""

from sorafenib_kg.gateway.requests import Headers

# cytoscape.js adds this one style element to a page that has a drawing.
_STYLE_OF_CYTOSCAPE = "'sha256-pgvDUBa4IjFA2yuSJ2cqcyxmNYJMborsd0ORcRv9vw8='"


def content_security_policy(nonce: str | None = None) -> str:
    """Return what a page may load: only what this server sends, and no style or script inside.

    Style elements that bear the nonce are let through; the editor makes such.
    """
    styles = f"'self' {_STYLE_OF_CYTOSCAPE}" + (f" 'nonce-{nonce}'" if nonce else "")
    return (
        f"default-src 'none'; script-src 'self'; style-src {styles}; img-src 'self' data: blob:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


SECURITY_HEADERS: Headers = (
    ("Content-Security-Policy", content_security_policy()),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
)
VERSION_HEADER = "X-Dataset-Version"
_EXPOSED = f"{VERSION_HEADER}, X-Query-Diagnosis, X-Query-Id, X-Request-Id, ETag, Link, Retry-After"
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
