"""The headers that hold for every answer."""

from urllib.parse import urlencode

from sorafenib_kg.gateway.requests import Headers
from sorafenib_kg.protocol import QueryOperation

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


# What is no page loads nothing, and stands in no other page.
_POLICY_OF_DATA = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_SECURITY: Headers = (
    ("Content-Security-Policy", _POLICY_OF_DATA),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
)
# What other sites may use, and what they may not.
SECURITY_HEADERS: Headers = (*_SECURITY, ("Cross-Origin-Resource-Policy", "cross-origin"))
PRIVATE_HEADERS: Headers = (*_SECURITY, ("Cross-Origin-Resource-Policy", "same-origin"))
VERSION_HEADER, QUERY_ID_HEADER = "X-Dataset-Version", "X-Query-Id"
_EXPOSED = (
    f"{VERSION_HEADER}, X-Query-Diagnosis, {QUERY_ID_HEADER}, X-Request-Id, ETag, Link, Retry-After"
)
DIAGNOSIS = "/diagnosis"
_LONGEST_LINK = 4000  # characters
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


def common_headers(origin: str | None) -> Headers:
    """Return what every answer has that pages of an origin may read."""
    shared = cors_headers(origin)
    return (*SECURITY_HEADERS, *shared) if shared else PRIVATE_HEADERS


def preflight_headers(origin: str | None) -> Headers:
    """Return what lets such pages ask in any way that reads."""
    if not cors_headers(origin):
        return ()
    return (
        ("Access-Control-Allow-Methods", METHODS),
        ("Access-Control-Allow-Headers", "Accept, Content-Type"),
        ("Access-Control-Max-Age", "86400"),
    )


def link_to_diagnosis(operation: QueryOperation) -> str | None:
    """Return the value of Link for an answer without rows; None for a query too long for it."""
    parameters = [
        ("query", operation.query),
        *(("default-graph-uri", graph) for graph in operation.default_graphs),
        *(("named-graph-uri", graph) for graph in operation.named_graphs),
    ]
    # Beside the endpoint, whatever stands before both.
    address = f"{DIAGNOSIS.removeprefix('/')}?{urlencode(parameters)}"
    if len(address) > _LONGEST_LINK:
        return None
    return f'<{address}>; rel="describedby"; title="which part leaves no rows"'
