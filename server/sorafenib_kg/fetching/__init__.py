"""Asking other servers, for those who run this one and have allowed it, and within limits."""

from sorafenib_kg.fetching.client import Limits, Response, fetch
from sorafenib_kg.fetching.origins import NOTHING, Allowed, Origin

__all__ = ["NOTHING", "Allowed", "Limits", "Origin", "Response", "fetch"]
