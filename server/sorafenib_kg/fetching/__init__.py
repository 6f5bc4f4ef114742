"""Asking other servers, for those who run this one and have allowed it, and within limits.

Here is whom to ask; `client` asks. It takes long to import, and most servers ask nobody.
"""

from sorafenib_kg.fetching.origins import NOTHING, Allowed, Origin

__all__ = ["NOTHING", "Allowed", "Origin"]
