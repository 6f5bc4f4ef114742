"""Whether the process is up, and whether it has data to answer from."""

from flask import Blueprint, Response, jsonify

from sorafenib_kg import __version__
from sorafenib_kg.views.site import Site


def create_blueprint(site: Site) -> Blueprint:
    """Serve ``/healthz`` and ``/readyz``."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="up", program=__version__)

    @blueprint.get("/readyz")
    def readyz() -> Response:
        # Without data this raises, and so it does if no worker answers within the time limit.
        site.store.table("ASK {}")
        return jsonify(
            status="ready",
            version=site.version,
            claims=site.about.claims,
            changes=site.changes,
            triples={"asserted": site.about.asserted, "inferred": site.about.inferred},
        )

    return blueprint
