"""A SPARQL 1.1 store at a distance: queries and updates over HTTP."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from sorafenib_kg.errors import StoreError
from sorafenib_kg.fetching.credentials import Credentials
from sorafenib_kg.reasoning.terms import Term

Row = Mapping[str, Term]

_RESULTS = "application/sparql-results+json"
_LONGEST_MESSAGE = 300


class RemoteStore:
    """A store by the URLs of its two services; each request waits ``timeout`` seconds at most."""

    def __init__(
        self,
        query_url: str,
        update_url: str | None = None,
        credentials: Credentials | None = None,
        timeout: float = 3600.0,
    ) -> None:
        """Take the addresses; without ``update_url``, one serves both. Raises StoreError."""
        self.query_url = _checked(query_url)
        self.update_url = _checked(update_url or query_url)
        self._timeout = timeout
        self._headers = {"User-Agent": "sorafenib-kg"}
        handlers: list[urllib.request.BaseHandler] = []
        given = credentials or Credentials()
        if given.authorization is not None:
            self._headers["Authorization"] = given.authorization
        if given.user is not None:
            passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
            for url in {self.query_url, self.update_url}:
                passwords.add_password(None, url, given.user, given.password or "")
            handlers.append(urllib.request.HTTPDigestAuthHandler(passwords))
            handlers.append(urllib.request.HTTPBasicAuthHandler(passwords))
        self._opener = urllib.request.build_opener(*handlers)

    def select(self, query: str) -> Iterator[Row]:
        """Give the rows of a SELECT query: the terms by the names of their variables."""
        body = self._post(self.query_url, "query", query, _RESULTS)
        try:
            for binding in json.loads(body)["results"]["bindings"]:
                yield {name: _term(value) for name, value in binding.items()}
        except (KeyError, TypeError, ValueError) as error:
            raise StoreError(
                f"{self.query_url}: did not answer with SPARQL results in JSON"
            ) from error

    def number(self, query: str) -> int:
        """Return the whole number that a query has as its one answer, ``?n``."""
        rows = list(self.select(query))
        found = rows[0].get("n") if len(rows) == 1 else None
        if not isinstance(found, Literal) or not found.value.isdecimal():
            raise StoreError(f"{self.query_url}: did not answer with a number")
        return int(found.value)

    def update(self, text: str) -> None:
        """Carry out an update."""
        self._post(self.update_url, "update", text, "*/*")

    def _post(self, url: str, name: str, text: str, accept: str) -> bytes:
        # The form is the one way of the protocol that all stores understand.
        request = urllib.request.Request(  # noqa: S310 - the scheme was looked at
            url,
            data=urllib.parse.urlencode({name: text}).encode(),
            headers={
                **self._headers,
                "Accept": accept,
                "Content-Type": "application/x-www-form-urlencoded",
            },
        )
        try:
            with self._opener.open(request, timeout=self._timeout) as response:
                body: bytes = response.read()
                return body
        except urllib.error.HTTPError as error:
            with error:
                raise StoreError(f"{url}: {_refusal(error)}") from error
        except TimeoutError as error:
            raise StoreError(f"{url}: no answer within {self._timeout:g} s") from error
        except OSError as error:
            reason = getattr(error, "reason", error)
            if isinstance(reason, TimeoutError):
                raise StoreError(f"{url}: no answer within {self._timeout:g} s") from error
            text = getattr(reason, "strerror", None) or str(reason)
            raise StoreError(f"{url}: cannot be reached: {text}") from error


def _checked(url: str) -> str:
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise StoreError(f"{url}: not the http or https address of a SPARQL service")
    return url


def _refusal(error: urllib.error.HTTPError) -> str:
    if error.code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return f"refused the request ({error.code}): it asks for other credentials"
    said = " ".join(error.read().decode("utf-8", "replace").split())
    return f"answered {error.code}: {said[:_LONGEST_MESSAGE] or error.reason}"


def _term(value: Mapping[str, Any]) -> Term:
    """Return a term from its form in SPARQL results, whose names changed over the years."""
    text = value["value"]
    match value["type"]:
        case "uri":
            return NamedNode(text)
        case "bnode":
            # Labels hold within one answer only, so any that is legal will do.
            return BlankNode(re.sub(r"[^0-9A-Za-z]", "x", text))
        case "literal" | "typed-literal":
            if "xml:lang" in value:
                return Literal(text, language=value["xml:lang"])
            datatype = value.get("datatype")
            return Literal(text, datatype=NamedNode(datatype)) if datatype else Literal(text)
        case "triple":
            parts = (_term(text[name]) for name in ("subject", "predicate", "object"))
            return Triple(*parts)  # type: ignore[arg-type]
        case other:
            raise ValueError(f"not a kind of term: {other}")
