"""What another server asks for: by the environment, since command lines and addresses are seen."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

AUTHORIZATION, USER, PASSWORD = (
    f"SORAFENIB_KG_STORE_{name}" for name in ("AUTHORIZATION", "USER", "PASSWORD")
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a store asks for: a value of the header Authorization, or a user and a password.

    User and password answer a challenge for Basic or Digest authentication.
    """

    authorization: str | None = field(default=None, repr=False)
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Return what the variables give."""
        environ = os.environ if environ is None else environ
        return cls(environ.get(AUTHORIZATION), environ.get(USER), environ.get(PASSWORD))
